package dev.keywright.ops.jobs;

import dev.keywright.ops.Finding;
import java.util.List;
import java.util.Optional;

/**
 * Job queues as they are.
 *
 * @param target where they are, without password
 * @param complete whether all keys were looked at
 * @param notes what was not seen, and why
 */
public record JobsReport(
        String target, List<OfQueue> queues, boolean complete, List<Finding> findings, List<String> notes) {

    /**
     * One queue.
     *
     * @param workers who asked for jobs within the last lease; those whose hands are full are not among them
     * @param causes of death, the most frequent first
     * @param causesOf how many dead jobs were looked at for that, those that died first
     */
    public record OfQueue(
            String name,
            boolean paused,
            Counts counts,
            Totals totals,
            Optional<Rates> perSecond,
            double oldestSeconds,
            double overdueSeconds,
            Optional<Integer> workers,
            List<Cause> causes,
            int causesOf,
            List<Cron> schedules) {}

    /** Jobs by state; a job is in one of them. */
    public record Counts(long ready, long later, long active, long behind, long inbox, long done, long dead) {}

    /** What has happened since the queue was made. */
    public record Totals(
            long enqueued, long taken, long done, long failed, long died, long lost, long late, long cancelled) {}

    /** The same for each second while it was looked at twice. */
    public record Rates(double enqueued, double taken, double done, double failed) {}

    /** Why jobs died. */
    public record Cause(String text, long jobs) {}

    /** A schedule that somebody has or had, and how long ago its last time was. */
    public record Cron(String name, double lastSeconds) {}

    /**
     * Jobs one by one.
     *
     * @param state of which they are
     */
    public record Listing(String target, String queue, String state, long all, List<OfJob> jobs) {}

    /**
     * One job.
     *
     * @param enqueued and the time of its state, as ISO 8601
     * @param failures the last one first
     */
    public record OfJob(
            String id,
            String type,
            Optional<String> key,
            String state,
            String enqueued,
            Optional<String> since,
            int attempts,
            int maxAttempts,
            String progress,
            List<Failure> failures) {}

    /** One attempt that failed. */
    public record Failure(String at, int attempt, String cause) {}
}
