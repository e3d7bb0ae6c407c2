package dev.keywright.expert.proof;

import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits, and stops waiting when the thread is interrupted. */
final class Waiting {

    private static final long PAUSE = 5_000_000;

    private Waiting() {}

    /** Asks every 5 ms; false when the time was up first. */
    static boolean until(Duration most, BooleanSupplier condition) {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new OpsException("The proof was interrupted; nothing was written and its servers are ended.");
            }
            if (end - System.nanoTime() <= 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE);
        }
        return true;
    }

    static void pass(Duration time) {
        boolean never = until(time, () -> false);
        assert !never : "nothing was waited for";
    }
}
