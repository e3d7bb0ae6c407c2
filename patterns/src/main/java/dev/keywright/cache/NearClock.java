package dev.keywright.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The time of {@link System#nanoTime}, up to {@link #BEHIND_NANOS} behind, for readers whom asking the machine would cost more than all
 * the rest. One thread for the whole process, while anybody needs it.
 */
final class NearClock {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** What a reader allows for: two ticks, since one may come late. */
    static final long BEHIND_NANOS = 2 * TICK_NANOS;

    private static final Object USE = new Object();
    private static int users;
    private static @Nullable Thread ticking;
    private static volatile long now = System.nanoTime();

    private NearClock() {}

    static long now() {
        return now;
    }

    static void start() {
        synchronized (USE) {
            now = System.nanoTime();
            users++;
            if (ticking == null) {
                ticking = new Thread(NearClock::tick, "keywright-near-clock");
                ticking.setDaemon(true);
                ticking.start();
            }
        }
    }

    static void stop() {
        synchronized (USE) {
            users--;
        }
    }

    private static void tick() {
        while (isNeeded()) {
            now = System.nanoTime();
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private static boolean isNeeded() {
        synchronized (USE) {
            if (users == 0) {
                ticking = null;
            }
            return users > 0;
        }
    }
}
