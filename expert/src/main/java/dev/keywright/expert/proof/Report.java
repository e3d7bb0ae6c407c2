package dev.keywright.expert.proof;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out when a design was started, filled, driven and broken: schema {@value #SCHEMA}, documented in docs/prove.md.
 * Times within the run are seconds from the start of the steady phase; lists are never null.
 *
 * @param at when it was measured, ISO 8601
 * @param latency of the steady phase; absent when nothing was driven
 * @param memory absent where the design says nothing of memory or nothing stays on the server
 * @param curve percentiles of the steady phase
 * @param notes what the reader should know beside the verdicts
 */
public record Report(
        String schema,
        String task,
        String at,
        Setting setting,
        List<Sample> samples,
        Optional<Load> load,
        Optional<Latency> latency,
        Optional<Memory> memory,
        List<Fault> faults,
        List<Second> seconds,
        List<Percentile> curve,
        List<Verdict> verdicts,
        List<String> notes) {

    public static final String SCHEMA = "keywright.proof/1";

    /** How a promise fared. */
    public enum Outcome {
        HELD,
        NOT_HELD,
        NOT_TESTED
    }

    /**
     * One promise of the design and what became of it.
     *
     * @param figures what was measured, or why nothing was
     */
    public record Verdict(String promise, Outcome outcome, String figures) {}

    /**
     * What the design ran on.
     *
     * @param server product, version and allocator
     * @param directives the lines of redis.conf it was started with
     */
    public record Setting(
            String server, String topology, int nodes, String persistence, int cores, Map<String, String> directives) {}

    /**
     * How much of one need was loaded.
     *
     * @param statedItems what the design is for
     * @param why why not more
     */
    public record Sample(
            String pattern,
            String candidate,
            List<String> operations,
            long statedItems,
            long loadedItems,
            String why) {}

    /**
     * What was driven.
     *
     * @param statedPerSecond absent where the task states no rate
     * @param why why this rate
     */
    public record Load(Optional<Double> statedPerSecond, double drivenPerSecond, double reachedPerSecond, String why) {}

    /** Milliseconds from the moment an operation was due to the moment its answer was there. */
    public record Latency(
            double seconds,
            long operations,
            long failed,
            double p50Ms,
            double p90Ms,
            double p99Ms,
            double p999Ms,
            double maxMs) {}

    /**
     * Predicted against measured.
     *
     * @param measuredBytes scaled from the sample to the stated items
     * @param loadedBytes what the sample took
     * @param scaledBy how much larger the stated data is than the sample
     */
    public record Memory(
            long predictedBytes,
            long lowBytes,
            long highBytes,
            long measuredBytes,
            long loadedBytes,
            double bytesPerItem,
            double scaledBy,
            String basis) {}

    /**
     * Something that was broken on purpose.
     *
     * @param kind such as {@code freeze}
     * @param downtimeSeconds how long operations were not served
     * @param acknowledged checked writes the servers had confirmed by the end of it
     * @param lost of those, the ones that are not there
     * @param lostSeconds how long before the fault the first of them was confirmed
     * @param duplicated the ones that are there twice
     * @param keysBefore keys on the server before it was killed; 0 where none was
     * @param keysAfter keys when it was back
     */
    public record Fault(
            String kind,
            String what,
            double atSeconds,
            double untilSeconds,
            double downtimeSeconds,
            long failedOperations,
            double worstMs,
            long acknowledged,
            long lost,
            double lostSeconds,
            long duplicated,
            long keysBefore,
            long keysAfter,
            boolean recovered,
            String detail) {}

    /** One second of the run; percentiles are 0 where nothing was answered. */
    public record Second(
            int second,
            long operations,
            long failed,
            double p50Ms,
            double p90Ms,
            double p99Ms,
            double p999Ms,
            double maxMs) {}

    /** A point of the percentile curve, such as 99.9 and its milliseconds. */
    public record Percentile(double percentile, double ms) {}

    /** Whether no promise was found broken. */
    public boolean holds() {
        return verdicts.stream().noneMatch(verdict -> verdict.outcome() == Outcome.NOT_HELD);
    }
}
