package dev.keywright.app.cli;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisReport.AgeRow;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.AnalysisReport.Change;
import dev.keywright.ops.analysis.AnalysisReport.KeyRow;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A report on one page of the terminal, the worst first. Names of keys come escaped. */
final class AnalyzePage {

    private static final int MOST_FINDINGS = 12;
    private static final int PARTS = 6;
    private static final long KILO = 1_000;
    private static final Pattern LONG_NAME = Pattern.compile("(\\S{100})\\S{20,}");
    private static final String INDENT = "  ";
    private static final int FIGURES = 34;

    private final PrintWriter out;
    private final Screen screen;
    private final Style style;
    private final int top;

    AnalyzePage(PrintWriter out, Screen screen, int top) {
        this.out = out;
        this.screen = screen;
        this.style = screen.style();
        this.top = top;
    }

    void show(AnalysisReport report) {
        head(report);
        if (report.totals().keys() == 0) {
            out.println("No keys.");
            return;
        }
        findings(report.findings());
        report.growth().ifPresent(growth -> growth(growth));
        patterns(report);
        memory(report);
        keys(report);
        times(report);
        report.notes()
                .forEach(note ->
                        Prose.wrapped(Prose.clean(note), screen.width()).forEach(line -> out.println(style.dim(line))));
    }

    private void head(AnalysisReport report) {
        AnalysisReport.Totals totals = report.totals();
        AnalysisReport.Coverage coverage = report.coverage();
        out.println(style.bold(Prose.clean(Secrets.hidden(report.source())))
                + style.dim("  " + report.kind() + ", " + report.server()));
        String seen = coverage.sampledRatio() < 1
                ? ", facts of " + count(coverage.keysRead()) + " of them"
                : coverage.complete() ? "" : " read of " + count(coverage.keysThere());
        String error = totals.keyBytesError() > 0 ? " ± " + bytes(totals.keyBytesError()) : "";
        out.println(count(totals.keys()) + " keys" + seen + ", " + bytes(totals.keyBytes()) + error + " in keys, "
                + bytes(totals.usedMemoryBytes()) + (totals.measured() ? " used memory" : " when loaded")
                + String.format(Locale.ROOT, ", in %.1f s.", report.tookSeconds()));
    }

    // --- findings

    private void findings(List<AnalysisFinding> findings) {
        out.println();
        if (findings.isEmpty()) {
            out.println("Nothing found.");
            return;
        }
        out.println(style.bold("Findings"));
        findings.stream().limit(MOST_FINDINGS).forEach(this::finding);
        if (findings.size() > MOST_FINDINGS) {
            out.println(style.dim(
                    INDENT + "and " + (findings.size() - MOST_FINDINGS) + " more in --html, --save or --json."));
        }
    }

    private void finding(AnalysisFinding one) {
        Finding finding = one.finding();
        String saving =
                one.savingBytes().map(bytes -> " Saves " + bytes(bytes) + ".").orElse("");
        String sign = finding.severity() == Severity.ERROR
                ? style.red("error  ")
                : finding.severity() == Severity.WARNING ? style.bold("warning") : style.dim("info   ");
        List<String> lines = Prose.wrapped(Prose.clean(shown(finding.what()) + saving), screen.width() - 11);
        for (int i = 0; i < lines.size(); i++) {
            out.println(INDENT + (i == 0 ? sign : "       ") + INDENT + lines.get(i));
        }
        Prose.wrapped(Prose.clean("-> " + shown(finding.fix())), screen.width() - 11)
                .forEach(line -> out.println("           " + style.code(line)));
    }

    // --- patterns and keys

    private void patterns(AnalysisReport report) {
        out.println();
        out.println(style.bold(padded("Patterns", screen.width() - FIGURES))
                + style.dim("        keys       bytes  share"));
        for (PatternRow row : report.patterns().stream().limit(top).toList()) {
            out.println(padded(INDENT + shown(row.pattern()) + types(row), screen.width() - FIGURES)
                    + String.format(
                            Locale.ROOT,
                            "%12s%12s%6.0f %%",
                            count(row.keys()),
                            bytes(row.bytes()),
                            100 * row.bytesRatio()));
        }
        long left = report.patternsInAll() - top;
        if (left > 0) {
            out.println(style.dim(INDENT + "and " + count(left) + " more."));
        }
    }

    /** Names may be megabytes long; files hold them whole. */
    private static String shown(String text) {
        return LONG_NAME.matcher(text).replaceAll("$1...");
    }

    private static String types(PatternRow row) {
        return "  "
                + row.types().stream()
                        .map(count -> count.type().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("+"));
    }

    private void keys(AnalysisReport report) {
        out.println();
        out.println(
                style.bold(padded("Largest keys", screen.width() - FIGURES)) + style.dim("    elements       bytes"));
        report.tops().bytes().stream().limit(top).forEach(this::key);
    }

    private void key(KeyRow row) {
        out.println(padded(
                        INDENT + shown(row.name()) + "  " + row.type().name().toLowerCase(Locale.ROOT),
                        screen.width() - FIGURES)
                + String.format(
                        Locale.ROOT,
                        "%12s%12s",
                        row.elements().map(AnalyzePage::count).orElse(""),
                        bytes(row.bytes())));
    }

    private void growth(AnalysisReport.Growth growth) {
        out.println();
        out.println(style.bold("Since " + growth.since())
                + style.dim(" " + signed(growth.keysNow() - growth.keysThen()) + " keys, "
                        + signedBytes(growth.usedNowBytes() - growth.usedThenBytes()) + " of used memory"));
        for (Change change : growth.patterns().stream().limit(top).toList()) {
            out.println(padded(INDENT + shown(change.pattern()), screen.width() - FIGURES)
                    + String.format(
                            Locale.ROOT,
                            "%12s%12s  %s",
                            signed(change.keysNow() - change.keysThen()),
                            signedBytes(change.bytesNow() - change.bytesThen()),
                            change.state()));
        }
    }

    // --- memory and times

    private void memory(AnalysisReport report) {
        out.println();
        List<Part> parts = report.totals().parts();
        String shown = parts.stream()
                .filter(part -> !part.name().equals("unexplained"))
                .limit(PARTS)
                .map(part -> part.name() + " " + bytes(part.bytes()))
                .collect(Collectors.joining(", "));
        long others = parts.stream()
                .filter(part -> !part.name().equals("unexplained"))
                .skip(PARTS)
                .mapToLong(Part::bytes)
                .sum();
        String rest = parts.stream()
                .filter(part -> part.name().equals("unexplained"))
                .map(part -> ", unexplained " + bytes(part.bytes()))
                .findFirst()
                .orElse("");
        paragraph("Memory", shown + (others > 0 ? ", others " + bytes(others) : "") + rest + ".");
        paragraph(
                "Types",
                report.types().stream()
                                .map(row -> count(row.keys()) + " "
                                        + row.type().name().toLowerCase(Locale.ROOT) + " " + bytes(row.bytes()))
                                .collect(Collectors.joining(", "))
                        + ".");
        if (report.databases().size() > 1) {
            paragraph(
                    "Databases",
                    report.databases().stream()
                                    .limit(top)
                                    .map(row -> row.database() + ": " + count(row.keys()) + " keys")
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
    }

    private void times(AnalysisReport report) {
        out.println();
        ages("Time to live", report.ttls());
        ages("Unused for", report.idles());
        report.expiry()
                .fullestMinute()
                .ifPresent(peak -> paragraph(
                        "Fullest minute",
                        peak.at() + ", " + count(peak.keys())
                                + String.format(
                                        Locale.ROOT,
                                        " keys expire, %.0f %% of those with a TTL.",
                                        100 * peak.ratio())));
        out.println();
    }

    private void ages(String title, List<AgeRow> rows) {
        String shown = rows.stream()
                .filter(row -> row.keys() > 0)
                .map(row -> row.span() + " " + count(row.keys()))
                .collect(Collectors.joining(", "));
        if (!shown.isEmpty()) {
            paragraph(title, shown + ".");
        }
    }

    private void paragraph(String title, String text) {
        List<String> lines = Prose.wrapped(Prose.clean(title + ": " + text), screen.width());
        out.println(style.bold(lines.get(0).substring(0, title.length() + 1))
                + lines.get(0).substring(title.length() + 1));
        lines.stream().skip(1).forEach(line -> out.println(INDENT + line));
    }

    // --- figures

    private static String padded(String text, int width) {
        String clean = Prose.clean(text);
        int columns = clean.codePointCount(0, clean.length());
        if (columns > width - 1) {
            int end = clean.offsetByCodePoints(0, Math.max(1, width - 4));
            return clean.substring(0, end) + "... ";
        }
        return clean + " ".repeat(width - columns);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String signed(long number) {
        return (number > 0 ? "+" : "") + count(number);
    }

    private static String signedBytes(long number) {
        return (number > 0 ? "+" : "") + bytes(number);
    }

    private static String bytes(long bytes) {
        double size = Math.abs((double) bytes);
        if (size < KILO) {
            return bytes + " B";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        int unit = -1;
        while (size >= 999.5 && unit < units.length - 1) {
            size /= KILO;
            unit++;
        }
        String number = size < 10 ? String.format(Locale.ROOT, "%.1f", size) : Long.toString(Math.round(size));
        return (bytes < 0 ? "-" : "") + number + " " + units[unit];
    }
}
