package dev.keywright.ops.lua;

import dev.keywright.script.ScriptHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script that was read, and what can be said of it without running it: which commands it may send, and where the values in them
 * come from. Every assignment counts, wherever it stands; so "comes from" means "may come from".
 */
final class Reading {

    private static final Set<String> UNPACK = Set.of("unpack");
    private static final Set<String> PASSING = Set.of("tostring", "tonumber", "assert");
    /** What answers a text, or false when there is nothing. */
    private static final Set<String> TEXTS = Set.of(
            "GET",
            "HGET",
            "LINDEX",
            "LPOP",
            "RPOP",
            "GETDEL",
            "GETEX",
            "GETSET",
            "SPOP",
            "SRANDMEMBER",
            "HRANDFIELD",
            "ZSCORE",
            "LMOVE",
            "RPOPLPUSH");

    /** What answers a whole number, whatever there is. */
    private static final Set<String> WHOLE = Set.of(
            "APPEND",
            "BITCOUNT",
            "DECR",
            "DECRBY",
            "DEL",
            "EXISTS",
            "EXPIRE",
            "EXPIREAT",
            "GETBIT",
            "HDEL",
            "HEXISTS",
            "HINCRBY",
            "HLEN",
            "HSET",
            "HSETNX",
            "INCR",
            "INCRBY",
            "LLEN",
            "LPUSH",
            "LREM",
            "MSETNX",
            "PERSIST",
            "PEXPIRE",
            "PEXPIREAT",
            "PFADD",
            "PFCOUNT",
            "PTTL",
            "PUBLISH",
            "RENAMENX",
            "RPUSH",
            "SADD",
            "SCARD",
            "SETBIT",
            "SETNX",
            "SISMEMBER",
            "SMOVE",
            "SREM",
            "STRLEN",
            "TTL",
            "UNLINK",
            "XACK",
            "XDEL",
            "XLEN",
            "ZCARD",
            "ZCOUNT",
            "ZREM");

    private static final Set<String> REDIS = Set.of("redis", "server");

    private final ScriptHeader header;
    private final List<ScriptHeader> headers;
    private final Node.Block block;
    private final Set<Variable> keyTables = new HashSet<>();
    private final Set<Variable> argumentTables = new HashSet<>();
    private final List<Node.Call> calls;
    private final List<CommandCall> commands = new ArrayList<>();
    private final Map<Variable, List<Site>> sites = new HashMap<>();
    private final Map<Shelf, Shelf> shelves = new HashMap<>();
    private final IdentityHashMap<Object, Set<Origin>> known = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Set<Origin>> rough = new IdentityHashMap<>();
    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean grew;

    /** A call of a function that takes {@code ...}. */
    private record Site(Node.Function function, List<Node> arguments) {}

    /** What lies in a table under a key of that kind. */
    private record Shelf(Variable table, String kind) {}

    private Reading(String source, Node.Block block) {
        this.header = ScriptHeader.of(source);
        this.headers = header.name().isPresent() ? ScriptHeader.functions(source) : List.of(header);
        this.block = block;
        this.calls = block.all(Node.Call.class);
        calls.forEach(this::registerFunction);
        calls.forEach(this::pass);
        calls.forEach(this::addCommands);
    }

    /** @throws SyntaxFault when it is no Lua 5.1 */
    static Reading of(String source) {
        return new Reading(source, Parser.parse(source));
    }

    ScriptHeader header() {
        return header;
    }

    /** The one header of a script; of a library, those of all its functions. */
    List<ScriptHeader> headers() {
        return headers;
    }

    Node.Block block() {
        return block;
    }

    List<Node.Call> calls() {
        return calls;
    }

    List<CommandCall> commands() {
        return commands;
    }

    /** In a library the keys and arguments are the parameters of each function that is registered. */
    private void registerFunction(Node.Call call) {
        if (!isRedis(call.function(), "register_function")) {
            return;
        }
        Stream<Node> callbacks = call.arguments().stream()
                .flatMap(argument ->
                        argument instanceof Node.Table table ? table.values().stream() : Stream.of(argument));
        callbacks.flatMap(callback -> functions(callback).stream()).forEach(function -> {
            if (!function.parameters().isEmpty()) {
                keyTables.add(function.parameters().get(0));
            }
            if (function.parameters().size() > 1) {
                argumentTables.add(function.parameters().get(1));
            }
        });
    }

    /** What a call passes goes into the parameters of every function it may call. */
    private void pass(Node.Call call) {
        Node target = call.function();
        List<Node> arguments = call.arguments();
        if (isGlobal(target, "pcall") && !arguments.isEmpty()) {
            target = arguments.get(0);
            arguments = arguments.subList(1, arguments.size());
        }
        for (Node.Function function : functions(target)) {
            Variable rest = function.rest();
            if (rest != null) {
                sites.computeIfAbsent(rest, none -> new ArrayList<>()).add(new Site(function, arguments));
            }
            pass(arguments, function);
        }
    }

    private void pass(List<Node> arguments, Node.Function function) {
        List<Variable> parameters = function.parameters();
        for (int i = 0; i < Math.max(arguments.size(), parameters.size()) && !arguments.isEmpty(); i++) {
            Node last = arguments.get(arguments.size() - 1);
            if (i >= arguments.size() && !isOpen(last)) {
                break;
            }
            Node value = i < arguments.size() ? arguments.get(i) : last;
            Variable rest = function.rest();
            if (i < parameters.size()) {
                parameters.get(i).values().add(value);
            } else if (rest != null) {
                rest.values().add(value);
            }
        }
    }

    private void addCommands(Node.Call call) {
        Node function = call.function();
        List<Node> words = call.arguments();
        boolean guarded = isRedis(function, "pcall");
        boolean passed = false;
        if (isGlobal(function, "pcall") && !words.isEmpty() && isRedis(words.get(0), "call")) {
            guarded = true;
            passed = true;
            words = words.subList(1, words.size());
        } else if (!guarded && !isRedis(function, "call")) {
            return;
        }
        words = unpacked(words);
        if (words.isEmpty()) {
            return;
        }
        boolean grows = words.size() != call.arguments().size() - (passed ? 1 : 0);
        for (List<Node> form : forms(words, Set.of())) {
            addCommand(call, guarded, form, grows);
        }
    }

    private void addCommand(Node.Call call, boolean guarded, List<Node> words, boolean grows) {
        List<Node> after = words.subList(1, words.size());
        String second = after.isEmpty() ? "" : CommandCall.capitals(after.get(0));
        boolean more = grows || !after.isEmpty() && isOpen(after.get(after.size() - 1));
        Set<String> names = texts(words.get(0));
        for (String name : names.isEmpty() ? Set.of("") : names) {
            commands.add(new CommandCall(call, guarded, name.toUpperCase(Locale.ROOT), after, second, more));
        }
    }

    /** The words as every caller gives them, where a function hands on its {@code ...}. */
    private List<List<Node>> forms(List<Node> words, Set<Variable> seen) {
        Node last = words.get(words.size() - 1);
        Variable rest = last instanceof Node.Rest all ? all.variable() : null;
        if (rest == null || seen.contains(rest) || !sites.containsKey(rest)) {
            return List.of(words);
        }
        Set<Variable> with = new HashSet<>(seen);
        with.add(rest);
        List<Site> callers = sites.get(rest);
        List<List<Node>> forms = new ArrayList<>();
        for (Site site : callers) {
            List<Node> form = new ArrayList<>();
            words.subList(0, words.size() - 1).forEach(word -> form.add(given(word, site, callers.size())));
            int parameters = site.function().parameters().size();
            form.addAll(site.arguments()
                    .subList(
                            Math.min(parameters, site.arguments().size()),
                            site.arguments().size()));
            if (!form.isEmpty()) {
                forms.addAll(forms(form, with));
            }
        }
        return forms;
    }

    /** What the caller gives for a parameter that nobody else puts anything into. */
    private static Node given(Node word, Site site, int callers) {
        if (word instanceof Node.Name name && name.variable().values().size() == callers) {
            int place = site.function().parameters().indexOf(name.variable());
            return place >= 0 && place < site.arguments().size()
                    ? site.arguments().get(place)
                    : word;
        }
        return word;
    }

    /** The words of {@code unpack(t)}, where the table begins as a literal and grows afterwards. */
    private static List<Node> unpacked(List<Node> words) {
        if (words.size() == 1
                && words.get(0) instanceof Node.Call call
                && isGlobal(call.function(), "unpack")
                && call.arguments().size() == 1
                && call.arguments().get(0) instanceof Node.Name table) {
            return table.variable().values().stream()
                    .filter(Node.Table.class::isInstance)
                    .map(literal -> ((Node.Table) literal).values())
                    .findFirst()
                    .orElse(words);
        }
        return words;
    }

    /** Whether the expression may stand for more than one value. */
    boolean isOpen(Node node) {
        return node instanceof Node.Rest
                || node instanceof Node.Call call
                        && (isGlobal(call.function(), "unpack")
                                || !functions(call.function()).isEmpty());
    }

    /** Whether it is {@code redis.call} or whatever the field is, directly or by another name. */
    boolean isRedis(Node node, String field) {
        if (node instanceof Node.Index index) {
            return index.key() instanceof Node.Text text && text.value().equals(field) && isRedisTable(index.object());
        }
        return node instanceof Node.Name name
                && !name.variable().isGlobal()
                && name.variable().values().stream()
                        .anyMatch(value -> value instanceof Node.Index && isRedis(value, field));
    }

    /** The command of {@code redis.call('GET', ...)} in capitals; empty where it is no constant. */
    static String command(Node.Call call) {
        return call.arguments().isEmpty()
                ? ""
                : CommandCall.capitals(call.arguments().get(0));
    }

    /** Whether it is a call of Redis that answers a text, or false where there is nothing. */
    boolean isTextReply(Node.Call call) {
        return isRedis(call.function(), "call") && TEXTS.contains(command(call));
    }

    /** Whether it is a call of Redis that answers a whole number. */
    boolean isWholeReply(Node.Call call) {
        return isRedis(call.function(), "call") && WHOLE.contains(command(call));
    }

    private static boolean isRedisTable(Node node) {
        return node instanceof Node.Name name
                && (name.variable().isGlobal()
                        ? REDIS.contains(name.name())
                        : name.variable().values().stream()
                                .anyMatch(value -> value instanceof Node.Name other
                                        && other.variable().isGlobal()
                                        && REDIS.contains(other.name())));
    }

    static boolean isGlobal(Node node, String name) {
        return node instanceof Node.Name found
                && found.variable().isGlobal()
                && found.name().equals(name);
    }

    /** Whether the call is one of the library's, such as {@code math.floor}. */
    static boolean isLibrary(Node node, String table, String... fields) {
        return node instanceof Node.Index index
                && isGlobal(index.object(), table)
                && index.key() instanceof Node.Text text
                && (fields.length == 0 || Set.of(fields).contains(text.value()));
    }

    /** Every function that the expression may stand for. */
    Set<Node.Function> functions(Node node) {
        Set<Node.Function> found = new LinkedHashSet<>();
        functions(node, found, Collections.newSetFromMap(new IdentityHashMap<>()));
        return found;
    }

    private void functions(Node node, Set<Node.Function> found, Set<Object> seen) {
        if (node instanceof Node.Function function) {
            found.add(function);
        } else if (node instanceof Node.Name name && seen.add(name.variable())) {
            name.variable().values().forEach(value -> functions(value, found, seen));
        } else if (node instanceof Node.Index index && index.object() instanceof Node.Name table && seen.add(index)) {
            entries(table.variable(), index.key()).forEach(value -> functions(value, found, seen));
        } else if (node instanceof Node.Binary binary
                && (binary.operator().equals("and") || binary.operator().equals("or"))) {
            functions(binary.left(), found, seen);
            functions(binary.right(), found, seen);
        }
    }

    /** Whatever may lie in the table under that key. */
    private static List<Node> entries(Variable table, Node key) {
        List<Node> found = new ArrayList<>();
        table.entries().stream().filter(entry -> mayBe(entry.key(), key)).forEach(entry -> found.add(entry.value()));
        for (Node value : table.values()) {
            if (value instanceof Node.Table literal) {
                for (int i = 0; i < literal.values().size(); i++) {
                    if (mayBe(literal.keys().get(i), key)) {
                        found.add(literal.values().get(i));
                    }
                }
            }
        }
        return found;
    }

    private static boolean mayBe(Node stored, Node wanted) {
        if (stored instanceof Node.Text one && wanted instanceof Node.Text other) {
            return one.value().equals(other.value());
        }
        return !(stored instanceof Node.Text && wanted instanceof Node.Numeral);
    }

    /** The constant texts that the expression may be; empty when it may be something else as well. */
    Set<String> texts(Node node) {
        if (origins(node).stream().anyMatch(origin -> !origin.is(Origin.Kind.LITERAL)) || isJoined(node)) {
            return Set.of();
        }
        return origins(node).stream().map(Origin::detail).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isJoined(Node node) {
        return node.all(Node.Binary.class).stream()
                .anyMatch(binary -> binary.operator().equals(".."));
    }

    /** Whether it is the table KEYS, or what a library calls so. */
    boolean isKeys(Node node) {
        return isTable(node, "KEYS", keyTables);
    }

    /** Whether it is the table ARGV, or what a library calls so. */
    boolean isArguments(Node node) {
        return isTable(node, "ARGV", argumentTables);
    }

    private boolean isTable(Node node, String name, Set<Variable> others) {
        return isGlobal(node, name)
                || node instanceof Node.Name found
                        && !found.variable().isGlobal()
                        && (others.contains(found.variable())
                                || found.variable().values().stream().anyMatch(value -> isGlobal(value, name)));
    }

    /** Where the value may come from. */
    Set<Origin> origins(Node node) {
        if (isKeys(node)) {
            return Origin.key(0);
        } else if (isArguments(node)) {
            return Origin.argument(0);
        } else if (node instanceof Node.Text text) {
            return Origin.literal(text.value());
        } else if (node instanceof Node.Numeral number) {
            return Origin.literal(number.text());
        } else if (node instanceof Node.Constant) {
            return Set.of();
        } else if (node instanceof Node.Name name) {
            return origins(name.variable());
        } else if (node instanceof Node.Rest rest && rest.variable() != null) {
            return origins(rest.variable());
        } else if (node instanceof Node.Index index) {
            return element(index.object(), index.key());
        } else if (node instanceof Node.Element element) {
            return element.place() ? Set.of(Origin.OTHER) : elements(element.container());
        } else if (node instanceof Node.Binary binary) {
            return origins(binary);
        } else if (node instanceof Node.Unary unary) {
            return unary.operator().equals("-") ? origins(unary.operand()) : Set.of(Origin.OTHER);
        } else if (node instanceof Node.Call call) {
            return result(call);
        } else if (node instanceof Node.Table table) {
            return union(table.values().stream());
        } else if (node instanceof Node.Counter counter) {
            return union(Stream.of(counter.from(), counter.to()));
        }
        return Set.of(Origin.OTHER);
    }

    private Set<Origin> union(Stream<Node> nodes) {
        return nodes.flatMap(node -> origins(node).stream()).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<Origin> origins(Variable variable) {
        return variable.values().isEmpty()
                ? Set.of(Origin.OTHER)
                : settled(variable, () -> union(variable.values().stream()));
    }

    /** Each is looked at once in a round; where they lead to one another, rounds are made until nothing is added. */
    private Set<Origin> settled(Object what, Supplier<Set<Origin>> origins) {
        Set<Origin> before = known.get(what);
        if (before != null) {
            return before;
        }
        if (!visited.isEmpty()) {
            return visited.add(what) ? grown(what, origins) : rough.getOrDefault(what, Set.of());
        }
        Set<Origin> all;
        do {
            grew = false;
            visited.clear();
            visited.add(what);
            all = grown(what, origins);
        } while (grew);
        known.putAll(rough);
        rough.clear();
        visited.clear();
        return all;
    }

    private Set<Origin> grown(Object what, Supplier<Set<Origin>> origins) {
        Set<Origin> all = new LinkedHashSet<>(origins.get());
        all.addAll(rough.getOrDefault(what, Set.of()));
        grew |= !all.equals(rough.put(what, all));
        return all;
    }

    private Set<Origin> element(Node object, Node key) {
        if (isKeys(object)) {
            return Origin.key(place(key));
        } else if (isArguments(object)) {
            return Origin.argument(place(key));
        } else if (object instanceof Node.Name name && !name.variable().isGlobal()) {
            Shelf shelf = shelves.computeIfAbsent(new Shelf(name.variable(), kind(key)), same -> same);
            return settled(shelf, () -> lying(name.variable(), key));
        }
        return origins(object);
    }

    private static String kind(Node key) {
        return key instanceof Node.Text text ? "." + text.value() : key instanceof Node.Numeral ? "number" : "";
    }

    private Set<Origin> lying(Variable table, Node key) {
        Set<Origin> all = union(entries(table, key).stream());
        all.addAll(union(table.values().stream().filter(value -> !(value instanceof Node.Table))));
        return all.isEmpty() ? Set.of(Origin.OTHER) : all;
    }

    private Set<Origin> elements(Node container) {
        return element(container, new Node.Constant(container.line(), "nil"));
    }

    private static int place(Node key) {
        return key instanceof Node.Numeral number ? (int) number.value() : 0;
    }

    private Set<Origin> origins(Node.Binary binary) {
        return switch (binary.operator()) {
            case "and" -> origins(binary.right());
            case "or" -> union(Stream.of(binary.left(), binary.right()));
            case "..", "+", "-", "*", "/", "%", "^" -> made(Stream.of(binary.left(), binary.right()));
            default -> Set.of(Origin.OTHER);
        };
    }

    /** A text or number made from the parts: no key any more, even if one went into it. */
    private Set<Origin> made(Stream<Node> parts) {
        return union(parts).stream()
                .map(origin -> origin.is(Origin.Kind.KEY) ? new Origin(Origin.Kind.FROM_KEY, 0, "") : origin)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<Origin> result(Node.Call call) {
        Node function = call.function();
        if (function instanceof Node.Name name && name.variable().isGlobal()) {
            if (UNPACK.contains(name.name()) && !call.arguments().isEmpty()) {
                return elements(call.arguments().get(0));
            }
            return PASSING.contains(name.name())
                    ? union(call.arguments().stream().limit(1))
                    : made(call.arguments().stream());
        }
        if (isRedis(function, "call") || isRedis(function, "pcall")) {
            return call.arguments().isEmpty()
                    ? Set.of(Origin.OTHER)
                    : Origin.data(CommandCall.capitals(call.arguments().get(0)));
        }
        Set<Node.Function> functions = functions(function);
        if (!functions.isEmpty()) {
            return returned(functions);
        }
        return made(Stream.concat(
                call.method().isEmpty() ? Stream.empty() : Stream.of(function), call.arguments().stream()));
    }

    private Set<Origin> returned(Set<Node.Function> functions) {
        Set<Origin> all = new LinkedHashSet<>();
        for (Node.Function function : functions) {
            all.addAll(settled(function, () -> union(ownReturns(function.body()).stream())));
        }
        return all;
    }

    /** What the function, or the script, itself returns, and not the functions within it. */
    static List<Node> ownReturns(Node body) {
        List<Node> found = new ArrayList<>();
        for (Node part : body.parts()) {
            if (part instanceof Node.Return back) {
                found.addAll(back.values());
            } else if (!(part instanceof Node.Function)) {
                found.addAll(ownReturns(part));
            }
        }
        return found;
    }

    /** The numbers of the arguments that may be in the value; 0 for any. */
    Set<Integer> arguments(Node node) {
        return origins(node).stream()
                .filter(origin -> origin.is(Origin.Kind.ARGUMENT))
                .map(Origin::number)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A short name of each key that the expression may be. */
    Set<String> symbols(Node key) {
        return origins(key).stream()
                .map(origin -> origin.is(Origin.Kind.KEY) ? "KEYS[" + origin.number() + "]" : origin.toString())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether both may be the same key. */
    boolean mayBeSame(Node key, Node other) {
        Set<String> symbols = symbols(key);
        return symbols(other).stream().anyMatch(symbol -> symbols.contains(symbol) || symbol.equals("KEYS[0]"))
                || symbols.contains("KEYS[0]");
    }
}
