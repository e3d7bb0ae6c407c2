package dev.keywright.ops.analysis;

import dev.keywright.ops.analysis.AnalysisReport.KeyRow;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Patterns and top keys of a report as CSV (RFC 4180), with a line of headings. A text that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
public final class AnalysisTables {

    private static final String END = "\r\n";

    private AnalysisTables() {}

    public static String patterns(AnalysisReport report) {
        return line(Stream.of(
                        "pattern",
                        "keys",
                        "bytes",
                        "share",
                        "types",
                        "keys_with_ttl",
                        "median_bytes",
                        "p99_bytes",
                        "largest_bytes",
                        "median_elements",
                        "largest_elements",
                        "mean_name_bytes",
                        "mean_string_bytes",
                        "format",
                        "cold_bytes",
                        "example"))
                + report.patterns().stream().map(row -> line(pattern(row))).collect(Collectors.joining());
    }

    private static Stream<Object> pattern(PatternRow row) {
        return Stream.of(
                row.pattern(),
                row.keys(),
                row.bytes(),
                row.bytesRatio(),
                row.types().stream().map(count -> lower(count.type())).collect(Collectors.joining(" ")),
                row.expiring(),
                row.sizes().median(),
                row.sizes().p99(),
                row.sizes().most(),
                row.elements().map(spread -> (Object) spread.median()).orElse(""),
                row.elements().map(spread -> (Object) spread.most()).orElse(""),
                row.meanNameBytes(),
                row.meanTextBytes(),
                row.likelyFormat().map(AnalysisTables::lower).orElse(""),
                row.coldBytes().map(Object.class::cast).orElse(""),
                row.example());
    }

    /** The keys that lead in each list. */
    public static String keys(AnalysisReport report) {
        return line(Stream.of(
                        "list",
                        "place",
                        "key",
                        "database",
                        "type",
                        "encoding",
                        "bytes",
                        "elements",
                        "ttl_seconds",
                        "idle_seconds",
                        "frequency"))
                + keys("bytes", report.tops().bytes())
                + keys("elements", report.tops().elements())
                + keys("idle", report.tops().idle())
                + keys("frequency", report.tops().frequency());
    }

    private static String keys(String list, List<KeyRow> rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            KeyRow row = rows.get(i);
            text.append(line(Stream.of(
                    list,
                    i + 1,
                    row.name(),
                    row.database(),
                    lower(row.type()),
                    lower(row.encoding()),
                    row.bytes(),
                    row.elements().map(Object.class::cast).orElse(""),
                    row.ttlSeconds().map(Object.class::cast).orElse(""),
                    row.idleSeconds().map(Object.class::cast).orElse(""),
                    row.frequency().map(Object.class::cast).orElse(""))));
        }
        return text.toString();
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    private static String line(Stream<Object> cells) {
        return cells.map(AnalysisTables::cell).collect(Collectors.joining(",", "", END));
    }

    private static String cell(Object value) {
        String text = String.valueOf(value);
        boolean formula = value instanceof String && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        String safe = formula ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") || formula ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
