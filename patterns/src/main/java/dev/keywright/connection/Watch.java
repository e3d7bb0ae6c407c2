package dev.keywright.connection;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks which node is the master: now and then, and at once when somebody asks. Who asks gets what a look found
 * that began afterwards, so never what was true before the trouble that made him ask.
 */
final class Watch implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final long SHORTEST_PAUSE_MILLIS = 20;

    private final Supplier<Endpoint> look;
    private final long longestPauseMillis;
    private final Tally tally;
    private final AtomicReference<@Nullable CompletableFuture<Endpoint>> wanted = new AtomicReference<>();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** The look throws when nobody knows; it is repeated until somebody does. */
    Watch(Plant plant, Supplier<Endpoint> look) {
        this.look = look;
        this.longestPauseMillis = plant.options.reconnectEvery().toMillis();
        this.tally = plant.tally;
        this.thread = new Thread(this::run, "keywright-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where the next look finds the master. */
    CompletableFuture<Endpoint> next() {
        CompletableFuture<Endpoint> mine = new CompletableFuture<>();
        CompletableFuture<Endpoint> others = wanted.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        wake.release();
        if (closed) {
            mine.cancel(false);
        }
        return mine;
    }

    void soon() {
        CompletableFuture<Endpoint> unused = next();
    }

    /** Looks now, even between two looks that found nobody. */
    void hurry() {
        soon();
        wake.release();
    }

    private void run() {
        CompletableFuture<Endpoint> asked = null;
        try {
            while (!closed) {
                if (wanted.get() == null && wake.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
                asked = wanted.getAndSet(null);
                Endpoint found = find();
                if (asked != null) {
                    asked.complete(found);
                }
            }
        } catch (InterruptedException | CancellationException end) {
            Thread.currentThread().interrupt();
        } finally {
            cancel(asked);
            cancel(wanted.getAndSet(null));
        }
    }

    private Endpoint find() throws InterruptedException {
        for (long pause = SHORTEST_PAUSE_MILLIS; ; pause = Math.min(pause * 2, longestPauseMillis)) {
            try {
                return look.get();
            } catch (RuntimeException nobodyKnows) {
                if (closed) {
                    throw new CancellationException();
                }
                tally.trouble(String.valueOf(nobodyKnows.getMessage()));
            }
            long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
            if (wake.tryAcquire(jittered, TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        cancel(wanted.getAndSet(null));
    }

    private static void cancel(@Nullable CompletableFuture<Endpoint> asked) {
        if (asked != null) {
            asked.cancel(false);
        }
    }
}
