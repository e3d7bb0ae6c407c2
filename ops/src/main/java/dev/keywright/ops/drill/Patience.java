package dev.keywright.ops.drill;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, asking again after a pause, for a limited time. */
final class Patience {

    private static final Duration EVERY = Duration.ofMillis(20);

    private Patience() {}

    static boolean await(Duration limit, BooleanSupplier condition) {
        return await(limit, EVERY, condition);
    }

    /** False when the condition was not met in time or the thread was interrupted. */
    static boolean await(Duration limit, Duration every, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (end - System.nanoTime() <= 0 || !pause(every)) {
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    /** False when interrupted. */
    static boolean pause(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(left);
        }
        return true;
    }
}
