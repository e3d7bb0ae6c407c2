package dev.keywright.ops.lua;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Values that are not what a script takes them for: texts for numbers, false for a value, fractions for whole numbers. */
final class ValueRules {

    private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");
    private static final Set<String> EQUALITY = Set.of("==", "~=");
    private static final Set<String> CALCULATION = Set.of("+", "-", "*", "/", "%", "^", "..", "<", "<=", ">", ">=");
    private static final Pattern MONEY = Pattern.compile(
            "(?i).*(price|balance|amount|cost|money|credit|debit|salary|invoice|payment|wallet|account|eur|usd).*");

    private final Reading reading;
    private final Guards guards;
    private final Complaints complaints;

    private ValueRules(Reading reading, Guards guards, Complaints complaints) {
        this.reading = reading;
        this.guards = guards;
        this.complaints = complaints;
    }

    static void check(Reading reading, Guards guards, Complaints complaints) {
        ValueRules rules = new ValueRules(reading, guards, complaints);
        reading.block().all(Node.Binary.class).forEach(rules::compared);
        reading.block().all(Node.Binary.class).forEach(rules::calculated);
        reading.block().all(Node.Binary.class).forEach(rules::creates);
        reading.calls().forEach(rules::decoded);
        reading.commands().forEach(rules::floats);
    }

    private void compared(Node.Binary binary) {
        boolean text =
                isText(binary.left()) && isNumber(binary.right()) || isNumber(binary.left()) && isText(binary.right());
        if (text && ORDER.contains(binary.operator())) {
            complaints.error(
                    "text-compared",
                    binary.line(),
                    "A text is compared with a number by " + binary.operator() + ".",
                    "ARGV and most answers of Redis are texts, and Lua ends the script: attempt to compare number with"
                            + " string.",
                    "Put tonumber(...) around it.");
        } else if (text && EQUALITY.contains(binary.operator())) {
            complaints.error(
                    "never-equal",
                    binary.line(),
                    "A text is compared with a number by " + binary.operator() + ".",
                    "To Lua '1' and 1 are never equal.",
                    "Put tonumber(...) around the text, or quotes around the number.");
        } else if (ORDER.contains(binary.operator()) && isText(binary.left()) && isText(binary.right())) {
            complaints.error(
                    "text-compared",
                    binary.line(),
                    "Two texts are compared by " + binary.operator() + ".",
                    "They are compared letter by letter: '10' comes before '9'.",
                    "Put tonumber(...) around both.");
        }
    }

    private boolean isText(Node node) {
        return node instanceof Node.Text
                || node instanceof Node.Index index && reading.isArguments(index.object())
                || node instanceof Node.Call call && reading.isTextReply(call)
                || node instanceof Node.Name name
                        && !name.variable().isGlobal()
                        && !name.variable().values().isEmpty()
                        && name.variable().values().stream()
                                .allMatch(value -> !(value instanceof Node.Name)
                                        && !(value instanceof Node.Text)
                                        && isText(value));
    }

    private boolean isNumber(Node node) {
        return node instanceof Node.Numeral
                || node instanceof Node.Call reply && reading.isWholeReply(reply)
                || node instanceof Node.Unary unary
                        && (unary.operator().equals("#") || unary.operator().equals("-"))
                || node instanceof Node.Call call && Reading.isGlobal(call.function(), "tonumber")
                || node instanceof Node.Name name
                        && !name.variable().isGlobal()
                        && !name.variable().values().isEmpty()
                        && name.variable().values().stream()
                                .allMatch(value -> !(value instanceof Node.Name) && isNumber(value));
    }

    private void calculated(Node.Binary binary) {
        if (!CALCULATION.contains(binary.operator())) {
            return;
        }
        for (Node side : List.of(binary.left(), binary.right())) {
            absent(side)
                    .ifPresent(command -> complaints.warning(
                            "nothing-unchecked",
                            side.line(),
                            "What " + command + " answers is used by " + binary.operator()
                                    + ", and nobody asks whether there is anything.",
                            "A key or field that is not there is false in Lua, and the script ends with an error.",
                            "Say what counts then, as in: tonumber(redis.call('" + command + "', ...) or '0')"));
        }
        if (binary.operator().equals("..")) {
            digits(binary.left());
            digits(binary.right());
        }
    }

    /** The command whose missing answer reaches this place. */
    private Optional<String> absent(Node node) {
        return absent(node, new HashSet<>());
    }

    private Optional<String> absent(Node node, Set<Variable> seen) {
        if (node instanceof Node.Call call && reading.isTextReply(call)) {
            return Optional.of(CommandCall.capitals(call.arguments().get(0)));
        }
        if (node instanceof Node.Call call
                && Reading.isGlobal(call.function(), "tonumber")
                && !call.arguments().isEmpty()) {
            return absent(call.arguments().get(0), seen);
        }
        if (node instanceof Node.Name name
                && !name.variable().isGlobal()
                && !guards.isTested(name.variable())
                && seen.add(name.variable())) {
            return name.variable().values().stream()
                    .flatMap(value -> absent(value, seen).stream())
                    .findFirst();
        }
        return Optional.empty();
    }

    /** Lua writes 14 digits of a number; microseconds since 1970 have 16. */
    private void digits(Node node) {
        boolean clock = reading.origins(node).stream().anyMatch(origin -> origin.is(Origin.Kind.CLOCK));
        boolean number = isWorkedOut(node);
        boolean named =
                node instanceof Node.Name name && name.name().matches("(?i)now|time|timestamp|clock|micros|millis");
        if (number && (clock || named)) {
            complaints.warning(
                    "digits-lost",
                    node.line(),
                    "A time is written into a text with '..'.",
                    "Lua writes 14 digits of a number, so microseconds lose the last ones and two times become one.",
                    "Write it with string.format('%.0f', ...).");
        }
    }

    private static boolean isWorkedOut(Node node) {
        return node instanceof Node.Binary binary && !binary.operator().equals("..")
                || node instanceof Node.Call call && Reading.isGlobal(call.function(), "tonumber")
                || node instanceof Node.Name name
                        && !name.variable().isGlobal()
                        && name.variable().values().stream()
                                .anyMatch(value -> !(value instanceof Node.Name) && isWorkedOut(value));
    }

    /** Compares what is stored with an argument and then stores: nothing is ever stored where nothing was. */
    private void creates(Node.Binary binary) {
        if (!EQUALITY.contains(binary.operator())) {
            return;
        }
        Node stored = reading.arguments(binary.right()).isEmpty() ? binary.right() : binary.left();
        Node other = stored == binary.left() ? binary.right() : binary.left();
        Optional<Node.Call> read = read(stored);
        if (read.isEmpty() || reading.arguments(other).isEmpty()) {
            return;
        }
        Node key = read.get().arguments().get(1);
        boolean writes = reading.commands().stream()
                .filter(command -> command.is("SET", "SETEX", "PSETEX"))
                .flatMap(command -> command.keys().stream())
                .anyMatch(written -> reading.mayBeSame(key, written));
        boolean asks = reading.commands().stream().anyMatch(command -> command.is("EXISTS") || command.says("NX"));
        if (writes && !asks && !isAskedFor(stored)) {
            complaints.warning(
                    "absent-never-equal",
                    binary.line(),
                    "What GET answers is compared with an argument, and a missing key is false.",
                    "No argument is ever equal to false, so this script can change a key but never create it.",
                    "Say what a missing key is equal to, or that it is not meant: if not current then return 0 end");
        }
    }

    private Optional<Node.Call> read(Node node) {
        if (node instanceof Node.Call call
                && reading.isTextReply(call)
                && call.arguments().size() > 1
                && CommandCall.capitals(call.arguments().get(0)).equals("GET")) {
            return Optional.of(call);
        }
        return node instanceof Node.Name name
                ? name.variable().values().stream()
                        .filter(Node.Call.class::isInstance)
                        .flatMap(value -> read(value).stream())
                        .findFirst()
                : Optional.empty();
    }

    /** Whether there is a test of the variable that is no comparison with a value. */
    private boolean isAskedFor(Node stored) {
        if (!(stored instanceof Node.Name name)) {
            return false;
        }
        boolean negated = reading.block().all(Node.Unary.class).stream()
                .anyMatch(unary -> unary.operator().equals("not") && isSame(unary.operand(), name));
        boolean joined = reading.block().all(Node.Binary.class).stream()
                .filter(binary -> Set.of("and", "or").contains(binary.operator()))
                .anyMatch(binary -> isSame(binary.left(), name));
        boolean condition = reading.block().all(Node.If.class).stream()
                .flatMap(branch -> branch.conditions().stream())
                .anyMatch(each -> isSame(each, name));
        boolean compared = reading.block().all(Node.Binary.class).stream()
                .filter(binary -> EQUALITY.contains(binary.operator()))
                .anyMatch(binary -> isSame(binary.left(), name) && isFalse(binary.right())
                        || isSame(binary.right(), name) && isFalse(binary.left()));
        return negated || joined || condition || compared;
    }

    private static boolean isFalse(Node node) {
        return node instanceof Node.Constant constant && constant.word().equals("false");
    }

    private static boolean isSame(Node node, Node.Name name) {
        return node instanceof Node.Name other && other.variable() == name.variable();
    }

    private void decoded(Node.Call call) {
        if (Reading.isLibrary(call.function(), "cjson", "decode")
                && !call.arguments().isEmpty()) {
            Node text = call.arguments().get(0);
            if (absent(text).isPresent()) {
                complaints.warning(
                        "nothing-unchecked",
                        call.line(),
                        "cjson.decode gets what " + absent(text).get()
                                + " answers, and nobody asks whether there is anything.",
                        "A key or field that is not there is false in Lua, and the script ends with an error.",
                        "Ask first: if not text then return ... end");
            }
            if (!reading.arguments(text).isEmpty()) {
                complaints.warning(
                        "json-unchecked",
                        call.line(),
                        "cjson.decode gets an argument.",
                        "A text that is no JSON ends the script with an error.",
                        "Catch it: local ok, value = pcall(cjson.decode, text)");
            }
        } else if (Reading.isLibrary(call.function(), "cjson", "encode")
                && call.arguments().stream()
                        .anyMatch(value -> value instanceof Node.Table table
                                && table.values().isEmpty())) {
            complaints.info(
                    "json-empty-list",
                    call.line(),
                    "cjson.encode writes an empty table as {}.",
                    "Readers that expect a list get an object.",
                    "Write '[]' yourself when there is nothing.");
        }
    }

    private void floats(CommandCall command) {
        if (command.is("INCRBYFLOAT", "HINCRBYFLOAT")) {
            boolean money = command.words().stream().anyMatch(ValueRules::soundsLikeMoney)
                    || reading.header().keys().stream()
                            .anyMatch(key ->
                                    MONEY.matcher(key.name() + key.text()).matches())
                    || reading.header().arguments().stream()
                            .anyMatch(argument -> MONEY.matcher(argument.name()).matches());
            if (money) {
                complaints.warning(
                        "money-as-float",
                        command.line(),
                        command.title() + " adds money with a fraction.",
                        "Fractions such as 0.1 have no exact form, and the cents drift.",
                        "Count in cents with " + command.name().replace("FLOAT", "") + ".");
            } else {
                complaints.info(
                        "sum-of-floats",
                        command.line(),
                        command.title() + " adds numbers with a fraction.",
                        "Small errors add up.",
                        "Count in the smallest unit, in whole numbers, where the sum must be exact.");
            }
        }
        boolean whole = command.is("INCRBY", "DECRBY", "HINCRBY");
        if (whole && !command.words().isEmpty()) {
            Node amount = command.words().get(command.words().size() - 1);
            if (amount instanceof Node.Binary binary && binary.operator().equals("/")) {
                complaints.warning(
                        "fraction-as-whole",
                        command.line(),
                        command.title() + " gets the result of a division.",
                        "Where it does not come out even, the command fails: value is not an integer.",
                        "Round it: math.floor(a / b)");
            }
        }
    }

    private static boolean soundsLikeMoney(Node word) {
        return word instanceof Node.Text text && MONEY.matcher(text.value()).matches()
                || word instanceof Node.Name name && MONEY.matcher(name.name()).matches();
    }
}
