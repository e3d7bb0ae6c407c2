package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A report as one page of HTML that needs nothing else: the curve of percentiles, the operations of each second, the tables. Light or
 * dark as the reader's system is.
 */
public final class BenchPage {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 300;
    private static final int LEFT = 70;
    private static final int RIGHT = 30;
    private static final int BOTTOM = 34;
    private static final int TOP = 14;
    private static final double LEAST_MS = 0.001;
    private static final double[] NINES = {0, 50, 90, 99, 99.9, 99.99, 99.999};

    private static final String HEAD = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Benchmark</title>
        <style>
        :root { color-scheme: light dark; --back: #fff; --text: #1c2128; --dim: #667; --line: #d8dce2;
          --c0: #1f6feb; --c1: #d4531a; --c2: #1a7f4b; --c3: #8250df; --c4: #b35900; --c5: #0a7d8c; }
        @media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e4e8ee; --dim: #98a2b0; --line: #333a44;
          --c0: #6cb0ff; --c1: #ff9563; --c2: #56d08a; --c3: #c39bff; --c4: #f0b35a; --c5: #55cfdd; } }
        body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; max-width: 900px;
          margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .25rem .6rem;
          border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
        th { color: var(--dim); font-weight: 500; } .dim { color: var(--dim); } .scroll { overflow-x: auto; }
        svg { width: 100%; height: auto; } svg text { fill: var(--dim); font-size: 12px; }
        .grid { stroke: var(--line); } .curve { fill: none; stroke-width: 2; } .key { display: inline-block; width: .8em;
          height: .8em; margin: 0 .3em 0 1em; border-radius: 2px; }
        </style>
        </head>
        <body>
        """;

    /** A line of a chart. */
    private record Series(String name, List<double[]> points) {}

    private BenchPage() {}

    /** Writes the page of one report. */
    public static void write(Path file, BenchReport report) {
        write(file, List.of(report), Optional.empty());
    }

    /** Writes the page of two reports and what they say of each other. */
    public static void write(Path file, Versus.Result result) {
        write(file, List.of(result.first(), result.second()), Optional.of(result.comparison()));
    }

    private static void write(Path file, List<BenchReport> reports, Optional<Comparison> comparison) {
        try {
            Files.writeString(file, page(reports, comparison));
        } catch (IOException e) {
            throw new OpsException(
                    file + " could not be written (" + e + "). Free space there or choose another place.", e);
        }
    }

    static String page(List<BenchReport> reports, Optional<Comparison> comparison) {
        StringBuilder html = new StringBuilder(HEAD);
        String targets = reports.stream().map(BenchReport::target).collect(Collectors.joining(" and "));
        html.append("<h1>Benchmark of ").append(escaped(targets)).append("</h1>\n");
        BenchReport.Load load = reports.get(0).load();
        html.append("<p>")
                .append(escaped(load.commands() + " on " + load.keys() + " keys, " + load.distribution() + "; values "
                        + load.values() + "; " + load.clients() + " clients, pipeline " + load.pipeline() + ", "
                        + load.loop() + " loop"))
                .append("</p>\n");
        comparison.ifPresent(each -> html.append(table(each)));
        boolean one = reports.size() == 1;
        List<Series> curves = one
                ? reports.get(0).commands().stream()
                        .map(command -> curve(command.name(), command))
                        .toList()
                : reports.stream()
                        .map(report -> curve(report.target(), report.all()))
                        .toList();
        html.append("<h2>Latency by percentile</h2>\n").append(percentiles(curves));
        html.append("<h2>Operations per second</h2>\n")
                .append(timeline(reports.stream().map(BenchPage::seconds).toList()));
        reports.forEach(report -> html.append(table(report)));
        return html.append("</body>\n</html>\n").toString();
    }

    // --- charts

    private static Series curve(String name, BenchReport.Command command) {
        return new Series(
                name,
                command.curve().stream()
                        .filter(point -> point.percentile() < 100)
                        .map(point -> new double[] {nines(point.percentile()), Math.max(LEAST_MS, point.ms())})
                        .toList());
    }

    /** 0 for 0 %, 1 for 90 %, 2 for 99 %: each nine takes the same room. */
    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static Series seconds(BenchReport report) {
        List<BenchReport.Second> all = report.seconds();
        return new Series(
                report.target(),
                IntStream.range(0, all.size())
                        .mapToObj(i -> new double[] {
                            i + 1,
                            all.get(i).operations() / Math.max(0.001, all.get(i).length())
                        })
                        .toList());
    }

    private static String percentiles(List<Series> curves) {
        double low = extreme(curves, 1, false, 0.1);
        double high = Math.max(low * 10, extreme(curves, 1, true, 1));
        double from = Math.floor(Math.log10(low));
        double to = Math.ceil(Math.log10(high));
        double widest = Math.max(2, extreme(curves, 0, true, 2));
        StringBuilder svg = begin("Milliseconds by percentile, both axes logarithmic");
        for (double power = from; power <= to; power++) {
            horizontal(svg, (power - from) / (to - from), amount(Math.pow(10, power)) + " ms");
        }
        for (double nine : NINES) {
            if (nines(nine) <= widest) {
                vertical(svg, nines(nine) / widest, amount(nine) + " %");
            }
        }
        lines(svg, curves, point -> point[0] / widest, point -> (Math.log10(point[1]) - from) / (to - from));
        return svg.append("</svg>\n").append(legend(curves)).toString();
    }

    private static String timeline(List<Series> series) {
        double high = 4 * even(extreme(series, 1, true, 1) / 4);
        double widest = Math.max(2, extreme(series, 0, true, 2));
        StringBuilder svg = begin("Operations in each second");
        for (int step = 0; step <= 4; step++) {
            horizontal(svg, step / 4.0, amount(high * step / 4));
        }
        int every = (int) Math.ceil(widest / 12);
        for (int second = every; second <= widest; second += every) {
            vertical(svg, (second - 1) / (widest - 1), second + " s");
        }
        lines(svg, series, point -> (point[0] - 1) / (widest - 1), point -> point[1] / high);
        return svg.append("</svg>\n")
                .append(series.size() > 1 ? legend(series) : "")
                .toString();
    }

    /** The next number up that reads well: 1, 2, 2.5 or 5 with zeros. */
    private static double even(double number) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(1, number))));
        return power
                * DoubleStream.of(1, 2, 2.5, 5, 10)
                        .filter(each -> each * power >= number)
                        .findFirst()
                        .orElse(10);
    }

    private static double extreme(List<Series> all, int axis, boolean highest, double otherwise) {
        var values = all.stream().flatMap(series -> series.points().stream()).mapToDouble(point -> point[axis]);
        return (highest ? values.max() : values.min()).orElse(otherwise);
    }

    private static StringBuilder begin(String title) {
        return new StringBuilder(String.format(
                Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>%n", WIDTH, HEIGHT, title));
    }

    private static double x(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    }

    private static void horizontal(StringBuilder svg, double share, String label) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                        + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                LEFT,
                WIDTH - RIGHT,
                y(share),
                y(share),
                LEFT - 8,
                y(share) + 4,
                label));
    }

    private static void vertical(StringBuilder svg, double share, String label) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                        + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                x(share),
                x(share),
                TOP,
                HEIGHT - BOTTOM,
                x(share),
                HEIGHT - BOTTOM + 18,
                label));
    }

    private static void lines(
            StringBuilder svg, List<Series> all, ToDoubleFunction<double[]> across, ToDoubleFunction<double[]> up) {
        for (int i = 0; i < all.size(); i++) {
            String points = all.get(i).points().stream()
                    .map(point -> String.format(
                            Locale.ROOT, "%.1f,%.1f", x(across.applyAsDouble(point)), y(up.applyAsDouble(point))))
                    .collect(Collectors.joining(" "));
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline class=\"curve\" stroke=\"var(--c%d)\" points=\"%s\"><title>%s</title></polyline>%n",
                    i % 6,
                    points,
                    escaped(all.get(i).name())));
        }
    }

    private static String legend(List<Series> all) {
        return IntStream.range(0, all.size())
                .mapToObj(i -> "<span class=\"key\" style=\"background:var(--c" + i % 6 + ")\"></span>"
                        + escaped(all.get(i).name()))
                .collect(Collectors.joining("", "<p>", "</p>\n"));
    }

    // --- tables

    private static String table(BenchReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "operations", "per second", "p50", "p90", "p99", "p99.9", "max"));
        List<BenchReport.Command> commands = new ArrayList<>(report.commands());
        commands.add(report.all());
        for (BenchReport.Command command : commands) {
            Latency latency = command.latency();
            rows.add(List.of(
                    command.name(),
                    amount((double) command.operations()),
                    amount(command.perSecond()),
                    amount(latency.p50Ms()),
                    amount(latency.p90Ms()),
                    amount(latency.p99Ms()),
                    amount(latency.p999Ms()),
                    amount(latency.maxMs())));
        }
        List<String> remarks = new ArrayList<>();
        report.errors().forEach((kind, count) -> remarks.add(count + " x " + kind + "."));
        report.schedule()
                .ifPresent(schedule -> remarks.add(amount(schedule.answeredPerSecond()) + " of "
                        + amount(schedule.askedPerSecond()) + " operations/s were answered, " + schedule.notSent()
                        + " never sent" + (schedule.overloaded() ? "; the server was overloaded." : ".")));
        remarks.addAll(report.notes());
        return "<h2>" + escaped(report.target()) + " <span class=\"dim\">" + escaped(report.server())
                + ", milliseconds</span></h2>\n" + table(rows)
                + remarks.stream()
                        .map(remark -> "<p class=\"dim\">" + escaped(remark) + "</p>\n")
                        .collect(Collectors.joining());
    }

    private static String table(Comparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("second to first", "median ratio", "interval", "verdict"));
        for (Comparison.Ratio ratio : comparison.ratios()) {
            rows.add(List.of(
                    ratio.figure(),
                    amount(ratio.median()),
                    ratio.low()
                            .map(low ->
                                    amount(low) + " to " + amount(ratio.high().orElse(low)))
                            .orElse("too few rounds"),
                    ratio.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        return "<h2>Comparison</h2>\n" + table(rows);
    }

    private static String table(List<List<String>> rows) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            html.append("<tr>");
            rows.get(i).forEach(text -> html.append("<" + cell + ">" + escaped(text) + "</" + cell + ">"));
            html.append("</tr>\n");
        }
        return html.append("</table></div>\n").toString();
    }

    /** With no more digits than a reader needs. */
    private static String amount(double number) {
        if (Math.abs(number) >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        String text = String.format(Locale.ROOT, "%.3f", number);
        return text.replaceFirst("\\.?0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
