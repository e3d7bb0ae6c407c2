package dev.keywright.queue;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that handle the entries of a queue, until it is closed. A handler that throws has its entry tried again after
 * {@link QueueOptions#backoff()}; one whose entry is lost is interrupted.
 */
public final class Consumption<T> implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long PAUSE = 100;
    private static final int MOST_THREADS = 1_000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Consumer<T> consumer;
    private final QueueHandler<T> handler;
    private final Duration patience;
    private final ExecutorService threads;

    Consumption(Consumer<T> consumer, int threads, QueueHandler<T> handler, Duration patience) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("threads is " + threads + "; give 1 to 1,000");
        }
        this.consumer = consumer;
        this.handler = handler;
        this.patience = patience;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "keywright-queue-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < threads; i++) {
            this.threads.execute(this::work);
        }
    }

    /** Whatever is thrown, by a codec for example, the thread goes on. */
    private void work() {
        while (!threads.isShutdown() && !consumer.isClosed()) {
            try {
                consumer.take(LOOK).ifPresent(this::handle);
            } catch (Throwable e) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean unused = threads.awaitTermination(PAUSE, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // it is closed, which the loop sees
        }
    }

    private void handle(Delivery<T> delivery) {
        delivery.handledBy(Thread.currentThread());
        try {
            if (delivery.isHeld()) {
                handler.handle(delivery);
                delivery.done();
            }
        } catch (Throwable e) { // of users
            endInterruption(delivery);
            failed(delivery, e);
        } finally {
            endInterruption(delivery);
        }
    }

    /** What told the handler that its entry is lost must not reach what this thread does next. */
    private void endInterruption(Delivery<T> delivery) {
        delivery.handledBy(null);
        if (delivery.isLost() && !threads.isShutdown()) {
            boolean unused = Thread.interrupted();
        }
    }

    private void failed(Delivery<T> delivery, Throwable failure) {
        try {
            boolean unused = delivery.failed(failure);
        } catch (KeywrightException e) {
            // it stays in the list of the consumer, which finds it there
        }
    }

    /** Begins nothing new, waits for handlers as long as a lease, interrupts those that take longer, and gives back what was not begun. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        consumer.close();
    }
}
