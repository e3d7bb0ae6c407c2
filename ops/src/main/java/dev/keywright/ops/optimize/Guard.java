package dev.keywright.ops.optimize;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Watches a {@link Probe} while a server is worked on: too long answers make the work slower, three windows of them in a row end it,
 * as does somebody who wants no more. One thread.
 */
final class Guard {

    /** Others must wait too long, or nobody wants it any more. */
    static final class Halt extends Exception {
        Halt(String message) {
            super(message);
        }
    }

    private static final int MOST_STRIKES = 3;
    private static final double SLOWEST = 1.0 / 16;
    /** What a replica and a log take along beside all else. */
    private static final double MOST_BYTES_PER_SECOND = 32 << 20;

    private final Probe probe;
    private final Duration most;
    private final int perSecond;
    private final long windowNanos;
    private final BooleanSupplier stopped;
    private double speed = 1;
    private int strikes;
    private Duration highest = Duration.ZERO;
    private long windowBegan = System.nanoTime();
    private long nextAt = windowBegan;

    /** @param stopped whether to do no more */
    Guard(Probe probe, Application.Options options, Pace pace, BooleanSupplier stopped) {
        this.probe = probe;
        this.most = options.maxLatency();
        this.perSecond = options.perSecond();
        this.windowNanos = pace.window().toNanos();
        this.stopped = stopped;
    }

    /** Returns when the next value may be written. */
    void next() throws Halt {
        pause(nextAt);
        nextAt = System.nanoTime() + (long) (1e9 / (perSecond * speed));
        look();
    }

    /** Large values take the time of several: so many bytes were written at once. */
    void wrote(long bytes) {
        nextAt += (long) (1e9 * bytes / (MOST_BYTES_PER_SECOND * speed));
    }

    /** Lets a window pass, and further ones until it is clear whether answers are slow. */
    void settle() throws Halt {
        do {
            pause(windowBegan + windowNanos);
            look();
        } while (strikes > 0);
    }

    /** Of all windows so far, the one with the longest answers. */
    Duration highest() {
        return highest;
    }

    /** Asks for answers' times no sooner than the window is over. */
    void look() throws Halt {
        if (stopped.getAsBoolean()) {
            throw new Halt("it was interrupted");
        }
        long now = System.nanoTime();
        if (now - windowBegan < windowNanos) {
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
            throw new Halt("one of ten answers took " + felt.toNanos() / 1_000 + " us or longer, and "
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
