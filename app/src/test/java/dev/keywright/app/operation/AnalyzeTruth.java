package dev.keywright.app.operation;

import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints what reports say of a planted server, live, sampled and of its dump, beside the truth: {@code AnalyzeTruth [keys] [folder]}. */
final class AnalyzeTruth {

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);

    private AnalyzeTruth() {}

    public static void main(String[] args) throws IOException {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        Optional<Path> folder = args.length > 1 ? Optional.of(Path.of(args[1])) : Optional.empty();
        try (Standalone server = Standalone.start();
                Wire wire = Wire.open(new Node("127.0.0.1", server.port()), Access.OPEN, Duration.ofMinutes(1))) {
            PlantedServer planted = PlantedServer.fill(wire, keys);
            Map<String, Long> bytes = bytes(wire, planted);
            Path dump = saved(wire);
            show(planted, bytes, "live", run(server.uri(), 1, html(folder, "live")));
            show(planted, bytes, "sample 5 %", run(server.uri(), 0.05, html(folder, "sample")));
            show(planted, bytes, "dump", run(dump.toString(), 1, html(folder, "dump")));
            savings(wire, planted, run(dump.toString(), 1, Optional.empty()));
        }
    }

    static Path saved(Wire wire) throws IOException {
        wire.ask("SAVE");
        return Path.of(
                wire.ask("CONFIG", "GET", "dir").lines().skip(1).findFirst().orElse(""), "dump.rdb");
    }

    private static Optional<Path> html(Optional<Path> folder, String name) {
        return folder.map(into -> into.resolve(name + ".html"));
    }

    static AnalysisReport run(String target, double sample, Optional<Path> html) {
        return new Analyze()
                .run(
                        new Analyze.Request(
                                List.of(target),
                                new Analyze.Live(sample, 0, Optional.empty(), false, false, Optional.empty()),
                                Optional.empty(),
                                target.contains("://") ? Optional.empty() : Optional.of("libc"),
                                Set.of(),
                                Optional.empty(),
                                new Analyze.Outputs(html, Optional.empty(), Optional.empty())),
                        line -> {},
                        stop -> {})
                .report();
    }

    /** What MEMORY USAGE says of all elements of all keys, by pattern. */
    static Map<String, Long> bytes(Wire wire, PlantedServer planted) throws IOException {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (Map.Entry<String, List<byte[]>> pattern : planted.names().entrySet()) {
            sums.put(pattern.getKey(), usage(wire, pattern.getValue()));
        }
        return sums;
    }

    static long usage(Wire wire, List<byte[]> names) throws IOException {
        long sum = 0;
        for (int from = 0; from < names.size(); from += 500) {
            List<byte[]> some = names.subList(from, Math.min(names.size(), from + 500));
            for (byte[] name : some) {
                wire.begin(5);
                wire.word("MEMORY");
                wire.word("USAGE");
                wire.word(name);
                wire.word("SAMPLES");
                wire.word("0");
            }
            wire.flush();
            for (int i = 0; i < some.size(); i++) {
                sum += Long.parseLong(Wire.orThrow(wire.read()).text());
            }
        }
        return sum;
    }

    private static void show(PlantedServer planted, Map<String, Long> bytes, String how, AnalysisReport report) {
        tell(
                "== %s: %,d keys (truth %,d), %,d key bytes, %,d used, %.1f s",
                how,
                report.totals().keys(),
                planted.keys(),
                report.totals().keyBytes(),
                report.totals().usedMemoryBytes(),
                report.tookSeconds());
        report.totals().parts().forEach(part -> tell("   part %-60s %,15d", part.name(), part.bytes()));
        report.notes().forEach(note -> tell("   note %s", note));
        report.problems().forEach(note -> tell("   PROBLEM %s", note));
        for (Map.Entry<String, List<byte[]>> pattern : planted.names().entrySet()) {
            Optional<PatternRow> row = report.patterns().stream()
                    .filter(one -> one.pattern().equals(pattern.getKey()))
                    .findFirst();
            long keys = pattern.getValue().size();
            long truth = bytes.getOrDefault(pattern.getKey(), 0L);
            if (row.isEmpty()) {
                tell("   PATTERN MISSING %s %,d keys", pattern.getKey(), keys);
            } else if (row.get().keys() != keys || Math.abs(row.get().bytes() - truth) > 0.01 * truth) {
                tell(
                        "   pattern %-40s keys %,d of %,d (+-%d), bytes %,d of %,d: %+.2f %% (+-%,d)",
                        pattern.getKey(),
                        row.get().keys(),
                        keys,
                        row.get().keysError(),
                        row.get().bytes(),
                        truth,
                        100.0 * row.get().bytes() / truth - 100,
                        row.get().bytesError());
            }
        }
        report.patterns().stream()
                .filter(row -> !planted.names().containsKey(row.pattern()))
                .forEach(row -> tell("   UNEXPECTED PATTERN %s %,d keys", row.pattern(), row.keys()));
        List<AnalysisFinding> left = new ArrayList<>(report.findings());
        for (PlantedServer.Expected one : planted.expected()) {
            Optional<AnalysisFinding> best = left.stream()
                    .filter(finding -> finding.finding().id().equals(one.id())
                            && finding.pattern().equals(one.pattern()))
                    .findFirst();
            if (best.isEmpty()) {
                tell("   MISSING %s %s (%,d keys)", one.id(), one.pattern().orElse(""), one.keys());
            } else {
                left.remove(best.get());
                tell(
                        "   %-24s %-20s keys %,d of %,d, bytes %,d, saves %,d",
                        one.id(),
                        one.pattern().orElse(""),
                        best.get().keys(),
                        one.keys(),
                        best.get().bytes(),
                        best.get().savingBytes().orElse(0L));
            }
        }
        left.forEach(finding -> tell(
                "   FALSE? %s %s: %s",
                finding.finding().id(),
                finding.pattern().orElse(""),
                finding.finding().what()));
    }

    /** What a changed limit saves, by the model and in truth. */
    private static void savings(Wire wire, PlantedServer planted, AnalysisReport report) throws IOException {
        for (AnalysisFinding finding : report.findings()) {
            String fix = finding.finding().fix();
            int at = fix.indexOf("CONFIG SET ");
            String[] words = at < 0 ? new String[0] : fix.substring(at).split("[ ,.]+");
            boolean spoilt = finding.finding().id().equals("integer-set-spoiled");
            if (words.length < 4 && !spoilt || finding.pattern().isEmpty()) {
                continue;
            }
            List<byte[]> names = planted.names().get(finding.pattern().get());
            long before = usage(wire, names);
            long usedBefore = used(wire);
            if (spoilt) {
                for (byte[] name : names) {
                    wire.send("SREM", name, "007");
                    wire.flush();
                    Wire.orThrow(wire.read());
                }
            } else {
                wire.ask("CONFIG", "SET", words[2], words[3]);
            }
            rewrite(wire, names);
            long real = before - usage(wire, names);
            long used = usedBefore - used(wire);
            long told = finding.savingBytes().orElse(0L);
            tell(
                    "saving %-24s %-14s told %,d; MEMORY USAGE %,d (%+.2f %%); used_memory %,d (%+.2f %%)",
                    finding.finding().id(),
                    finding.pattern().get(),
                    told,
                    real,
                    100.0 * told / real - 100,
                    used,
                    100.0 * told / used - 100);
        }
    }

    private static long used(Wire wire) throws IOException {
        String info = wire.call("INFO", "memory").text();
        return info.lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(12).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void rewrite(Wire wire, List<byte[]> names) throws IOException {
        for (byte[] name : names) {
            wire.send("DUMP", name);
            wire.flush();
            byte[] payload = ((Answer.Bulk) Wire.orThrow(wire.read())).bytes();
            wire.begin(5);
            wire.word("RESTORE");
            wire.word(name);
            wire.word("0");
            wire.word(payload);
            wire.word("REPLACE");
            wire.flush();
            Wire.orThrow(wire.read());
        }
    }

    private static void tell(String format, Object... values) {
        OUT.println(String.format(Locale.ROOT, format, values));
    }
}
