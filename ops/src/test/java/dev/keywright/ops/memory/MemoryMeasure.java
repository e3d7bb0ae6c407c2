package dev.keywright.ops.memory;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Measures the rows of the truth table again on any server and prints the model's error for each: what the row's data takes
 * there, and what the model says for that server's own profile. Rows that differ only in the server are measured once.
 * Arguments: none, for the errors against the table as it was measured. Or: SERVER_BINARY, or {@code embedded}; the most megabytes a row may take (default 20, 0 for none); a regular
 * expression for types. Then the same for data sets that no table holds.
 */
public final class MemoryMeasure {

    private static final double MEGABYTE = 1e6;
    private static final double NOTABLE = 0.005;

    private MemoryMeasure() {}

    public static void main(String[] arguments) {
        if (arguments.length == 0) {
            table();
            return;
        }
        Optional<Path> binary = arguments[0].equals("embedded") ? Optional.empty() : Optional.of(Path.of(arguments[0]));
        double most = arguments.length > 1 ? Double.parseDouble(arguments[1]) * MEGABYTE : 20 * MEGABYTE;
        Predicate<String> types =
                Pattern.compile(arguments.length > 2 ? arguments[2] : ".*").asMatchPredicate();
        Profile profile = new Lab(binary, Map.of()).profile();
        say("%s", profile);
        Map<String, List<Double>> errors = new TreeMap<>();
        for (TruthRow row : distinct(most, types)) {
            Lab lab = new Lab(binary, row.directives());
            double error =
                    error(lab, lab.profile(), List.of(row.dataSet()), row.type() + " " + row.params() + " " + row.n());
            errors.computeIfAbsent(row.type(), type -> new ArrayList<>()).add(error);
            errors.computeIfAbsent("all", type -> new ArrayList<>()).add(error);
        }
        SpotChecks.all(profile.version()).forEach((name, sets) -> {
            if (types.test(name)) {
                double error = error(new Lab(binary, Map.of()), profile, sets, name);
                errors.computeIfAbsent("not in the table", type -> new ArrayList<>())
                        .add(error);
            }
        });
        errors.forEach((type, list) -> say("%s", ErrorSummary.of(type, list)));
    }

    private static void table() {
        Map<String, List<Double>> errors = new TreeMap<>();
        for (TruthRow row : TruthRow.all()) {
            double error = row.error();
            for (String group : List.of("all", row.type(), row.type() + ", " + row.profile())) {
                errors.computeIfAbsent(group, name -> new ArrayList<>()).add(error);
            }
            if (Math.abs(error) > NOTABLE) {
                say("%8.3f %% %s", 100 * error, row);
            }
        }
        errors.forEach((group, list) -> say("%s", ErrorSummary.of(group, list)));
    }

    private static List<TruthRow> distinct(double mostBytes, Predicate<String> types) {
        Map<String, TruthRow> rows = new LinkedHashMap<>();
        TruthRow.all().stream()
                .filter(row -> row.measuredBytes() <= mostBytes && types.test(row.type()))
                .forEach(row -> rows.putIfAbsent(row.type() + row.params() + row.n() + row.directives(), row));
        return List.copyOf(rows.values());
    }

    private static double error(Lab lab, Profile profile, List<DataSet> sets, String name) {
        Estimate estimate = new MemoryModel(profile).estimate(sets);
        double measured = lab.measure(sets, 1);
        double error = estimate.totalBytes() / measured - 1;
        boolean within = estimate.lowBytes() <= measured && measured <= estimate.highBytes();
        say("%8.3f %% %s %12.0f %12.0f %s", 100 * error, within ? " " : "!", estimate.totalBytes(), measured, name);
        return error;
    }

    private static void say(String format, Object... values) {
        PrintStream out = System.out;
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
