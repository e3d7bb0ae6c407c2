package dev.keywright.app.cli;

import dev.keywright.ops.benchmark.BenchReport;
import dev.keywright.ops.benchmark.Comparison;
import dev.keywright.ops.benchmark.Latency;
import dev.keywright.ops.benchmark.Versus;
import java.io.PrintWriter;
import java.util.Locale;

/** A benchmark's report for people: what ran, a line per command, rounds, errors, what to know. One thread. */
final class BenchText {

    private final PrintWriter out;
    private final Style style;

    BenchText(PrintWriter out, Style style) {
        this.out = out;
        this.style = style;
    }

    void show(Versus.Result versus) {
        show(versus.first());
        out.println();
        show(versus.second());
        out.println();
        out.println(style.bold("Second to first, by pairs of rounds that took turns"));
        versus.comparison()
                .ratios()
                .forEach(ratio -> out.println(String.format(
                        Locale.ROOT, "  %-11s x %-8s %s", ratio.figure(), figure(ratio.median()), interval(ratio))));
    }

    private static String interval(Comparison.Ratio ratio) {
        if (ratio.low().isEmpty()) {
            return "too few rounds (" + ratio.pairs() + ") to say more";
        }
        String verdict = switch (ratio.verdict()) {
            case NO_DIFFERENCE_SEEN -> "no difference seen";
            case HIGHER -> "higher";
            case LOWER -> "lower";
        };
        return "(" + figure(ratio.low().get()) + " to " + figure(ratio.high().orElse(0.0)) + ")  " + verdict;
    }

    void show(BenchReport report) {
        BenchReport.Load load = report.load();
        out.println(style.bold(report.target()) + style.dim("  " + report.server()));
        out.println(load.commands());
        out.println(String.format(
                Locale.ROOT,
                "%,d keys, %s; values %s; %d clients, pipeline %d, %s loop",
                load.keys(),
                load.distribution(),
                load.values(),
                load.clients(),
                load.pipeline(),
                load.loop()));
        out.println();
        out.println(style.dim(String.format(
                Locale.ROOT,
                "  %-22s %12s %12s %9s %9s %9s %9s",
                "",
                "operations",
                "per second",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "max ms")));
        report.commands().forEach(this::command);
        if (report.commands().size() > 1) {
            command(report.all());
        }
        rounds(report);
        report.schedule().ifPresent(this::schedule);
        report.errors().forEach((kind, count) -> out.println(style.red(count + " x " + kind)));
        report.notes().forEach(note -> out.println(style.dim(Secrets.hidden(note))));
    }

    private void command(BenchReport.Command command) {
        Latency latency = command.latency();
        String name = command.name().length() > 22 ? command.name().substring(0, 19) + "..." : command.name();
        String line = String.format(
                Locale.ROOT,
                "  %-22s %,12d %,12.0f %9s %9s %9s %9s",
                Prose.clean(name),
                command.operations(),
                command.perSecond(),
                figure(latency.p50Ms()),
                figure(latency.p99Ms()),
                figure(latency.p999Ms()),
                figure(latency.maxMs()));
        out.println(command.name().equals("all") ? style.bold(line) : line);
    }

    private void rounds(BenchReport report) {
        if (report.rounds().size() > 1) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %d rounds: median %,.0f operations/s, %,.0f to %,.0f",
                    report.rounds().size(),
                    report.throughput().median(),
                    report.throughput().least(),
                    report.throughput().most()));
        }
    }

    private void schedule(BenchReport.Schedule schedule) {
        String line = String.format(
                Locale.ROOT,
                "  %,.0f operations/s were due and %,.0f answered; sent %.1f ms late at most, %,d never sent",
                schedule.askedPerSecond(),
                schedule.answeredPerSecond(),
                schedule.latestMs(),
                schedule.notSent());
        out.println(schedule.overloaded() ? style.red(line + ": overloaded") : line);
    }

    /** Three digits behind the point where they matter. */
    private static String figure(double number) {
        return String.format(Locale.ROOT, number >= 100 ? "%.1f" : "%.3f", number);
    }
}
