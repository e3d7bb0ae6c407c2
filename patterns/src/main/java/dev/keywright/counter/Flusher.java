package dev.keywright.counter;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Writes what waits, again and again, on a daemon thread that begins with the first count. */
final class Flusher {

    private final Outbox outbox;
    private final Duration pause;
    private final BooleanSupplier cut;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /** @param cut whether nothing can be written any more, ever */
    Flusher(Outbox outbox, Duration pause, BooleanSupplier cut) {
        this.outbox = outbox;
        this.pause = pause;
        this.cut = cut;
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
            while (!closed && !cut.getAsBoolean()) {
                boolean hurried = wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
                if (hurried) {
                    wake.drainPermits();
                }
                if (closed) { // who closes writes the rest, and is told what is refused
                    return;
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
        } catch (RuntimeException told) {
            // it is in the statistics, and what can be written is written the next time; the thread must not end by it
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
