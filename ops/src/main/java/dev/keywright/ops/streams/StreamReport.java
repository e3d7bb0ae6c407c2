package dev.keywright.ops.streams;

import dev.keywright.ops.Finding;
import java.util.List;
import java.util.Optional;

/**
 * Streams as they are.
 *
 * @param target where they are, without password
 * @param streams the longest first
 * @param complete whether all keys were looked at
 * @param notes what was not seen, and why
 */
public record StreamReport(
        String target, List<OfStream> streams, boolean complete, List<Finding> findings, List<String> notes) {

    /**
     * One stream.
     *
     * @param added how many entries were ever appended
     * @param firstAgeSeconds how long ago the oldest entry was appended, where IDs tell the time
     * @param memoryBytes by the server's own estimate from samples
     * @param perSecond entries appended while it was looked at twice
     */
    public record OfStream(
            String key,
            long length,
            Optional<Long> added,
            Optional<String> firstId,
            Optional<Double> firstAgeSeconds,
            Optional<String> lastId,
            Optional<Double> lastAgeSeconds,
            Optional<Long> memoryBytes,
            Optional<Double> perSecond,
            List<Group> groups) {}

    /**
     * One group.
     *
     * @param lag entries it was not given yet; the server does not always know
     * @param lagPerSecond by how much the lag grew
     * @param unreadLost entries that were removed before it was given them, at most
     * @param pending entries it was given and has not acknowledged
     * @param oldestPendingAgeSeconds how long ago the oldest of these was appended
     * @param stuck pending entries that nobody has touched for long
     * @param stuckExact whether there are so many, and not more
     * @param mostDeliveries of one of the stuck
     */
    public record Group(
            String name,
            Optional<Long> lag,
            Optional<Double> lagPerSecond,
            long unreadLost,
            String lastDelivered,
            long pending,
            Optional<String> oldestPending,
            Optional<Double> oldestPendingAgeSeconds,
            long stuck,
            boolean stuckExact,
            long mostDeliveries,
            List<Consumer> consumers) {}

    /**
     * One consumer.
     *
     * @param idleSeconds since it asked for something
     * @param dead whether that is too long ago
     */
    public record Consumer(String name, long pending, double idleSeconds, boolean dead) {}
}
