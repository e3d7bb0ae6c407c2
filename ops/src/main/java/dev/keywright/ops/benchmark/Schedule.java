package dev.keywright.ops.benchmark;

import java.time.Duration;

/**
 * When each operation of an open loop is due: that follows from its number, so nothing is stored for those that wait. For one thread.
 */
final class Schedule {

    private final double intervalNanos;
    private final long timeoutNanos;
    private final Tally tally;
    private long start;
    private long taken;

    /**
     * @param intervalNanos from one operation to the next
     * @param timeout what waited longer than anybody waits for an answer is not sent at all
     */
    Schedule(double intervalNanos, Duration timeout, Tally tally) {
        this.intervalNanos = intervalNanos;
        this.timeoutNanos = timeout.toNanos();
        this.tally = tally;
    }

    /** Begins anew: what was due before is forgotten. */
    void begin(long now) {
        start = now;
        taken = 0;
    }

    /** When the next operation is due. */
    long due() {
        return start + (long) (taken * intervalNanos);
    }

    /** The moment the next operation was due, which is then the one after it. */
    long take(long now) {
        long due = due();
        taken++;
        tally.late(now - due);
        return due;
    }

    void skipWhatIsOverdue(long now) {
        long overdueNanos = now - timeoutNanos - due();
        if (overdueNanos > 0) {
            long skipped = (long) Math.ceil(overdueNanos / intervalNanos);
            taken += skipped;
            tally.overdue(skipped);
        }
    }

    /** What was due before the end and stayed behind. */
    void end(long now) {
        long due = (long) ((now - start) / intervalNanos);
        tally.overdue(Math.max(0, due - taken));
    }
}
