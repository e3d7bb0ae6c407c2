package dev.keywright.ops.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting with an end. */
final class Wait {

    private final long deadline;

    private Wait(long deadline) {
        this.deadline = deadline;
    }

    static Wait atMost(Duration time) {
        return new Wait(System.nanoTime() + time.toNanos());
    }

    /** Pauses; false, and at once, when the time is over or the thread was interrupted. */
    boolean pause(Duration time) {
        long until = Math.min(System.nanoTime() + time.toNanos(), deadline);
        if (deadline - System.nanoTime() <= 0) {
            return false;
        }
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(left);
        }
        return true;
    }
}
