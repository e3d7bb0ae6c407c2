package dev.keywright.ops.lua;

import java.util.List;
import java.util.Set;

/** Commands that do not belong into a script, or not in this form. */
final class CommandRules {

    private static final Set<String> WHOLE =
            Set.of("SMEMBERS", "HGETALL", "HKEYS", "HVALS", "SUNION", "SINTER", "SDIFF", "SORT");
    private static final Set<String> SPANS = Set.of("LRANGE", "ZRANGE", "ZREVRANGE", "XRANGE", "XREVRANGE");
    private static final Set<String> SIZES =
            Set.of("HLEN", "SCARD", "LLEN", "ZCARD", "XLEN", "STRLEN", "ZCOUNT", "MEMORY");
    private static final Set<String> SCANS = Set.of("SCAN", "HSCAN", "SSCAN", "ZSCAN");

    private final Reading reading;
    private final Complaints complaints;

    private CommandRules(Reading reading, Complaints complaints) {
        this.reading = reading;
        this.complaints = complaints;
    }

    static void check(Reading reading, Complaints complaints) {
        CommandRules rules = new CommandRules(reading, complaints);
        reading.commands().forEach(rules::check);
        rules.scans();
        rules.ignoredErrors();
    }

    private void check(CommandCall command) {
        if (command.name().isEmpty()) {
            dynamic(command);
        } else if (command.entry().isEmpty()) {
            if (command.name().indexOf('.') < 0) {
                complaints.error(
                        "command-unknown",
                        command.line(),
                        "Redis 7.0 has no command " + command.name() + ".",
                        "The call ends the script with an error, and what it wrote until then stays.",
                        "Correct the name.");
            }
        } else {
            form(command, command.entry().get());
            size(command);
        }
    }

    private void dynamic(CommandCall command) {
        if (command.call().arguments().stream()
                .limit(1)
                .anyMatch(name -> !reading.arguments(name).isEmpty())) {
            complaints.error(
                    "command-from-argument",
                    command.line(),
                    "The caller says in ARGV which command runs.",
                    "Whoever may call the script may run anything that the script's user may.",
                    "Write the commands into the script, and choose with if.");
        }
    }

    private void form(CommandCall command, CommandSheet.Entry entry) {
        String title = command.title();
        if (entry.isBarred()) {
            complaints.error(
                    entry.blocks() ? "command-blocks" : "command-barred",
                    command.line(),
                    title + " cannot be called in a script.",
                    entry.blocks()
                            ? "A script cannot wait: everybody else would have to wait with it."
                            : "It changes the connection or the server, and Redis refuses it here.",
                    entry.blocks() ? "Use the form that does not block." : "Call it outside of the script.");
        } else if (entry.blocks() && (!command.is("XREAD", "XREADGROUP") || command.says("BLOCK"))) {
            complaints.warning(
                    "command-blocks",
                    command.line(),
                    title + " never blocks in a script.",
                    "It answers nil at once, as if its timeout had passed.",
                    "Leave its blocking option out, and wait outside of the script.");
        }
        if (!entry.replacement().isEmpty()) {
            complaints.warning(
                    "command-deprecated",
                    command.line(),
                    title + " is deprecated.",
                    "It may be missing in a later version.",
                    "Use " + entry.replacement() + ".");
        }
        int words = command.words().size() + 1;
        int wanted = Math.abs(entry.arity());
        if (!command.open() && (words < wanted || entry.arity() > 0 && words > wanted)) {
            complaints.error(
                    "command-arguments",
                    command.line(),
                    title + " takes " + (entry.arity() < 0 ? "at least " : "") + (wanted - 1)
                            + " words after its name, and gets " + (words - 1) + ".",
                    "The call ends the script with an error, and what it wrote until then stays.",
                    "Correct the arguments.");
        }
        if (command.is("FLUSHALL", "FLUSHDB", "SWAPDB")) {
            complaints.error(
                    "command-wipes",
                    command.line(),
                    title + " touches every key.",
                    "A script is for the keys it was given.",
                    "Remove it.");
        } else if (command.is("SELECT")) {
            complaints.warning(
                    "command-select",
                    command.line(),
                    "SELECT leaves the database of the caller.",
                    "A Cluster has only one, and keys of several databases share no hash slot.",
                    "Use one database, with a prefix for each purpose.");
        } else if (command.is("RANDOMKEY")) {
            complaints.warning(
                    "not-repeatable",
                    command.line(),
                    "RANDOMKEY gives another key each time, and one that was not declared.",
                    "The script cannot be tested, and fails on a Cluster.",
                    "Take a random member of a set with SRANDMEMBER.");
        }
    }

    private void size(CommandCall command) {
        if (command.is("KEYS")) {
            complaints.error(
                    "unbounded-read",
                    command.line(),
                    "KEYS looks at every key of the server.",
                    "Nobody else is served meanwhile; with a million keys that is about a second.",
                    "Keep the names in a set of their own.");
            return;
        }
        boolean whole = WHOLE.contains(command.name())
                || SPANS.contains(command.name()) && isWholeSpan(command) && !command.says("LIMIT", "COUNT");
        if (whole && command.keys().stream().noneMatch(this::isMeasured)) {
            complaints.warning(
                    "unbounded-read",
                    command.line(),
                    command.title() + " reads all of a key, however large it is.",
                    "Nobody else is served meanwhile, and the script's memory grows with it.",
                    "Read a part (LIMIT, COUNT, HMGET of known fields), or ask for the size first and refuse.");
        }
    }

    /** From one end to the other: {@code 0 -1}, {@code - +}, {@code -inf +inf}. */
    private static boolean isWholeSpan(CommandCall command) {
        List<Node> words = command.words();
        return words.size() > 2
                && isEnd(words.get(1), Set.of("0", "-", "-inf", "+", "+inf"))
                && isEnd(words.get(2), Set.of("-1", "+", "+inf", "-", "-inf"));
    }

    private static boolean isEnd(Node word, Set<String> ends) {
        return word instanceof Node.Text text && ends.contains(text.value())
                || word instanceof Node.Numeral number && ends.contains(number.text())
                || word instanceof Node.Unary unary
                        && unary.operand() instanceof Node.Numeral one
                        && ends.contains("-" + one.text());
    }

    /** Whether the script asks how large that key is. */
    private boolean isMeasured(Node key) {
        return reading.commands().stream()
                .filter(command -> SIZES.contains(command.name()))
                .flatMap(command -> command.keys().stream())
                .anyMatch(other -> reading.mayBeSame(key, other));
    }

    private void scans() {
        reading.block().all(Node.Loop.class).forEach(loop -> inside(loop, loop.body()));
        reading.block().all(Node.Count.class).forEach(loop -> inside(loop, loop.body()));
    }

    private void inside(Node loop, Node.Block body) {
        List<Node.Call> calls = body.all(Node.Call.class);
        reading.commands().stream()
                .filter(command -> SCANS.contains(command.name()) && calls.contains(command.call()))
                .forEach(command -> complaints.warning(
                        "scan-in-loop",
                        command.line(),
                        command.name() + " in a loop (line " + loop.line() + ") reads everything in one go.",
                        "Scanning exists to let others in between; within a script nobody is.",
                        "Scan outside, and pass what was found to the script."));
    }

    private void ignoredErrors() {
        for (Node.Evaluate statement : reading.block().all(Node.Evaluate.class)) {
            reading.commands().stream()
                    .filter(command -> command.guarded() && command.call() == statement.call())
                    .forEach(command -> complaints.warning(
                            "error-ignored",
                            command.line(),
                            "Nobody looks at what pcall answers for " + command.title() + ".",
                            "When it fails, the script goes on as if it had succeeded.",
                            "Use redis.call, or look at the field err of the answer."));
        }
        for (Node.Local local : reading.block().all(Node.Local.class)) {
            for (int i = 0;
                    i < Math.min(local.variables().size(), local.values().size());
                    i++) {
                Node value = local.values().get(i);
                Variable variable = local.variables().get(i);
                if (value instanceof Node.Call call
                        && reading.isRedis(call.function(), "pcall")
                        && !isLookedAt(variable)) {
                    complaints.warning(
                            "error-ignored",
                            call.line(),
                            "Nobody looks whether " + variable + " is an error.",
                            "pcall answers a table with the field err when the command fails.",
                            "Ask: if type(" + variable + ") == 'table' and " + variable + ".err then ...");
                }
            }
        }
    }

    private boolean isLookedAt(Variable variable) {
        boolean returned = reading.block().all(Node.Return.class).stream()
                .flatMap(back -> back.values().stream())
                .anyMatch(value -> value instanceof Node.Name name && name.variable() == variable);
        boolean asked = reading.block().all(Node.Index.class).stream()
                .anyMatch(index -> index.object() instanceof Node.Name name
                        && name.variable() == variable
                        && index.key() instanceof Node.Text text
                        && text.value().equals("err"));
        boolean typed = reading.calls().stream()
                .filter(call -> Reading.isGlobal(call.function(), "type"))
                .flatMap(call -> call.arguments().stream())
                .anyMatch(argument -> argument instanceof Node.Name name && name.variable() == variable);
        return returned || asked || typed;
    }
}
