package dev.keywright.ops.benchmark;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a server did under load.
 *
 * @param target without a password
 * @param server product and version
 * @param throughput over the rounds
 * @param all commands together
 * @param seconds of all rounds, in order
 * @param errors by the first word of the server's answer, and {@code timeout}, {@code connection lost}, {@code no connection}
 * @param schedule of an open loop
 * @param complete whether it ran to its end
 * @param notes what a reader should know beside the figures
 */
public record BenchReport(
        String target,
        String server,
        Load load,
        Spread throughput,
        Command all,
        List<Command> commands,
        List<Round> rounds,
        List<Second> seconds,
        Map<String, Long> errors,
        Optional<Schedule> schedule,
        boolean complete,
        List<String> notes) {

    public BenchReport {
        commands = List.copyOf(commands);
        rounds = List.copyOf(rounds);
        seconds = List.copyOf(seconds);
        errors = Collections.unmodifiableMap(new TreeMap<>(errors));
        notes = List.copyOf(notes);
    }

    /** What was put on the server, in words and figures. */
    public record Load(
            String commands,
            String distribution,
            long keys,
            String values,
            double compressibleRatio,
            int clients,
            int pipeline,
            int threads,
            String loop,
            double warmUpSeconds,
            String prefix,
            long seed) {}

    /** Operations per second over the rounds. */
    public record Spread(double median, double least, double most) {}

    /** One command: answered without an error, how fast, and the curve of its percentiles. */
    public record Command(String name, long operations, double perSecond, Latency latency, List<Point> curve) {
        public Command {
            curve = List.copyOf(curve);
        }
    }

    /** So many percent of the operations took no longer. */
    public record Point(double percentile, double ms) {}

    public record Round(
            int number, double seconds, long operations, double perSecond, double p50Ms, double p99Ms, long errors) {}

    /**
     * One second of a round.
     *
     * @param length in seconds; the last one may be shorter
     */
    public record Second(
            int round, int second, double length, long operations, double p50Ms, double p99Ms, double maxMs) {

        static Second of(int round, int second, long nanos, Histogram latencies) {
            return new Second(
                    round,
                    second,
                    Math.round(nanos / 1e6) / 1e3,
                    latencies.getTotalCount(),
                    Latency.at(latencies, 50),
                    Latency.at(latencies, 99),
                    Latency.at(latencies, 100));
        }
    }

    /**
     * Whether an open loop kept its times.
     *
     * @param latestMs how long an operation waited at most before it was sent; it is part of its latency
     * @param notSent operations that were due and never sent: overdue by more than the timeout, or left at the end
     * @param overloaded whether less than 99 % of the rate asked for was answered
     */
    public record Schedule(
            double askedPerSecond, double answeredPerSecond, double latestMs, long notSent, boolean overloaded) {}
}
