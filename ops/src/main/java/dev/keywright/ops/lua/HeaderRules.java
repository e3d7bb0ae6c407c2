package dev.keywright.ops.lua;

import dev.keywright.script.HashSlot;
import dev.keywright.script.ScriptHeader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Whether a script says what it takes and gives, and keeps to it. */
final class HeaderRules {

    private static final Set<String> FLAGS =
            Set.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");

    private final Reading reading;
    private final ScriptHeader header;
    private final Complaints complaints;

    private HeaderRules(Reading reading, Complaints complaints) {
        this.reading = reading;
        this.header = reading.header();
        this.complaints = complaints;
    }

    static void check(Reading reading, Complaints complaints) {
        HeaderRules rules = new HeaderRules(reading, complaints);
        rules.firstLine();
        if (rules.header.name().isEmpty()) {
            rules.words();
            rules.places("KEYS", rules.header.keys(), reading::isKeys);
            rules.places("ARGV", rules.header.arguments(), reading::isArguments);
            rules.sample();
        }
    }

    private void firstLine() {
        boolean writes = reading.commands().stream().anyMatch(CommandCall::writes);
        boolean known =
                reading.commands().stream().allMatch(command -> command.entry().isPresent());
        if (header.engine().isEmpty()) {
            complaints.info(
                    "first-line-missing",
                    1,
                    "The script does not begin with #!lua.",
                    "Without that line a script may touch keys it was not given, and on a Cluster nobody notices until"
                            + " it fails.",
                    "Begin with: #!lua" + (writes || !known ? "" : " flags=no-writes"));
            return;
        }
        if (!header.engine().equals("lua")) {
            complaints.error(
                    "engine-unknown",
                    1,
                    "The first line names the engine '" + header.engine() + "'.",
                    "Redis knows only lua and refuses the script.",
                    "Begin with: #!lua");
        }
        header.flags().stream()
                .filter(flag -> !FLAGS.contains(flag))
                .forEach(flag -> complaints.error(
                        "flag-unknown",
                        1,
                        "The first line has the flag '" + flag + "'.",
                        "Redis refuses a script with a flag it does not know.",
                        "Use flags of "
                                + String.join(", ", FLAGS.stream().sorted().toList())
                                + ", with commas and no spaces."));
        if (header.isReadOnly()) {
            reading.commands().stream()
                    .filter(CommandCall::writes)
                    .forEach(command -> complaints.error(
                            "write-in-reader",
                            command.line(),
                            "The script says flags=no-writes and calls " + command.title() + ".",
                            "Redis refuses the command while the script runs.",
                            "Leave the flag or the command out."));
        } else if (!writes
                && known
                && header.name().isEmpty()
                && !reading.commands().isEmpty()) {
            complaints.info(
                    "reader-unmarked",
                    1,
                    "The script only reads, and does not say so.",
                    "With the flag it can run on replicas, and where memory is short.",
                    "Begin with: #!lua flags=no-writes");
        }
    }

    private void words() {
        if (!header.isFormal()) {
            complaints.warning(
                    "header-missing",
                    1,
                    "No header says what KEYS, ARGV and REPLY are.",
                    "Nobody can check a call before it is sent, nor try the script.",
                    "Put a comment --[[ ... ]] on top with lines KEYS, ARGV, REPLY and TRY.");
        } else if (header.word("REPLY").isEmpty()) {
            complaints.info(
                    "reply-undeclared",
                    1,
                    "The header does not say what the script answers.",
                    "Callers have to read the code.",
                    "Add a line REPLY.");
        }
    }

    private void places(String table, List<ScriptHeader.Parameter> declared, Predicate<Node> isTable) {
        Set<Integer> used = new HashSet<>();
        boolean any = false;
        for (Node.Index index : reading.block().all(Node.Index.class)) {
            if (isTable.test(index.object())) {
                if (index.key() instanceof Node.Numeral number) {
                    used.add((int) number.value());
                    place(table, (int) number.value(), index.line(), declared);
                } else {
                    any = true;
                }
            }
        }
        any |= reading.calls().stream()
                .anyMatch(call -> call.arguments().stream().anyMatch(isTable));
        if (!any && header.isFormal()) {
            declared.stream()
                    .filter(parameter -> used.stream().noneMatch(parameter::covers))
                    .forEach(parameter -> complaints.warning(
                            table.equals("KEYS") ? "key-unused" : "argument-unused",
                            1,
                            table + "[" + parameter.place() + "] (" + parameter.name()
                                    + ") is declared and never used.",
                            "Either the header or the script is wrong.",
                            "Use it, or take it out of the header."));
        }
    }

    private void place(String table, int number, int line, List<ScriptHeader.Parameter> declared) {
        String id = table.equals("KEYS") ? "key-index" : "argument-index";
        if (number < 1) {
            complaints.error(
                    id,
                    line,
                    table + "[" + number + "] is always nil.",
                    "Tables of Lua begin at 1.",
                    "Use " + table + "[" + (number + 1) + "].");
        } else if ((header.isFormal() || !declared.isEmpty())
                && declared.stream().noneMatch(parameter -> parameter.covers(number))) {
            complaints.error(
                    id,
                    line,
                    table + "[" + number + "] is used, but the header declares " + count(declared) + ".",
                    "It is nil when callers keep to the header.",
                    "Declare it, or correct the number.");
        }
    }

    private static String count(List<ScriptHeader.Parameter> declared) {
        return switch (declared.size()) {
            case 0 -> "none";
            case 1 -> "only one";
            default -> declared.size() + " of them";
        };
    }

    private void sample() {
        if (!header.isFormal()) {
            return;
        }
        if (header.sample().isEmpty()) {
            complaints.info(
                    "sample-missing",
                    1,
                    "The header has no line TRY.",
                    "With one the script is run as part of the check.",
                    "Add: TRY EVAL KEYS "
                            + "{a}:1 ".repeat(Math.max(1, header.keys().size())) + "ARGV ...");
            return;
        }
        ScriptHeader.Sample sample = header.sample().get();
        boolean open = header.keys().stream().anyMatch(ScriptHeader.Parameter::isRest);
        if (open
                ? sample.keys().size() < header.keys().size()
                : sample.keys().size() != header.keys().size()) {
            complaints.error(
                    "sample-wrong",
                    1,
                    "The line TRY gives " + sample.keys().size() + " keys where the header declares "
                            + header.keys().size() + ".",
                    "The sample is no call of this script.",
                    "Give one key for each that is declared.");
        }
        if (sample.keys().stream().map(HashSlot::of).distinct().count() > 1) {
            complaints.error(
                    "keys-in-several-slots",
                    1,
                    "The keys of the line TRY do not share a hash slot: " + String.join(", ", sample.keys()) + ".",
                    "A Cluster refuses a script whose keys lie in several slots (CROSSSLOT).",
                    "Put what they have in common into braces, as in {order:7}:items and {order:7}:total.");
        }
    }
}
