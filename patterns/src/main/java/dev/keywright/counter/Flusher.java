package dev.keywright.counter;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes what waits, again and again, on a daemon thread that begins with the first count. */
final class Flusher {

    private final Outbox outbox;
    private final Duration pause;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    Flusher(Outbox outbox, Duration pause) {
        this.outbox = outbox;
        this.pause = pause;
    }

    void start() {
        if (!started.get() && started.compareAndSet(false, true)) {
            Thread thread = new Thread(this::run, "keywright-counters");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Writes now and not after the pause. */
    void hurry() {
        wake.release();
    }

    private void run() {
        try {
            while (!closed) {
                boolean hurried = wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
                if (hurried) {
                    wake.drainPermits();
                }
                flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void flush() {
        try {
            outbox.flush();
        } catch (KeywrightException told) {
            // it is in the statistics, and what can be written is written the next time
        }
    }

    /** Waits for a flush that is under way. */
    void close() {
        closed = true;
        hurry();
        if (started.get()) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
