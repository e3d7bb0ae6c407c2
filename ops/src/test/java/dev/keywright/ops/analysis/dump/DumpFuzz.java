package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.analysis.Analysis;
import dev.keywright.ops.analysis.AnalysisPage;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisTables;
import dev.keywright.ops.analysis.KeyTally;
import dev.keywright.ops.analysis.Origin;
import dev.keywright.ops.rdb.Mutations;
import dev.keywright.ops.rdb.RdbFailure;
import dev.keywright.ops.rdb.RdbFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes whole reports of damaged dumps: any exception but the one that is promised ends it with the seed. Arguments: how many
 * (3,000), the first seed (1). Run it with the command line's memory, {@code -Xmx192m}.
 */
public final class DumpFuzz {

    private DumpFuzz() {}

    public static void main(String[] arguments) throws IOException {
        long count = arguments.length < 1 ? 3_000 : Long.parseLong(arguments[0]);
        long first = arguments.length < 2 ? 1 : Long.parseLong(arguments[1]);
        Mutations mutations = new Mutations(RdbFuzz.originals());
        Map<String, Integer> outcomes = new TreeMap<>();
        long slowest = 0;
        Path file = Files.createTempFile("keywright-fuzz-", ".rdb");
        try {
            for (long seed = first; seed < first + count; seed++) {
                Files.write(file, mutations.file(seed));
                long begun = System.nanoTime();
                try {
                    outcomes.merge(report(file), 1, Integer::sum);
                } catch (RuntimeException | Error e) {
                    throw new IllegalStateException("seed " + seed + ": " + e, e);
                }
                slowest = Math.max(slowest, System.nanoTime() - begun);
            }
        } finally {
            Files.delete(file);
        }
        System.out.printf(Locale.ROOT, "%d damaged dumps: %s; slowest %d ms%n", count, outcomes, slowest / 1_000_000);
    }

    private static String report(Path file) throws IOException {
        KeyTally tally = new KeyTally(0, DumpOptions.DEFAULTS.limits());
        Dump dump;
        try {
            dump = DumpSource.read(file, DumpOptions.DEFAULTS, tally);
        } catch (RdbFailure e) {
            return e.reason().name();
        }
        AnalysisReport report = Analysis.report(List.of(tally), origin(dump));
        AnalysisPage.html(report);
        AnalysisTables.patterns(report);
        AnalysisTables.keys(report);
        return dump.damage().map(Dump.Damage::reason).orElse("WHOLE");
    }

    private static Origin origin(Dump dump) {
        return new Origin(
                "dump.rdb",
                "RDB file",
                "unknown server",
                dump.profile(),
                false,
                dump.keys(),
                1,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                1,
                List.of(),
                List.of());
    }
}
