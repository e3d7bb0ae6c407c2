package dev.keywright.keyspace;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets so many through in a second, evenly. Used by one thread. */
final class Pace {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final double nanosEach;
    private long due = System.nanoTime();

    Pace(int perSecond) {
        this.nanosEach = perSecond == Integer.MAX_VALUE ? 0 : 1e9 / perSecond;
    }

    /**
     * Waits until what was let through before is paid for.
     *
     * @return whether nobody stopped it meanwhile
     */
    boolean spend(long count, BooleanSupplier stopped) {
        while (!stopped.getAsBoolean()) {
            long now = System.nanoTime();
            long left = due - now;
            if (left <= 0) {
                due = now + Math.max(left, -LOOK_NANOS) + (long) (count * nanosEach);
                return true;
            }
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
        }
        return false;
    }
}
