package dev.keywright.ops.analysis;

import dev.keywright.ops.analysis.AnalysisReport.Change;
import dev.keywright.ops.analysis.AnalysisReport.Growth;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares two reports of the same source, pattern by pattern. */
final class Growths {

    private static final int MOST = 50;
    private static final Extent NONE = new Extent(0, 0);

    /** Keys and bytes of a pattern. */
    private record Extent(long keys, long bytes) {}

    private Growths() {}

    /** The patterns that changed most come first; those beyond the first thousand of a report are not compared. */
    static Growth between(AnalysisReport then, AnalysisReport now) {
        Map<String, Extent> before = patterns(then);
        Map<String, Extent> after = patterns(now);
        List<Change> changes = new ArrayList<>();
        Map<String, Extent> all = new LinkedHashMap<>(after);
        before.forEach(all::putIfAbsent);
        all.keySet().forEach(pattern -> {
            Extent old = before.getOrDefault(pattern, NONE);
            Extent young = after.getOrDefault(pattern, NONE);
            if (!old.equals(young)) {
                String state = old.keys() == 0
                        ? "new"
                        : young.keys() == 0 ? "gone" : young.bytes() >= old.bytes() ? "grown" : "shrunk";
                changes.add(new Change(pattern, state, old.keys(), young.keys(), old.bytes(), young.bytes()));
            }
        });
        changes.sort(Comparator.comparingLong((Change change) -> -Math.abs(change.bytesNow() - change.bytesThen()))
                .thenComparing(Change::pattern));
        return new Growth(
                then.when(),
                then.totals().keys(),
                now.totals().keys(),
                then.totals().usedMemoryBytes(),
                now.totals().usedMemoryBytes(),
                changes.stream().limit(MOST).toList());
    }

    private static Map<String, Extent> patterns(AnalysisReport report) {
        Map<String, Extent> patterns = new LinkedHashMap<>();
        for (PatternRow row : report.patterns()) {
            patterns.put(row.pattern(), new Extent(row.keys(), row.bytes()));
        }
        return patterns;
    }
}
