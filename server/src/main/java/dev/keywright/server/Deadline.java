package dev.keywright.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A point in time up to which a condition is worth waiting for; the only place of this module that waits by polling. */
final class Deadline {

    private static final long SHORTEST_NANOS = 200_000;
    private static final long LONGEST_NANOS = 10_000_000;

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    boolean passed() {
        return endNanos - System.nanoTime() <= 0;
    }

    /**
     * Asks again and again, at first every 0.2 ms, later every 10 ms, and rests at least as long as it took to ask; false when the
     * deadline passed first.
     */
    boolean await(BooleanSupplier condition) {
        long pause = SHORTEST_NANOS;
        for (long before = System.nanoTime(); !condition.getAsBoolean(); before = System.nanoTime()) {
            if (passed()) {
                return false;
            }
            long rest = Math.max(pause, System.nanoTime() - before);
            LockSupport.parkNanos(Math.min(rest, Math.max(1, left().toNanos())));
            if (Thread.currentThread().isInterrupted()) {
                throw new ServerException(
                        "Interrupted while waiting for a server. Nothing to do; the wait was given up.");
            }
            pause = Math.min(LONGEST_NANOS, pause * 3 / 2);
        }
        return true;
    }

    /** Lets the time pass; false when interrupted before the end. */
    boolean pass() {
        while (!passed()) {
            LockSupport.parkNanos(left().toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
        return true;
    }
}
