package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Subscription;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes those who wait for somebody else's load. Its end is published on the cache's channel, to which the first waiter subscribes. What
 * is published can be missed, so whoever waits also looks by himself, after a pause that doubles.
 */
final class Wakes implements AutoCloseable {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private final Connection connection;
    private final String channel;
    private final Background background;
    private final Map<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();
    private @Nullable Subscription subscription;
    private boolean opening;
    private long triedAt;
    private boolean closed;

    Wakes(Connection connection, String channel, Background background) {
        this.connection = connection;
        this.channel = channel;
        this.background = background;
    }

    String channel() {
        return channel;
    }

    /** From now on a load of this key that ends wakes the waiter; he looks once more before he waits. */
    Waiter waiter(String text) {
        Waiter waiter = new Waiter(text);
        waiters.compute(text, (same, others) -> {
            Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(waiter);
            return all;
        });
        subscribe();
        return waiter;
    }

    /** In the background: a server that does not answer must hold nobody up. */
    private synchronized void subscribe() {
        boolean soonAgain = triedAt != 0 && System.nanoTime() - triedAt < LONGEST_PAUSE;
        if (subscription != null || opening || closed || soonAgain) {
            return;
        }
        opening = true;
        try {
            background.execute(this::open);
        } catch (RejectedExecutionException full) {
            opening = false;
        }
    }

    private void open() {
        Subscription opened = null;
        try {
            opened = connection.listen(channel, text -> wake(new String(text, UTF_8)));
        } catch (KeywrightException e) {
            // without messages, as without the right to listen, waiters look by themselves
        }
        synchronized (this) {
            opening = false;
            triedAt = System.nanoTime();
            if (!closed) {
                subscription = opened;
                opened = null;
            }
        }
        if (opened != null) {
            opened.close();
        }
        waiters.keySet().forEach(this::wake);
    }

    private void wake(String text) {
        waiters.getOrDefault(text, Set.of()).forEach(waiter -> waiter.bell.release());
    }

    @Override
    public void close() {
        Subscription open;
        synchronized (this) {
            closed = true;
            open = subscription;
            subscription = null;
        }
        if (open != null) {
            open.close();
        }
        waiters.keySet().forEach(this::wake);
    }

    /** One who waits for one key. */
    final class Waiter implements AutoCloseable {

        private final String text;
        private final Semaphore bell = new Semaphore(0);
        private long pause = SHORTEST_PAUSE;

        private Waiter(String text) {
            this.text = text;
        }

        /** Until woken, or until it is time to look again, at most so long. */
        void await(long atMostMillis) throws InterruptedException {
            long nanos = Math.min(pause, TimeUnit.MILLISECONDS.toNanos(atMostMillis));
            if (bell.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                bell.drainPermits();
            } else {
                pause = Math.min(pause * 2, LONGEST_PAUSE);
            }
        }

        @Override
        public void close() {
            waiters.computeIfPresent(text, (same, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
