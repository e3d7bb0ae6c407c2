package dev.keywright.ops.lua;

import dev.keywright.ops.Severity;
import dev.keywright.script.ArgumentKind;
import dev.keywright.script.ScriptHeader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls a script with edge values: each argument in turn negative, zero, a fraction, a text, huge, empty, missing; each key missing
 * and of another type; then a few hundred mixtures of these, the same in every run. Whatever the script should not have done becomes
 * a finding.
 */
final class EdgeTrial {

    private static final int SHOWN = 4;
    private static final Pattern PLACE = Pattern.compile("user_script:(\\d+)");

    /** An error of a script, by its place. */
    private record Fault(String id, int line, String message) {}

    private static final class Causes {
        private final Set<String> words = new LinkedHashSet<>();
        private Severity severity = Severity.INFO;
    }

    private final Laboratory laboratory;
    private final String source;
    private final ScriptHeader header;
    private final SampleCall sample;
    private final Complaints complaints;
    private final Map<Fault, Causes> faults = new LinkedHashMap<>();
    private int calls;
    private int refused;
    private int crashed;

    EdgeTrial(Laboratory laboratory, String source, Reading reading, Complaints complaints) {
        this.laboratory = laboratory;
        this.source = source;
        this.header = reading.header();
        this.sample = SampleCall.of(reading);
        this.complaints = complaints;
    }

    /** @param endless the script did not end in one call, so the server is of no more use */
    record Result(ScriptTrial trial, boolean endless) {}

    Result run() {
        boolean ends = EdgeCase.of(sample).stream().allMatch(this::call);
        faults.forEach(this::complain);
        return new Result(new ScriptTrial(calls, refused, crashed), !ends);
    }

    private boolean call(EdgeCase each) {
        prepare(each.ground());
        if (!each.wrong().isEmpty()) {
            laboratory.ask("DEL", each.wrong().get(1));
            laboratory.ask(each.wrong().toArray(String[]::new));
        }
        Map<String, Laboratory.Stored> before = laboratory.snapshot();
        Laboratory.Outcome outcome = laboratory.run(source, sample.keys(), each.arguments());
        calls++;
        if (outcome.endless()) {
            complaints.add(
                    severity(each),
                    "trial-endless",
                    1,
                    each.what() + " " + each.ground() + ": the script did not end within 5 seconds.",
                    "Nobody else is served meanwhile.",
                    "Bound its loops.");
            return false;
        }
        Map<String, Laboratory.Stored> after = laboratory.snapshot();
        refused += outcome.failed() && !outcome.crashed() ? 1 : 0;
        crash(each, outcome);
        touched(each, outcome);
        if (outcome.failed()) {
            halfDone(each, outcome, before, after);
        } else {
            stays(before, after);
            negative(each, before, after);
            backwards(each, before, after);
        }
        return true;
    }

    private void prepare(EdgeCase.Ground ground) {
        if (ground == EdgeCase.Ground.USED || ground == EdgeCase.Ground.USED_TWICE) {
            sample.prepare(laboratory);
        } else {
            laboratory.ask("FLUSHALL", "SYNC");
        }
        switch (ground) {
            case EMPTY -> {}
            case USED -> laboratory.run(source, sample.keys(), sample.arguments());
            case USED_TWICE -> {
                laboratory.run(source, sample.keys(), sample.arguments());
                laboratory.run(source, sample.keys(), sample.arguments());
            }
            case TEXTS -> {
                String text =
                        sample.arguments().isEmpty() ? "1" : sample.arguments().get(0);
                sample.keys().forEach(key -> laboratory.ask("SET", key, text, "PX", EdgeCase.LONG));
            }
            case HASHES ->
                sample.keys().forEach(key -> {
                    sample.arguments().forEach(field -> laboratory.ask("HSET", key, field, "100"));
                    laboratory.ask("PEXPIRE", key, EdgeCase.LONG);
                });
        }
    }

    private void crash(EdgeCase each, Laboratory.Outcome outcome) {
        if (outcome.crashed() && !isOfWrongType(each, outcome)) {
            crashed++;
            gather("trial-crash", each, outcome);
        }
    }

    /** The complaint of a command about a key that the trial itself has made so. */
    private static boolean isOfWrongType(EdgeCase each, Laboratory.Outcome outcome) {
        return outcome.answer().text().startsWith("WRONGTYPE")
                && (each.wrongKey() > 0 || each.ground().isInvented());
    }

    /** The same error at the same place counts once, with all that leads to it. */
    private void gather(String id, EdgeCase each, Laboratory.Outcome outcome) {
        Fault fault = new Fault(id, line(outcome), message(outcome));
        Causes causes = faults.computeIfAbsent(fault, none -> new Causes());
        if (!each.isMixture() || causes.words.isEmpty()) {
            causes.words.add(each.isMixture() ? "A mixture of edge values" : each.what());
        }
        causes.severity = worse(causes.severity, severity(each));
    }

    private void complain(Fault fault, Causes causes) {
        String what = String.join(", ", causes.words.stream().limit(SHOWN).toList())
                + (causes.words.size() > SHOWN ? " and " + (causes.words.size() - SHOWN) + " more" : "");
        if (fault.id().equals("trial-crash")) {
            complaints.add(
                    causes.severity,
                    fault.id(),
                    fault.line(),
                    "The script ends with an error it did not mean: " + fault.message() + " (" + what + ").",
                    "Callers cannot tell it from a fault in the script.",
                    "Look at the value first, and return redis.error_reply('ERR ...').");
        } else {
            complaints.add(
                    causes.severity,
                    fault.id(),
                    fault.line(),
                    "The script ends with an error, and yet something was changed: " + fault.message() + " (" + what
                            + ").",
                    "Redis takes nothing back: what a script wrote before it failed stays.",
                    "Look at everything before the first write.");
        }
    }

    private static String message(Laboratory.Outcome outcome) {
        return outcome.answer()
                .text()
                .replaceAll(" script: [0-9a-f]{40}, on @user_script:\\d+\\.?", "")
                .replaceAll("(@?user_script:)+\\d+: ?", "")
                .replaceAll("\\.$", "")
                .strip();
    }

    private static int line(Laboratory.Outcome outcome) {
        Matcher matcher = PLACE.matcher(outcome.answer().text());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
    }

    private void halfDone(
            EdgeCase each,
            Laboratory.Outcome outcome,
            Map<String, Laboratory.Stored> before,
            Map<String, Laboratory.Stored> after) {
        if (isOfWrongType(each, outcome)) {
            return;
        }
        Set<String> names = new HashSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> sameValue(before.get(name), after.get(name)));
        if (!names.isEmpty()) {
            gather("trial-half-done", each, outcome);
        }
    }

    private static boolean sameValue(Laboratory.@Nullable Stored one, Laboratory.@Nullable Stored other) {
        return one != null && other != null && one.value().equals(other.value());
    }

    private void touched(EdgeCase each, Laboratory.Outcome outcome) {
        outcome.touched().stream()
                .filter(key -> !sample.keys().contains(key))
                .distinct()
                .forEach(key -> complaints.error(
                        "trial-undeclared-key",
                        1,
                        "The script touches a key that was not among its KEYS: "
                                + (each.arguments().contains(key) ? "one it got in ARGV" : "one it made or found")
                                + ".",
                        "On a Cluster that key may lie on another node, and the call fails or reads nothing.",
                        "Pass every key among the KEYS."));
    }

    private void stays(Map<String, Laboratory.Stored> before, Map<String, Laboratory.Stored> after) {
        after.forEach((name, stored) -> {
            Laboratory.Stored old = before.get(name);
            boolean dropped = old != null && old.ttl() >= 0;
            if (stored.ttl() == -1 && (old == null || dropped)) {
                int place = sample.keys().indexOf(name) + 1;
                boolean meant = header.keys().stream()
                        .filter(key -> key.covers(place))
                        .anyMatch(key -> ExpiryRules.saysForEver(key.name() + " " + key.text()));
                if (!meant) {
                    complaints.warning(
                            "trial-no-ttl",
                            1,
                            (place > 0 ? "KEYS[" + place + "]" : "A key that was not declared")
                                    + (dropped ? " loses the TTL it had." : " is left without a TTL."),
                            "It stays until somebody deletes it.",
                            "Call PEXPIRE in the script, or say in the header that the key is kept for ever.");
                }
            }
        });
    }

    private void negative(EdgeCase each, Map<String, Laboratory.Stored> before, Map<String, Laboratory.Stored> after) {
        after.forEach((name, stored) -> {
            List<String> old = Optional.ofNullable(before.get(name))
                    .map(Laboratory.Stored::numbers)
                    .orElse(List.of());
            boolean negative = stored.numbers().stream()
                    .anyMatch(number -> number.startsWith("-") && !old.contains(number) && !isPassed(each, number));
            if (negative) {
                complaints.add(
                        severity(each) == Severity.ERROR ? Severity.WARNING : Severity.INFO,
                        "trial-negative",
                        1,
                        each.what() + " " + each.ground() + " leaves a negative number in KEYS["
                                + (sample.keys().indexOf(name) + 1) + "].",
                        "Stock, balances and counters are hardly meant to be negative.",
                        "Compare before taking away, and refuse negative amounts.");
            }
        });
    }

    /** A negative amount that works: it adds where the script takes away, or the other way round. */
    private void backwards(EdgeCase each, Map<String, Laboratory.Stored> before, Map<String, Laboratory.Stored> after) {
        boolean five = each.argument() > 0
                && each.arguments().size() >= each.argument()
                && each.arguments().get(each.argument() - 1).equals("-5");
        if (!five) {
            return;
        }
        for (String key : sample.keys()) {
            int change = change(before.get(key), after.get(key));
            if (Math.abs(change) == 5) {
                complaints.add(
                        severity(each),
                        "trial-negative-taken",
                        1,
                        each.what() + " is taken, and a number in KEYS["
                                + (sample.keys().indexOf(key) + 1) + "] " + (change > 0 ? "grows" : "shrinks")
                                + " by 5.",
                        "A negative amount turns adding into taking and the other way round.",
                        "Refuse it: if n < 1 then return redis.error_reply('ERR ...') end");
            }
        }
    }

    /** By how much the one number changed that did; 0 when none did or several. */
    private static int change(Laboratory.@Nullable Stored before, Laboratory.@Nullable Stored after) {
        if (before == null
                || after == null
                || before.numbers().size() != after.numbers().size()) {
            return 0;
        }
        List<Double> changes = new ArrayList<>();
        for (int i = 0; i < before.numbers().size(); i++) {
            changes.add(Double.parseDouble(after.numbers().get(i))
                    - Double.parseDouble(before.numbers().get(i)));
        }
        changes.removeIf(change -> change == 0);
        return changes.size() == 1 ? (int) Math.round(changes.get(0)) : 0;
    }

    /** A value that is stored as it came is no result. */
    private static boolean isPassed(EdgeCase each, String number) {
        return each.arguments().stream().anyMatch(argument -> argument.contains(number));
    }

    /** What the header rules out is the caller's fault first; without a header everything is the script's. */
    private Severity severity(EdgeCase each) {
        if (!header.isFormal()) {
            return Severity.ERROR;
        }
        boolean foreign = each.wrongKey() > 0 || each.ground().isInvented();
        Severity mildest = foreign ? Severity.WARNING : Severity.ERROR;
        for (int place = 1;
                place <= Math.max(each.arguments().size(), sample.arguments().size());
                place++) {
            mildest = milder(mildest, severity(each.arguments(), place));
        }
        return mildest;
    }

    private Severity severity(List<String> arguments, int place) {
        ArgumentKind kind = header.arguments().stream()
                .filter(parameter -> parameter.covers(place))
                .findFirst()
                .map(parameter -> ArgumentKind.of(parameter.text()))
                .orElse(ArgumentKind.of(""));
        if (place > arguments.size()) {
            return kind.isOptional() ? Severity.ERROR : Severity.INFO;
        }
        String value = arguments.get(place - 1);
        if (place <= sample.arguments().size()
                && value.equals(sample.arguments().get(place - 1))) {
            return Severity.ERROR;
        }
        if (kind.objection(value).isPresent()) {
            return Severity.INFO;
        }
        return kind.sort().isNumber() && kind.least().isPresent() ? Severity.ERROR : Severity.WARNING;
    }

    private static Severity worse(Severity one, Severity other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Severity milder(Severity one, Severity other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
