package dev.keywright.expert.proof.page;

import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.proof.Report;
import dev.keywright.expert.proof.Report.Fault;
import dev.keywright.expert.proof.Report.Latency;
import dev.keywright.expert.proof.Report.Memory;
import dev.keywright.expert.proof.Report.Outcome;
import dev.keywright.expert.proof.Report.Percentile;
import dev.keywright.expert.proof.Report.Sample;
import dev.keywright.expert.proof.Report.Second;
import dev.keywright.expert.proof.Report.Verdict;
import dev.keywright.expert.proof.page.Chart.Band;
import dev.keywright.expert.proof.page.Chart.Line;
import dev.keywright.expert.proof.page.Chart.Scale;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A report as one page that needs no network and no script: what became of each promise, then the charts, each with its
 * figures beside it as a table. The page is well-formed XML, too. A pure function of the report.
 */
public final class ProofPage {

    private static final double LEAST_MILLIS = 0.01;

    private final Report report;
    private final Markup page = new Markup();

    private ProofPage(Report report) {
        this.report = report;
    }

    /** The whole page. */
    public static String of(Report report) {
        return new ProofPage(report).write();
    }

    /** On what it ran and with how much, in a few lines. */
    public static List<String> ran(Report report) {
        Report.Setting on = report.setting();
        List<String> lines = new ArrayList<>();
        lines.add(on.server() + ", " + on.topology() + (on.nodes() == 1 ? "" : " of " + on.nodes() + " servers")
                + ", persistence " + on.persistence() + ", " + on.cores() + (on.cores() == 1 ? " core" : " cores"));
        for (Sample sample : report.samples()) {
            lines.add(count(sample.loadedItems()) + " of " + count(sample.statedItems()) + " items of "
                    + sample.pattern() + ": " + sample.why());
        }
        report.load()
                .ifPresent(load ->
                        lines.add(Amounts.plain(load.drivenPerSecond()) + " operations per second: " + load.why()));
        report.latency()
                .ifPresent(latency -> lines.add("p50 " + millis(latency.p50Ms()) + ", p99 " + millis(latency.p99Ms())
                        + ", p99.9 " + millis(latency.p999Ms()) + ", max " + millis(latency.maxMs())));
        return lines;
    }

    private String write() {
        page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml").line();
        page.open("head")
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .leaf("title", "Proof: " + shortened(report.task()))
                .open("style")
                .line();
        String head = page.toString();
        Markup body = body();
        return "<!DOCTYPE html>\n" + head + styles() + "</style></head>\n" + body + "</html>\n";
    }

    private Markup body() {
        Markup body = new Markup();
        body.open("body").open("main").line();
        head(body);
        verdicts(body);
        report.latency().ifPresent(latency -> {
            latencies(body, latency);
            throughput(body);
        });
        report.memory().ifPresent(memory -> memory(body, memory));
        if (!report.curve().isEmpty()) {
            curve(body);
        }
        faults(body);
        setting(body);
        return body.close("main").line().close("body").line();
    }

    private void head(Markup to) {
        to.leaf("h1", report.task().strip()).line();
        to.leaf(
                        "p",
                        "Proof of a Redis design, measured "
                                + report.at().replace('T', ' ').replace("Z", " UTC"),
                        "class",
                        "soft")
                .line();
        ran(report).forEach(line -> to.leaf("p", line, "class", "soft").line());
        to.open("p", "class", "sum");
        String separator = "";
        for (Outcome outcome : Outcome.values()) {
            long many = report.verdicts().stream()
                    .filter(verdict -> verdict.outcome() == outcome)
                    .count();
            to.text(separator).leaf("strong", Long.toString(many)).text(" " + name(outcome));
            separator = " · ";
        }
        to.close("p").line();
    }

    private void verdicts(Markup to) {
        to.leaf("h2", "Promises").line();
        to.open("table")
                .open("thead")
                .add(row("th", List.of("Outcome", "Promise", "Figures"), 3))
                .close("thead");
        to.open("tbody").line();
        for (Verdict verdict : report.verdicts()) {
            to.open("tr", "class", verdict.outcome().name().toLowerCase(Locale.ROOT))
                    .leaf("td", sign(verdict.outcome()) + " " + name(verdict.outcome()), "class", "outcome")
                    .leaf("td", verdict.promise())
                    .leaf("td", verdict.figures(), "class", "figures")
                    .close("tr")
                    .line();
        }
        to.close("tbody").close("table").line();
    }

    private void latencies(Markup to, Latency latency) {
        List<Second> seconds = report.seconds();
        List<Double> at = Chart.each(seconds, second -> second.second() + 0.5);
        List<Line> lines = List.of(
                new Line("max", at, Chart.each(seconds, second -> value(second.maxMs()))),
                new Line("p99", at, Chart.each(seconds, second -> value(second.p99Ms()))),
                new Line("p50", at, Chart.each(seconds, second -> value(second.p50Ms()))));
        double lowest = lines.stream()
                .flatMap(line -> line.ys().stream())
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(LEAST_MILLIS);
        double highest = seconds.stream().mapToDouble(Second::maxMs).max().orElse(1);
        String description =
                "Steady phase of " + Amounts.seconds(latency.seconds()) + ": p50 " + millis(latency.p50Ms())
                        + ", p99 " + millis(latency.p99Ms()) + ", longest " + millis(latency.maxMs())
                        + ". Then faults: " + faultNames() + ".";
        Chart chart = new Chart(
                "latency",
                "Latency over time",
                description,
                time(),
                new Scale(Axis.logarithmic(lowest, highest), "latency", ProofPage::millis));
        to.leaf("h2", "Latency over time").line();
        to.open("figure").open("figcaption");
        key(to, "p50", "half of the operations");
        key(to, "p99", "99 of 100");
        key(to, "max", "the slowest");
        letters(to);
        to.close("figcaption").add(chart.draw(lines, bands()));
        figures(
                to,
                List.of("Second", "Operations", "Failed", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms"),
                seconds.stream()
                        .map(s -> List.of(
                                Integer.toString(s.second()),
                                count(s.operations()),
                                count(s.failed()),
                                figure(s.p50Ms()),
                                figure(s.p90Ms()),
                                figure(s.p99Ms()),
                                figure(s.p999Ms()),
                                figure(s.maxMs())))
                        .toList());
        to.close("figure").line();
    }

    private void throughput(Markup to) {
        List<Second> seconds = report.seconds();
        List<Double> at = Chart.each(seconds, second -> second.second() + 0.5);
        List<Line> lines = List.of(
                new Line(
                        "failed",
                        at,
                        Chart.each(seconds, second -> second.failed() == 0 ? Double.NaN : second.failed())),
                new Line(
                        "answered", at, Chart.each(seconds, second -> (double) second.operations() - second.failed())));
        double most = seconds.stream().mapToDouble(Second::operations).max().orElse(1);
        String description = report.load()
                .map(load -> Amounts.plain(load.drivenPerSecond()) + " operations per second were sent, "
                        + Amounts.plain(load.reachedPerSecond()) + " answered in the steady phase.")
                .orElse("");
        Chart chart = new Chart(
                "throughput",
                "Throughput over time",
                description,
                time(),
                new Scale(Axis.linear(most, 5), "operations per second", Amounts::plain));
        to.leaf("h2", "Throughput over time").line();
        to.open("figure").open("figcaption");
        key(to, "answered", "answered, by the time they were due");
        key(to, "failed", "failed");
        to.close("figcaption").add(chart.draw(lines, bands()));
        to.leaf("p", "Figures: the table under the latencies.", "class", "soft")
                .close("figure")
                .line();
    }

    private void memory(Markup to, Memory memory) {
        to.leaf("h2", "Memory").line();
        to.open("figure")
                .leaf("figcaption", "The shaded range is what the design promises. Measured: " + memory.basis() + ".")
                .add(MemoryChart.draw(memory));
        figures(
                to,
                List.of("", "Bytes"),
                List.of(
                        List.of("predicted", count(memory.predictedBytes())),
                        List.of("at least", count(memory.lowBytes())),
                        List.of("at most", count(memory.highBytes())),
                        List.of("measured, for all items", count(memory.measuredBytes())),
                        List.of("the sample took", count(memory.loadedBytes())),
                        List.of("each item", figure(memory.bytesPerItem()))));
        to.close("figure").line();
    }

    private void curve(Markup to) {
        List<Percentile> points = report.curve();
        List<Double> xs = Chart.each(points, point -> beyond(point.percentile()));
        double highest = points.stream().mapToDouble(Percentile::ms).max().orElse(1);
        double lowest = points.stream()
                .mapToDouble(Percentile::ms)
                .filter(ms -> ms > 0)
                .min()
                .orElse(LEAST_MILLIS);
        Chart chart = new Chart(
                "curve",
                "Percentiles of the steady phase",
                points.stream()
                        .map(point -> figure(point.percentile()) + " %: " + millis(point.ms()))
                        .collect(Collectors.joining(", ")),
                new Scale(Axis.logarithmic(1, beyond(100)), "percentile", ProofPage::percentile),
                new Scale(Axis.logarithmic(lowest, highest), "latency", ProofPage::millis));
        to.leaf("h2", "Percentiles of the steady phase").line();
        to.open("figure")
                .leaf(
                        "figcaption",
                        "Each step to the right shows what is ten times as rare. "
                                + "Time counts from when an operation was due, not from when it could be sent.")
                .add(chart.draw(
                        List.of(new Line("p50", xs, Chart.each(points, point -> value(point.ms())))), List.of()));
        figures(
                to,
                List.of("Percentile", "ms"),
                points.stream()
                        .map(point -> List.of(figure(point.percentile()), figure(point.ms())))
                        .toList());
        to.close("figure").line();
    }

    private void faults(Markup to) {
        if (report.faults().isEmpty()) {
            return;
        }
        to.leaf("h2", "What was broken").line();
        to.open("table")
                .open("thead")
                .add(row(
                        "th",
                        List.of("", "What", "Without a confirmed write", "Failed", "Confirmed", "Lost", "Twice"),
                        2))
                .close("thead")
                .open("tbody")
                .line();
        for (int i = 0; i < report.faults().size(); i++) {
            Fault fault = report.faults().get(i);
            String what = fault.what() + (fault.detail().isEmpty() ? "" : ": " + fault.detail());
            to.open("tr")
                    .leaf("td", letter(i))
                    .leaf("td", fault.recovered() ? what : what + "; not everything worked again");
            for (String cell : List.of(
                    Amounts.seconds(fault.downtimeSeconds()),
                    count(fault.failedOperations()),
                    count(fault.acknowledged()),
                    count(fault.lost()),
                    count(fault.duplicated()))) {
                to.leaf("td", cell, "class", "n");
            }
            to.close("tr").line();
        }
        to.close("tbody").close("table").line();
        to.leaf(
                        "p",
                        "Confirmed, lost and twice count writes that were made beside the design's own operations,"
                                + " each of which was looked for afterwards; failed counts the design's own.",
                        "class",
                        "soft")
                .line();
    }

    private void setting(Markup to) {
        to.leaf("h2", "Setting").line();
        report.notes().forEach(note -> to.leaf("p", note, "class", "soft").line());
        for (Sample sample : report.samples()) {
            to.open("p", "class", "soft").text(sample.pattern() + " drives ");
            String separator = "";
            for (String operation : sample.operations()) {
                to.text(separator).leaf("code", operation);
                separator = ", ";
            }
            to.close("p").line();
        }
        to.open("details").leaf("summary", "Lines of redis.conf the servers were started with");
        to.open("table").open("tbody").line();
        for (Map.Entry<String, String> line : report.setting().directives().entrySet()) {
            to.open("tr")
                    .open("td")
                    .leaf("code", line.getKey() + " " + line.getValue())
                    .close("td")
                    .close("tr");
        }
        to.close("tbody").close("table").close("details").line();
        to.leaf("footer", "Written by Keywright; all figures are in proof.json beside this page.")
                .line();
    }

    // --- parts

    private Scale time() {
        double end = Math.max(
                report.seconds().size(),
                report.faults().stream().mapToDouble(Fault::untilSeconds).max().orElse(0));
        return new Scale(Axis.whole(end, 10), "seconds", Amounts::plain);
    }

    private List<Band> bands() {
        List<Band> bands = new ArrayList<>();
        for (int i = 0; i < report.faults().size(); i++) {
            Fault fault = report.faults().get(i);
            bands.add(new Band(fault.atSeconds(), fault.untilSeconds(), letter(i)));
        }
        return bands;
    }

    private void letters(Markup to) {
        for (int i = 0; i < report.faults().size(); i++) {
            to.open("span", "class", "key")
                    .leaf("b", letter(i))
                    .text(report.faults().get(i).kind().replace('-', ' '))
                    .close("span");
        }
    }

    private String faultNames() {
        return report.faults().isEmpty()
                ? "none"
                : report.faults().stream()
                        .map(fault -> fault.kind().replace('-', ' ') + " at second " + Amounts.plain(fault.atSeconds()))
                        .collect(Collectors.joining(", "));
    }

    private static void key(Markup to, String style, String text) {
        to.open("span", "class", "key").leaf("i", "", "class", style).text(text).close("span");
    }

    private static void figures(Markup to, List<String> head, List<List<String>> rows) {
        to.open("details").leaf("summary", "Figures").open("table").open("thead");
        to.add(row("th", head, 0)).close("thead").open("tbody").line();
        rows.forEach(cells -> to.add(row("td", cells, 0)).line());
        to.close("tbody").close("table").close("details");
    }

    /** @param left so many cells hold words, the others numbers */
    private static Markup row(String cell, List<String> cells, int left) {
        Markup row = new Markup().open("tr");
        for (int i = 0; i < cells.size(); i++) {
            row.leaf(cell, cells.get(i), "class", i < left ? "w" : "n");
        }
        return row.close("tr");
    }

    private static String letter(int index) {
        return String.valueOf((char) ('A' + index % 26));
    }

    private static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String sign(Outcome outcome) {
        return switch (outcome) {
            case HELD -> "✓";
            case NOT_HELD -> "✗";
            case NOT_TESTED -> "–";
        };
    }

    /** How many times rarer than everything: 99.9 becomes 1,000; 100 lies one step beyond the last percentile. */
    private static double beyond(double percentile) {
        return percentile >= 100 ? 100_000 : 100 / (100 - percentile);
    }

    private static String percentile(double beyond) {
        if (beyond >= 100_000) {
            return "max";
        }
        double percentile = 100 - 100 / beyond;
        return figure(Math.round(1e4 * percentile) / 1e4) + " %";
    }

    /** A gap where nothing was answered. */
    private static double value(double millis) {
        return millis > 0 ? Math.max(LEAST_MILLIS, millis) : Double.NaN;
    }

    private static String millis(double millis) {
        return millis >= 1_000 ? Amounts.plain(millis / 1_000) + " s" : Amounts.plain(millis) + " ms";
    }

    private static String figure(double value) {
        return value == Math.rint(value) ? count(Math.round(value)) : Double.toString(value);
    }

    private static String count(long count) {
        return Amounts.count((double) count);
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, text.offsetByCodePoints(0, 77)) + "...";
    }

    private static String styles() {
        try (InputStream in = ProofPage.class.getResourceAsStream("proof.css")) {
            if (in == null) {
                throw new IllegalStateException("proof.css is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("proof.css could not be read", e);
        }
    }
}
