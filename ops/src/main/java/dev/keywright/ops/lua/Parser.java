package dev.keywright.ops.lua;

import dev.keywright.ops.lua.Node.Block;
import dev.keywright.ops.lua.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Lua 5.1 by descent, resolving names on the way: every name knows its variable, every variable what is put into it. */
final class Parser {

    private static final Map<String, int[]> PRIORITIES = Map.ofEntries(
            Map.entry("or", new int[] {1, 1}),
            Map.entry("and", new int[] {2, 2}),
            Map.entry("<", new int[] {3, 3}),
            Map.entry(">", new int[] {3, 3}),
            Map.entry("<=", new int[] {3, 3}),
            Map.entry(">=", new int[] {3, 3}),
            Map.entry("~=", new int[] {3, 3}),
            Map.entry("==", new int[] {3, 3}),
            Map.entry("..", new int[] {5, 4}),
            Map.entry("+", new int[] {6, 6}),
            Map.entry("-", new int[] {6, 6}),
            Map.entry("*", new int[] {7, 7}),
            Map.entry("/", new int[] {7, 7}),
            Map.entry("%", new int[] {7, 7}),
            Map.entry("^", new int[] {10, 9}));
    private static final int UNARY = 8;
    private static final Set<String> BLOCK_ENDS = Set.of("end", "else", "elseif", "until");
    /** Deeper nesting than this is refused by Lua, too. */
    private static final int DEEPEST = 180;
    /** Nobody writes such an expression by hand, and each part is a level of the tree. */
    private static final int LONGEST = 500;

    private final List<Token> tokens;
    private final Deque<Map<String, Variable>> scopes = new ArrayDeque<>();
    private final Deque<Variable> rests = new ArrayDeque<>();
    private final Map<String, Variable> globals = new HashMap<>();
    private int at;
    private int depth;
    private int loops;
    /** Whether the last expression of names and calls was one in brackets, with nothing behind them. */
    private boolean inBrackets;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** @throws SyntaxFault when it is no Lua 5.1 */
    static Block parse(String source) {
        Parser parser = new Parser(Lexer.tokens(source));
        parser.rests.push(new Variable("...", 1, false));
        Block block = parser.block();
        if (parser.here().kind() != Kind.END) {
            throw parser.unexpected("a statement");
        }
        return block;
    }

    private Block block() {
        if (++depth > DEEPEST) {
            throw new SyntaxFault(here().line(), "blocks and expressions are nested too deep");
        }
        scopes.push(new HashMap<>());
        int line = here().line();
        List<Node> statements = new ArrayList<>();
        boolean last = false;
        while (!last && !atBlockEnd()) {
            last = here().is("return") || here().is("break");
            statements.add(statement());
            take(";");
        }
        scopes.pop();
        depth--;
        return new Block(line, List.copyOf(statements));
    }

    private boolean atBlockEnd() {
        return here().kind() == Kind.END || here().kind() == Kind.KEYWORD && BLOCK_ENDS.contains(here().text());
    }

    private Node statement() {
        Token first = here();
        if (first.kind() != Kind.KEYWORD) {
            return assignmentOrCall();
        }
        at++;
        return switch (first.text()) {
            case "do" -> closed(block());
            case "while" -> {
                Node condition = expression();
                expect("do");
                yield new Node.Loop(first.line(), condition, closed(loopBody()));
            }
            case "repeat" -> repeat(first.line());
            case "if" -> branches(first.line());
            case "for" -> loop(first.line());
            case "function" -> namedFunction(first.line());
            case "local" -> take("function") ? localFunction(first.line()) : local(first.line());
            case "return" -> new Node.Return(first.line(), atBlockEnd() || here().is(";") ? List.of() : expressions());
            case "break" -> {
                if (loops == 0) {
                    throw new SyntaxFault(first.line(), "there is no loop to break");
                }
                yield new Node.Break(first.line());
            }
            default -> {
                at--;
                throw unexpected("a statement");
            }
        };
    }

    private Block loopBody() {
        loops++;
        Block body = block();
        loops--;
        return body;
    }

    private Block closed(Block block) {
        expect("end");
        return block;
    }

    /** The condition sees the locals of the body. */
    private Node repeat(int line) {
        scopes.push(new HashMap<>());
        loops++;
        List<Node> statements = new ArrayList<>();
        boolean last = false;
        while (!last && !atBlockEnd()) {
            last = here().is("return") || here().is("break");
            statements.add(statement());
            take(";");
        }
        loops--;
        expect("until");
        Node condition = expression();
        scopes.pop();
        return new Node.Loop(line, condition, new Block(line, List.copyOf(statements)));
    }

    private Node branches(int line) {
        List<Node> conditions = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        do {
            conditions.add(expression());
            expect("then");
            blocks.add(block());
        } while (take("elseif"));
        if (take("else")) {
            blocks.add(block());
        }
        expect("end");
        return new Node.If(line, List.copyOf(conditions), List.copyOf(blocks));
    }

    private Node loop(int line) {
        List<Token> names = names();
        if (names.size() == 1 && take("=")) {
            List<Node> bounds = expressions();
            if (bounds.size() < 2 || bounds.size() > 3) {
                throw new SyntaxFault(line, "'for' takes a start, an end and at most a step");
            }
            scopes.push(new HashMap<>());
            Variable variable = declare(names.get(0));
            variable.values().add(new Node.Counter(line, bounds.get(0), bounds.get(1)));
            expect("do");
            Block body = closed(loopBody());
            scopes.pop();
            return new Node.Count(line, variable, bounds, body);
        }
        expect("in");
        List<Node> iterators = expressions();
        scopes.push(new HashMap<>());
        List<Variable> variables = names.stream().map(this::declare).toList();
        if (iterators.get(0) instanceof Node.Call call && !call.arguments().isEmpty()) {
            for (int i = 0; i < variables.size(); i++) {
                variables
                        .get(i)
                        .values()
                        .add(new Node.Element(line, call.arguments().get(0), i == 0 && !isMatcher(call)));
            }
        }
        expect("do");
        Block body = closed(loopBody());
        scopes.pop();
        return new Node.Each(line, variables, iterators, body);
    }

    /** {@code string.gmatch} hands out pieces of the text from the first variable on. */
    private static boolean isMatcher(Node.Call call) {
        return call.method().equals("gmatch")
                || call.function() instanceof Node.Index index
                        && index.key() instanceof Node.Text text
                        && text.value().equals("gmatch");
    }

    private Node namedFunction(int line) {
        Token name = expectName();
        Node target = name(name);
        boolean method = false;
        while (!method && (here().is(".") || here().is(":"))) {
            method = here().is(":");
            at++;
            Token field = expectName();
            target = new Node.Index(line, target, new Node.Text(line, field.text()));
        }
        Node.Function function = function(line, method);
        assign(target, function);
        return new Node.Assign(line, List.of(target), List.of(function));
    }

    private Node localFunction(int line) {
        Variable variable = declare(expectName());
        Node.Function function = function(line, false);
        variable.values().add(function);
        return new Node.Local(line, List.of(variable), List.of(function));
    }

    private Node local(int line) {
        List<Token> names = names();
        List<Node> values = take("=") ? expressions() : List.of();
        List<Variable> variables = names.stream().map(this::declare).toList();
        for (int i = 0; i < variables.size() && !values.isEmpty(); i++) {
            variables.get(i).values().add(valueFor(i, values));
        }
        return new Node.Local(line, variables, values);
    }

    /** A last call gives as many values as are wanted; where there are too few, the rest is nil. */
    private static Node valueFor(int place, List<Node> values) {
        if (place < values.size()) {
            return values.get(place);
        }
        Node last = values.get(values.size() - 1);
        return last instanceof Node.Call || last instanceof Node.Rest ? last : new Node.Constant(last.line(), "nil");
    }

    private Node assignmentOrCall() {
        Token first = here();
        Node target = suffixed();
        if (!here().is("=") && !here().is(",")) {
            if (inBrackets || !(target instanceof Node.Call)) {
                throw unexpected("'=' or a call");
            }
            return new Node.Evaluate(first.line(), target);
        }
        List<Node> targets = new ArrayList<>(List.of(target));
        boolean bracketed = inBrackets;
        while (take(",")) {
            targets.add(suffixed());
            bracketed |= inBrackets;
        }
        expect("=");
        if (bracketed) {
            throw new SyntaxFault(first.line(), "nothing can be assigned to this");
        }
        List<Node> values = expressions();
        for (int i = 0; i < targets.size(); i++) {
            if (!(targets.get(i) instanceof Node.Name) && !(targets.get(i) instanceof Node.Index)) {
                throw new SyntaxFault(first.line(), "nothing can be assigned to this");
            }
            assign(targets.get(i), valueFor(i, values));
        }
        return new Node.Assign(first.line(), List.copyOf(targets), values);
    }

    private static void assign(Node target, Node value) {
        if (target instanceof Node.Name name) {
            name.variable().values().add(value);
        } else if (target instanceof Node.Index index && index.object() instanceof Node.Name table) {
            table.variable().entries().add(new Variable.Entry(index.key(), value));
        }
    }

    private Node.Function function(int line, boolean method) {
        scopes.push(new HashMap<>());
        List<Variable> parameters = new ArrayList<>();
        if (method) {
            parameters.add(declare(new Token(Kind.NAME, "self", line)));
        }
        Variable rest = null;
        expect("(");
        while (!here().is(")") && rest == null) {
            if (take("...")) {
                rest = new Variable("...", line, false);
            } else {
                parameters.add(declare(expectName()));
            }
            if (!take(",")) {
                break;
            }
        }
        expect(")");
        rests.push(rest == null ? new Variable("", line, false) : rest);
        int outside = loops;
        loops = 0;
        Block body = closed(block());
        loops = outside;
        rests.pop();
        scopes.pop();
        return new Node.Function(line, List.copyOf(parameters), rest, body);
    }

    private List<Node> expressions() {
        List<Node> all = new ArrayList<>(List.of(expression()));
        while (take(",")) {
            all.add(expression());
        }
        return List.copyOf(all);
    }

    private Node expression() {
        return operation(0);
    }

    private Node operation(int limit) {
        if (++depth > DEEPEST) {
            throw new SyntaxFault(here().line(), "blocks and expressions are nested too deep");
        }
        Token first = here();
        Node left;
        if (first.is("not") || first.is("-") || first.is("#")) {
            at++;
            left = new Node.Unary(first.line(), first.text(), operation(UNARY));
        } else {
            left = simple();
        }
        int[] priority = priority();
        for (int links = 0; priority != null && priority[0] > limit; links++) {
            refuseLongChain(links);
            Token operator = here();
            at++;
            left = new Node.Binary(operator.line(), operator.text(), left, operation(priority[1]));
            priority = priority();
        }
        depth--;
        return left;
    }

    private void refuseLongChain(int links) {
        if (links > LONGEST) {
            throw new SyntaxFault(here().line(), "an expression has more than " + LONGEST + " parts");
        }
    }

    private int @Nullable [] priority() {
        return here().kind() == Kind.SYMBOL || here().kind() == Kind.KEYWORD ? PRIORITIES.get(here().text()) : null;
    }

    private Node simple() {
        Token token = here();
        switch (token.kind()) {
            case NUMBER -> {
                at++;
                return new Node.Numeral(token.line(), token.text());
            }
            case STRING -> {
                at++;
                return new Node.Text(token.line(), token.text());
            }
            default -> {
                return word(token);
            }
        }
    }

    private Node word(Token token) {
        if (token.is("nil") || token.is("true") || token.is("false")) {
            at++;
            return new Node.Constant(token.line(), token.text());
        }
        if (take("...")) {
            Variable rest = rests.element();
            if (rest.name().isEmpty()) {
                throw new SyntaxFault(token.line(), "'...' is used outside of a function that takes it");
            }
            return new Node.Rest(token.line(), rest);
        }
        if (token.is("{")) {
            return table();
        }
        if (take("function")) {
            return function(token.line(), false);
        }
        return suffixed();
    }

    private Node table() {
        int line = here().line();
        expect("{");
        List<Node> keys = new ArrayList<>();
        List<Node> values = new ArrayList<>();
        while (!here().is("}")) {
            if (take("[")) {
                keys.add(expression());
                expect("]");
                expect("=");
            } else if (here().kind() == Kind.NAME && tokens.get(at + 1).is("=")) {
                keys.add(new Node.Text(here().line(), here().text()));
                at += 2;
            } else {
                keys.add(new Node.Constant(here().line(), "nil"));
            }
            values.add(expression());
            if (!take(",") && !take(";")) {
                break;
            }
        }
        expect("}");
        return new Node.Table(line, List.copyOf(keys), List.copyOf(values));
    }

    private Node suffixed() {
        Token first = here();
        Node node;
        boolean brackets = take("(");
        if (brackets) {
            node = expression();
            expect(")");
        } else {
            node = name(expectName());
        }
        for (int links = 0; ; links++) {
            refuseLongChain(links);
            Token token = here();
            if (take(".")) {
                Token field = expectName();
                node = new Node.Index(token.line(), node, new Node.Text(token.line(), field.text()));
            } else if (take("[")) {
                node = new Node.Index(token.line(), node, expression());
                expect("]");
            } else if (take(":")) {
                String method = expectName().text();
                node = new Node.Call(first.line(), node, method, arguments());
            } else if (token.is("(") || token.is("{") || token.kind() == Kind.STRING) {
                if (token.is("(") && tokens.get(at - 1).line() != token.line()) {
                    throw new SyntaxFault(
                            token.line(), "this may be a call or a new statement; end the line before with ';'");
                }
                node = new Node.Call(token.line(), node, "", arguments());
            } else {
                inBrackets = brackets && links == 0;
                return node;
            }
        }
    }

    private List<Node> arguments() {
        Token token = here();
        if (token.kind() == Kind.STRING || token.is("{")) {
            return List.of(simple());
        }
        expect("(");
        List<Node> arguments = here().is(")") ? List.of() : expressions();
        expect(")");
        return arguments;
    }

    private Node name(Token token) {
        for (Map<String, Variable> scope : scopes) {
            Variable variable = scope.get(token.text());
            if (variable != null) {
                return new Node.Name(token.line(), token.text(), variable);
            }
        }
        Variable variable = globals.computeIfAbsent(token.text(), name -> new Variable(name, token.line(), true));
        return new Node.Name(token.line(), token.text(), variable);
    }

    private Variable declare(Token name) {
        Variable variable = new Variable(name.text(), name.line(), false);
        scopes.element().put(name.text(), variable);
        return variable;
    }

    private List<Token> names() {
        List<Token> names = new ArrayList<>(List.of(expectName()));
        while (take(",")) {
            names.add(expectName());
        }
        return names;
    }

    private Token here() {
        return tokens.get(at);
    }

    private boolean take(String word) {
        if (here().is(word)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String word) {
        if (!take(word)) {
            throw unexpected("'" + word + "'");
        }
    }

    private Token expectName() {
        if (here().kind() != Kind.NAME) {
            throw unexpected("a name");
        }
        return tokens.get(at++);
    }

    private SyntaxFault unexpected(String wanted) {
        return new SyntaxFault(here().line(), "expected " + wanted + " but found " + here());
    }
}
