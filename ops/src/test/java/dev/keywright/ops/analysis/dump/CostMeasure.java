package dev.keywright.ops.analysis.dump;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a mixture of all types and encodings into a server, saves it, and prints how far what is reckoned from the dump is off:
 * each key against MEMORY USAGE SAMPLES 0, the totals against {@code used_memory}; right after writing, and after a restart.
 * Arguments: SERVER_BINARY or {@code embedded}; a scale (default 2, some 8,000 keys); directives as {@code name=value}.
 */
public final class CostMeasure {

    private CostMeasure() {}

    public static void main(String[] arguments) throws Exception {
        boolean embedded = arguments.length == 0 || arguments[0].equals("embedded");
        Optional<Path> binary = embedded ? Optional.empty() : Optional.of(Path.of(arguments[0]));
        double scale = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 2;
        Map<String, String> directives = new HashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            String[] directive = arguments[i].split("=", 2);
            directives.put(directive[0], directive[1]);
        }
        try (CostLab lab = new CostLab(binary, directives)) {
            say("%s", lab.profile);
            show("written", lab.written(scale));
            show("loaded", lab.loaded());
        }
    }

    private static void show(String title, CostLab.Outcome outcome) {
        say("-- %s: %,d keys", title, outcome.dump().keys());
        List<Double> all = new ArrayList<>();
        outcome.errors().forEach((kind, errors) -> {
            all.addAll(errors);
            row(kind, errors);
        });
        row("all", all);
        outcome.dump().totals().parts().forEach(part -> say("%-30s %,14.0f", part.name(), part.bytes()));
        say(
                "data %,.0f, reckoned %,.0f: %.3f %%; used_memory %,.0f, reckoned %,.0f: %.3f %%",
                outcome.dataBytes(),
                outcome.dump().totals().dataBytes(),
                100 * outcome.dataError(),
                outcome.usedBytes(),
                outcome.dump().totals().totalBytes(),
                100 * outcome.totalError());
    }

    private static void row(String kind, List<Double> errors) {
        double[] sizes = errors.stream().mapToDouble(Math::abs).sorted().toArray();
        double mean = errors.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        say(
                "%-30s %6d exact %5.1f %%  mean %8.4f  median %8.4f  99 %% %8.4f  worst %8.4f",
                kind,
                sizes.length,
                100.0 * errors.stream().filter(error -> error == 0).count() / sizes.length,
                100 * mean,
                100 * sizes[sizes.length / 2],
                100 * sizes[(int) (sizes.length * 0.99)],
                100 * sizes[sizes.length - 1]);
    }

    private static void say(String format, Object... values) {
        PrintStream out = System.out;
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
