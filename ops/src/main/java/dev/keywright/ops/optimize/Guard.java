package dev.keywright.ops.optimize;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches a {@link Probe} while a server is worked on: too long answers make the work slower, three windows of them in a row end it.
 * One thread.
 */
final class Guard {

    /** Answers of other users took too long, three times in a row. */
    static final class TooSlow extends Exception {
        TooSlow(String message) {
            super(message);
        }
    }

    private static final long WINDOW_NANOS = Duration.ofMillis(500).toNanos();
    private static final int MOST_STRIKES = 3;
    private static final double SLOWEST = 1.0 / 16;
    /** What a replica and a log take along beside all else. */
    private static final double MOST_BYTES_PER_SECOND = 32 << 20;

    private final Probe probe;
    private final Duration most;
    private final int perSecond;
    private double speed = 1;
    private int strikes;
    private Duration highest = Duration.ZERO;
    private long windowBegan = System.nanoTime();
    private long nextAt = windowBegan;

    Guard(Probe probe, Duration most, int perSecond) {
        this.probe = probe;
        this.most = most;
        this.perSecond = perSecond;
    }

    /** Returns when the next value may be written. */
    void next() throws TooSlow {
        pause(nextAt);
        nextAt = System.nanoTime() + (long) (1e9 / (perSecond * speed));
        look();
    }

    /** Large values take the time of several: so many bytes were written at once. */
    void wrote(long bytes) {
        nextAt += (long) (1e9 * bytes / (MOST_BYTES_PER_SECOND * speed));
    }

    /** Lets a window pass, and further ones until it is clear whether answers are slow. */
    void settle() throws TooSlow {
        do {
            pause(windowBegan + WINDOW_NANOS);
            look();
        } while (strikes > 0);
    }

    /** Of all windows so far, the one with the longest answers. */
    Duration highest() {
        return highest;
    }

    /** Does nothing before the window is over. */
    void look() throws TooSlow {
        long now = System.nanoTime();
        if (now - windowBegan < WINDOW_NANOS) {
            return;
        }
        windowBegan = now;
        Duration felt = probe.percentile90();
        highest = felt.compareTo(highest) > 0 ? felt : highest;
        if (felt.compareTo(most) <= 0) {
            strikes = 0;
            speed = Math.min(1, speed * 2);
            return;
        }
        strikes++;
        speed = Math.max(SLOWEST, speed / 2);
        if (strikes >= MOST_STRIKES) {
            throw new TooSlow("one of ten answers took " + felt.toNanos() / 1_000 + " us or longer, and "
                    + most.toNanos() / 1_000 + " us are allowed");
        }
    }

    private static void pause(long until) {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
