package dev.keywright.ops.drill;

import java.util.Optional;

/**
 * What a {@link CheckedWorkload} did and what the servers held of it at the end. Times are seconds since the workload's start.
 *
 * @param latency of all acknowledged writes
 * @param replicaReads absent when replicas were not asked
 */
public record Audit(Writes writes, Reads reads, Optional<Reads> replicaReads, Latency latency) {

    /**
     * @param total acknowledged, not executed and unknown ones
     * @param notExecuted refused, or never sent
     * @param unknown sent and not answered, or confirmed by too few replicas
     * @param unknownApplied those of them that had their effect
     * @param lost acknowledged ones that are not there
     * @param duplicated those there more than once
     * @param contradicted said to be not executed, and there nevertheless
     */
    public record Writes(
            long total,
            long acknowledged,
            long notExecuted,
            long unknown,
            long unknownApplied,
            long lost,
            Optional<Loss> loss,
            long duplicated,
            long contradicted) {}

    /**
     * @param firstSeconds when the first lost write was acknowledged
     * @param lastSeconds when the last lost write was acknowledged
     */
    public record Loss(long writes, double firstSeconds, double lastSeconds) {}

    /**
     * @param stale returned less than what was acknowledged before they were sent
     * @param mostBehind how many writes of the key at most
     * @param oldestSeconds how long the first write missed had been acknowledged, at most
     */
    public record Reads(long answered, long failed, long stale, long mostBehind, double oldestSeconds) {}

    /** Seconds with three decimals. */
    static double seconds(long nanos) {
        return Math.round(nanos / 1e6) / 1e3;
    }
}
