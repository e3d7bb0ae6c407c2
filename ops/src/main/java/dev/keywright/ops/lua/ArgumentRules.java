package dev.keywright.ops.lua;

import dev.keywright.ops.Severity;
import dev.keywright.script.ArgumentKind;
import dev.keywright.script.ScriptHeader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What arguments can do to a script that does not look at them first. */
final class ArgumentRules {

    /** Which word behind the name is an amount. */
    private static final Map<String, Integer> AMOUNTS =
            Map.of("INCRBY", 1, "DECRBY", 1, "INCRBYFLOAT", 1, "HINCRBY", 2, "HINCRBYFLOAT", 2, "ZINCRBY", 1);

    private static final Map<String, Integer> TIMES =
            Map.of("EXPIRE", 1, "PEXPIRE", 1, "SETEX", 1, "PSETEX", 1, "EXPIREAT", 1, "PEXPIREAT", 1);
    private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");
    private static final Set<String> ARITHMETIC = Set.of("+", "-", "*", "/", "%", "^");
    private static final Pattern CLOCK = Pattern.compile(
            "(now|time|timestamp|ts|clock|current_?(time|timestamp|millis|ms|seconds)\\w*|unix_?time)(_?(ms|us|s|millis|micros|seconds))?");

    private final Reading reading;
    private final Guards guards;
    private final Complaints complaints;

    private ArgumentRules(Reading reading, Guards guards, Complaints complaints) {
        this.reading = reading;
        this.guards = guards;
        this.complaints = complaints;
    }

    static void check(Reading reading, Guards guards, Complaints complaints) {
        ArgumentRules rules = new ArgumentRules(reading, guards, complaints);
        reading.commands().forEach(rules::amounts);
        reading.commands().forEach(rules::times);
        rules.clocks();
        reading.commands().forEach(rules::window);
        rules.numbers();
        rules.loops();
        rules.divisions();
    }

    private void amounts(CommandCall command) {
        Integer place = AMOUNTS.get(command.name());
        if (place == null || command.words().size() <= place) {
            return;
        }
        Node amount = command.words().get(place);
        for (int argument : reading.arguments(amount)) {
            if (!guards.hasLeast(argument)) {
                complaints.add(
                        severity(argument),
                        "amount-unchecked",
                        command.line(),
                        name(argument) + " goes into " + command.title()
                                + ", and nobody asks whether it is negative, zero or a" + " fraction.",
                        "A negative amount turns adding into taking and the other way round; a fraction or a text ends"
                                + " the script with an error.",
                        "Refuse it first: if not n or n < 1 or n ~= math.floor(n) then return redis.error_reply('ERR"
                                + " ...') end");
            }
        }
    }

    private void times(CommandCall command) {
        Integer place = TIMES.get(command.name());
        Optional<Node> time = place != null && command.words().size() > place
                ? Optional.of(command.words().get(place))
                : command.is("SET", "GETEX") ? command.after("EX", "PX", "EXAT", "PXAT") : Optional.empty();
        time.ifPresent(node -> {
            for (int argument : reading.arguments(node)) {
                if (!guards.hasLeast(node) && !guards.hasLeast(argument)) {
                    complaints.add(
                            severity(argument),
                            "ttl-unchecked",
                            command.line(),
                            name(argument) + " is a TTL for " + command.title()
                                    + ", and nobody asks whether it is 1 or more.",
                            command.is("SET", "SETEX", "PSETEX", "GETEX")
                                    ? "With 0, a negative number, a fraction or a text the command fails after the"
                                            + " script has decided."
                                    : "With 0 or a negative number the key is deleted at once; a fraction or a text"
                                            + " ends the script with an error.",
                            "Refuse it first, or declare it in the header, such as: milliseconds, 1 or more.");
                }
            }
        });
    }

    /** Whom to trust: without a header that declares the argument, nobody. */
    private Severity severity(int argument) {
        if (!guards.isDeclared(argument)) {
            return Severity.ERROR;
        }
        return guards.kind(argument)
                        .map(ArgumentKind::sort)
                        .filter(ArgumentKind.Sort::isNumber)
                        .isPresent()
                ? Severity.INFO
                : Severity.WARNING;
    }

    private static String name(int argument) {
        return argument == 0 ? "An element of ARGV" : "ARGV[" + argument + "]";
    }

    private void clocks() {
        for (ScriptHeader.Parameter parameter : reading.header().arguments()) {
            boolean named = CLOCK.matcher(parameter.name()).matches()
                            && !parameter.text().matches("(?i)(when|of|at) .*")
                    || parameter.text().matches("(?i).*\\b(current|client'?s?) (unix )?time(stamp)?\\b.*");
            if (named) {
                clock(1, parameter.place());
            }
        }
        for (Node.Local local : reading.block().all(Node.Local.class)) {
            for (int i = 0;
                    i < Math.min(local.variables().size(), local.values().size());
                    i++) {
                Node value = local.values().get(i);
                if (CLOCK.matcher(local.variables().get(i).name()).matches() && isArgument(value)) {
                    reading.arguments(value).forEach(argument -> clock(local.line(), argument));
                }
            }
        }
    }

    /** What is dropped up to a time, and added with that time, is dropped and added by the caller's clock. */
    private void window(CommandCall dropping) {
        if (!dropping.is("ZREMRANGEBYSCORE") || dropping.words().size() < 3) {
            return;
        }
        Set<Integer> limits = reading.arguments(dropping.words().get(2));
        boolean byTheServer = reading.origins(dropping.words().get(2)).stream()
                .anyMatch(origin -> origin.is(Origin.Kind.CLOCK) || origin.is(Origin.Kind.DATA));
        for (CommandCall adding : reading.commands()) {
            if (!byTheServer
                    && adding.is("ZADD")
                    && adding.words().size() == 3
                    && reading.mayBeSame(dropping.words().get(0), adding.words().get(0))) {
                reading.arguments(adding.words().get(1)).stream()
                        .filter(limits::contains)
                        .forEach(argument -> clock(dropping.line(), argument));
            }
        }
    }

    /** An argument, or its number, and nothing that was worked out. */
    private boolean isArgument(Node value) {
        return value instanceof Node.Index index && reading.isArguments(index.object())
                || value instanceof Node.Call call
                        && Reading.isGlobal(call.function(), "tonumber")
                        && call.arguments().stream().anyMatch(this::isArgument);
    }

    private void clock(int line, int argument) {
        complaints.error(
                "clock-of-client",
                line,
                name(argument) + " is the time, as the caller has it.",
                "Clocks of several machines differ: one that is ahead or behind changes what the script decides for"
                        + " all.",
                "Ask the server: local time = redis.call('TIME'); now = time[1] * 1000 + math.floor(time[2] / 1000)");
    }

    /** {@code tonumber(ARGV[n])} is nil for a text. */
    private void numbers() {
        for (Node.Local local : reading.block().all(Node.Local.class)) {
            for (int i = 0;
                    i < Math.min(local.variables().size(), local.values().size());
                    i++) {
                Variable variable = local.variables().get(i);
                if (local.values().get(i) instanceof Node.Call call
                        && Reading.isGlobal(call.function(), "tonumber")
                        && isArgument(call)
                        && !guards.isTested(variable)) {
                    reading.arguments(call).forEach(argument -> notANumber(local.line(), variable, argument));
                }
            }
        }
        reading.block().all(Node.Binary.class).stream()
                .filter(binary -> ORDER.contains(binary.operator()) || ARITHMETIC.contains(binary.operator()))
                .flatMap(binary -> Stream.of(binary.left(), binary.right()))
                .forEach(this::unnamedNumber);
    }

    /** As above, where the number has no name. */
    private void unnamedNumber(Node node) {
        if (isArgument(node)) {
            for (int argument : reading.arguments(node)) {
                Severity severity = severity(argument);
                if (!guards.hasLeast(argument) && !guards.hasMost(argument) && severity != Severity.INFO) {
                    complaints.add(
                            severity,
                            "number-unchecked",
                            node.line(),
                            name(argument) + " is calculated with or compared, and nobody asks whether it is a number.",
                            "The script then ends with a Lua error (attempt to compare nil, or to perform arithmetic"
                                    + " on nil).",
                            "Give it a name and refuse nil first: if not n then return redis.error_reply('ERR ...')"
                                    + " end");
                }
            }
        }
    }

    private void notANumber(int line, Variable variable, int argument) {
        boolean used = reading.block().all(Node.Binary.class).stream()
                .filter(binary -> ORDER.contains(binary.operator()) || ARITHMETIC.contains(binary.operator()))
                .anyMatch(binary -> is(binary.left(), variable) || is(binary.right(), variable));
        Severity severity = severity(argument);
        if (used && severity != Severity.INFO) {
            complaints.add(
                    severity,
                    "number-unchecked",
                    line,
                    variable + " is nil when " + name(argument) + " is no number, and nobody asks.",
                    "The script then ends with a Lua error (attempt to compare nil, or to perform arithmetic on nil).",
                    "Refuse it first: if not " + variable + " then return redis.error_reply('ERR ...') end");
        }
    }

    private static boolean is(Node node, Variable variable) {
        return node instanceof Node.Name name && name.variable() == variable;
    }

    private void loops() {
        for (Node.Count loop : reading.block().all(Node.Count.class)) {
            for (int argument : reading.arguments(loop.bounds().get(1))) {
                if (!guards.hasMost(argument) && !isSize(loop.bounds().get(1))) {
                    complaints.warning(
                            "loop-without-cap",
                            loop.line(),
                            "The loop runs as often as " + name(argument) + " says, and there is no upper bound.",
                            "Nobody else is served while it runs.",
                            "Refuse large numbers first, or declare a bound in the header, such as: whole number, 1 to"
                                    + " 1000.");
                }
            }
        }
        boolean capped = reading.block().all(Node.Unary.class).stream()
                .anyMatch(unary ->
                        unary.operator().equals("#") && reading.isArguments(unary.operand()) && isCompared(unary));
        for (Node.Call call : reading.calls()) {
            boolean whole = Reading.isGlobal(call.function(), "unpack")
                    && call.arguments().size() < 3
                    && call.arguments().stream().limit(1).anyMatch(reading::isArguments);
            if (whole && !capped) {
                complaints.warning(
                        "unpack-without-cap",
                        call.line(),
                        "unpack(ARGV) hands on as many values as the caller sends.",
                        "Lua takes some 8,000 of them and then ends the script: too many results to unpack.",
                        "Refuse long calls first: if #ARGV > 1000 then return redis.error_reply('ERR ...') end");
            }
        }
    }

    private static boolean isSize(Node node) {
        return node.all(Node.Unary.class).stream()
                .anyMatch(unary -> unary.operator().equals("#"));
    }

    private boolean isCompared(Node.Unary size) {
        return reading.block().all(Node.Binary.class).stream()
                .filter(binary -> ORDER.contains(binary.operator()))
                .anyMatch(binary -> binary.all(Node.Unary.class).stream().anyMatch(size::equals));
    }

    private void divisions() {
        for (Node.Binary binary : reading.block().all(Node.Binary.class)) {
            if (!List.of("/", "%").contains(binary.operator())) {
                continue;
            }
            for (int argument : reading.arguments(binary.right())) {
                boolean only = reading.origins(binary.right()).size() == 1;
                if (only && !guards.hasLeast(argument) && severity(argument) != Severity.INFO) {
                    complaints.warning(
                            "division-by-argument",
                            binary.line(),
                            "Something is divided by " + name(argument) + ", which may be 0.",
                            "Lua answers inf or nan instead of an error, and that is stored.",
                            "Refuse 0 first.");
                }
            }
        }
    }
}
