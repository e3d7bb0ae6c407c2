package dev.keywright.ops.scan;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Keeps a scan from hurting the server's other clients. A thread sends one PING at a time over a connection of its own, as a
 * victim would, and compares with what it took before the scan. When {@value #SLOW_IN_WINDOW} of {@value #WINDOW} were slower than
 * allowed while the scan worked, and far fewer while it paused, it works half as long and waits the rest, with smaller pages; else it
 * works a little more again. While a PING is overdue, nothing is sent at all.
 *
 * <p>Threads: the scan's calls {@link #allow} and {@link #pageSize}; any may ask whether it {@link #slowed}.
 */
final class Governor implements AutoCloseable {

    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 500;
    private static final int SMALLEST_PAGE = 10;
    /** Where a rate is given, at least so many, so that the work is spread. */
    private static final int PAGES_PER_SECOND = 20;

    private static final int WINDOW = 100;
    private static final int SLOW_IN_WINDOW = 3;
    private static final int ENOUGH_SLOW = 5;
    /** Slow PINGs are the scan's doing when they are this many times as frequent as while it pauses. */
    private static final int FAR_MORE = 2;
    /** How much the latest window counts against all before. */
    private static final double NEWS = 0.3;

    private static final int FIRST_PINGS = 20;
    private static final long FIRST_EVERY_NANOS = 2_000_000;
    private static final long EVERY_NANOS = 5_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
    /** So many times the limit: a PING that is this late stops the scan until it is back. */
    private static final int OVERDUE = 3;

    private static final double LEAST_SHARE = 1.0 / 16;
    private static final double MORE_SHARE = 0.1;
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final ScanOptions options;
    private final CountDownLatch stopping;
    private final Histogram pings = new Histogram(HIGHEST_MICROS, 3);
    private final int fullPage;
    /** The part of the PINGs that are slow while the scan pauses. For the thread that pings. */
    private double slowWithoutUs;

    private volatile long idleNanos;
    private volatile double share = 1;
    private volatile long pingSince;
    private volatile boolean pinging;
    private final AtomicInteger backOffs = new AtomicInteger();
    private volatile boolean watching;
    private long pausedNanos;
    private volatile boolean working;
    private volatile long workedUntil;
    private long workingSince = System.nanoTime();
    private long due = System.nanoTime();

    Governor(ScanOptions options, CountDownLatch stopping) {
        this.options = options;
        this.stopping = stopping;
        this.fullPage = (int) Math.min(LARGEST_PAGE, PAGE / options.sampleRatio());
    }

    /** Watches over this connection from now on, until {@link #close()}; takes some 50 ms the first time. */
    void watch(Wire probe) throws IOException {
        if (idleNanos == 0) {
            measureIdle(probe);
        }
        watching = true;
        Thread thread = new Thread(() -> ping(probe), "keywright-scan-ping");
        thread.setDaemon(true);
        thread.start();
        workingSince = System.nanoTime();
    }

    private void measureIdle(Wire probe) throws IOException {
        Histogram idle = new Histogram(HIGHEST_MICROS, 3);
        for (int i = 0; i < FIRST_PINGS; i++) {
            long start = System.nanoTime();
            probe.call("PING");
            record(idle, System.nanoTime() - start);
            pause(FIRST_EVERY_NANOS);
        }
        idleNanos = TimeUnit.MICROSECONDS.toNanos(Math.max(1, idle.getValueAtPercentile(90)));
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(HIGHEST_MICROS, Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    private long limitNanos() {
        return idleNanos + options.latencyLimit().toNanos();
    }

    private void ping(Wire probe) {
        try {
            Window window = new Window();
            while (watching) {
                pingSince = System.nanoTime();
                pinging = true;
                probe.call("PING");
                long took = System.nanoTime() - pingSince;
                pinging = false;
                synchronized (pings) {
                    record(pings, took);
                }
                window.add(worked(took), took > limitNanos());
                if (window.isFull()) {
                    judge(window);
                    window = new Window();
                }
                if (pause(EVERY_NANOS)) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The scan's own connection will tell.
        } finally {
            pinging = false;
        }
    }

    /** Whether the scan worked while this PING was under way. */
    private boolean worked(long took) {
        return working || System.nanoTime() - workedUntil < took;
    }

    /** Some PINGs: those while the scan worked, and those while it paused, which only others can have delayed. */
    private static final class Window {
        private int working;
        private int slowWorking;
        private int pausing;
        private int slowPausing;

        void add(boolean worked, boolean slow) {
            working += worked ? 1 : 0;
            slowWorking += worked && slow ? 1 : 0;
            pausing += worked ? 0 : 1;
            slowPausing += !worked && slow ? 1 : 0;
        }

        boolean isFull() {
            return working + pausing == WINDOW || slowWorking == ENOUGH_SLOW;
        }
    }

    private void judge(Window window) {
        if (window.pausing > 0) {
            double others = (double) window.slowPausing / window.pausing;
            slowWithoutUs += (others - slowWithoutUs) * NEWS;
        }
        boolean hurts =
                window.slowWorking >= SLOW_IN_WINDOW && window.slowWorking > FAR_MORE * slowWithoutUs * window.working;
        if (hurts) {
            share = Math.max(LEAST_SHARE, share / 2);
            backOffs.incrementAndGet();
        } else {
            share = Math.min(1, share + MORE_SHARE);
        }
    }

    /** How many names SCAN is asked for: more where only some of them are read, fewer while the server is spared. */
    int pageSize() {
        int rate = options.keysPerSecond();
        int page = rate == 0 ? fullPage : Math.min(fullPage, rate / PAGES_PER_SECOND);
        return Math.max(SMALLEST_PAGE, (int) (page * share));
    }

    /** Waits until a page of so many names may be read; false when the scan is to stop. */
    boolean allow(long names) {
        long now = System.nanoTime();
        workedUntil = now;
        working = false;
        long pause = Math.min(LONGEST_PAUSE_NANOS, (long) ((now - workingSince) * (1 / share - 1)));
        if (options.keysPerSecond() > 0) {
            due = Math.max(due, now - EVERY_NANOS) + TimeUnit.SECONDS.toNanos(names) / options.keysPerSecond();
            pause = Math.max(pause, due - now);
        }
        boolean stopped = pause > 0 ? pause(pause) : stopping.getCount() == 0;
        while (!stopped && overdue()) {
            stopped = pause(FIRST_EVERY_NANOS);
        }
        working = true;
        workingSince = System.nanoTime();
        pausedNanos += workingSince - now;
        return !stopped;
    }

    private boolean overdue() {
        long since = System.nanoTime() - pingSince;
        return pinging
                && since > OVERDUE * limitNanos()
                && since < options.patience().toNanos();
    }

    /** Whether the scan is to stop. */
    private boolean pause(long nanos) {
        try {
            return stopping.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    boolean slowed() {
        return share < 1;
    }

    Pace pace() {
        synchronized (pings) {
            return new Pace(
                    Duration.ofNanos(idleNanos),
                    micros(pings.getValueAtPercentile(50)),
                    micros(pings.getValueAtPercentile(99)),
                    micros(pings.getMaxValue()),
                    backOffs.get(),
                    Duration.ofNanos(pausedNanos));
        }
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    @Override
    public void close() {
        watching = false;
    }
}
