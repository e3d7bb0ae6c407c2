package dev.keywright.ops.lua;

import dev.keywright.script.ArgumentKind;
import dev.keywright.script.ScriptHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keys and arguments that suit a script: those of its line TRY, or some that its header, or its own code, lets one guess.
 *
 * @param given commands that make what the call needs
 * @param told whether the script says them itself
 */
record SampleCall(List<List<String>> given, List<String> keys, List<String> arguments, boolean told) {

    /** Nobody writes so many by hand, and each one is tried with all edge values. */
    private static final int MOST_GUESSED = 100;

    static SampleCall of(Reading reading) {
        ScriptHeader header = reading.header();
        return header.sample()
                .map(sample -> new SampleCall(header.given(), sample.keys(), sample.arguments(), true))
                .orElseGet(() -> guessed(reading));
    }

    /** Empties the server and makes what the call needs. */
    void prepare(Laboratory laboratory) {
        laboratory.ask("FLUSHALL", "SYNC");
        given.forEach(command -> laboratory.ask(command.toArray(String[]::new)));
    }

    private static SampleCall guessed(Reading reading) {
        ScriptHeader header = reading.header();
        List<String> keys = new ArrayList<>();
        int count = Math.max(last(header.keys()), largest(reading, reading::isKeys));
        for (int i = 1; i <= Math.min(count, MOST_GUESSED); i++) {
            keys.add("{try}:" + i);
        }
        List<String> arguments = new ArrayList<>();
        int wanted = Math.max(last(header.arguments()), largest(reading, reading::isArguments));
        for (int i = 1; i <= Math.min(wanted, MOST_GUESSED); i++) {
            int place = i;
            arguments.add(header.arguments().stream()
                    .filter(parameter -> parameter.covers(place))
                    .findFirst()
                    .map(parameter -> suiting(ArgumentKind.of(parameter.text())))
                    .orElse("10"));
        }
        return new SampleCall(header.given(), keys, arguments, false);
    }

    private static int last(List<ScriptHeader.Parameter> parameters) {
        return parameters.stream().mapToInt(ScriptHeader.Parameter::place).max().orElse(0);
    }

    /** The largest place that the code asks for. */
    private static int largest(Reading reading, Predicate<Node> isTable) {
        return reading.block().all(Node.Index.class).stream()
                .filter(index -> isTable.test(index.object()) && index.key() instanceof Node.Numeral)
                .mapToInt(index -> index.key() instanceof Node.Numeral number ? (int) number.value() : 0)
                .max()
                .orElse(0);
    }

    private static String suiting(ArgumentKind kind) {
        if (kind.sort() == ArgumentKind.Sort.CHOICE) {
            return kind.choices().isEmpty() ? "a" : kind.choices().get(0);
        }
        return kind.objection("10").isEmpty()
                ? "10"
                : kind.least().map(least -> least.toPlainString()).orElse("1");
    }
}
