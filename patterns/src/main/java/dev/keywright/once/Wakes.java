package dev.keywright.once;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Subscription;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes those who wait for the end of somebody else's attempt. It is published on a channel, which is listened to as long as somebody
 * waits. What is published can be missed, so whoever waits also looks by himself, after a pause that doubles.
 */
final class Wakes {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Connection connection;
    private final String channel;
    private final Map<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();
    private @Nullable Subscription subscription;
    private int waiting;
    private boolean changing;

    Wakes(Connection connection, String channel) {
        this.connection = connection;
        this.channel = channel;
    }

    /** From now on the end of an attempt wakes the waiter; he looks once more before he waits. */
    Waiter waiter(String key) {
        Waiter waiter = new Waiter(key);
        waiters.compute(key, (same, others) -> {
            Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(waiter);
            return all;
        });
        count(1);
        return waiter;
    }

    /** Listening begins and ends in the background: a server that does not answer must hold nobody up. */
    private synchronized void count(int more) {
        waiting += more;
        boolean open = waiting > 0 && subscription == null;
        boolean close = waiting == 0 && subscription != null;
        if (!changing && (open || close)) {
            changing = true;
            CompletableFuture<Void> unused = CompletableFuture.runAsync(open ? this::listen : this::closeUnused);
        }
    }

    private void listen() {
        Subscription opened = open();
        synchronized (this) {
            subscription = opened;
        }
        waiters.keySet().forEach(this::wake); // what was published before is made up for
        closeUnused();
    }

    private void closeUnused() {
        Subscription unused;
        synchronized (this) {
            changing = false;
            unused = waiting == 0 ? subscription : null;
            subscription = unused == null ? subscription : null;
        }
        if (unused != null) {
            unused.close();
        }
    }

    private @Nullable Subscription open() {
        try {
            return connection.listen(channel, text -> wake(new String(text, UTF_8)));
        } catch (KeywrightException e) {
            return null; // without messages, as without the right to listen, waiters look by themselves
        }
    }

    private void wake(String key) {
        waiters.getOrDefault(key, Set.of()).forEach(waiter -> waiter.bell.complete(null));
    }

    /** One who waits for one key. Threads: one at a time. */
    final class Waiter implements AutoCloseable {

        private final String key;
        private volatile CompletableFuture<@Nullable Void> bell = new CompletableFuture<>();
        private long pause = SHORTEST_PAUSE;

        private Waiter(String key) {
            this.key = key;
        }

        /** Completes when woken, or when it is time to look again, at most so long from now. */
        CompletableFuture<@Nullable Void> next(long atMostNanos) {
            CompletableFuture<@Nullable Void> now = bell;
            if (now.isDone()) {
                bell = new CompletableFuture<>();
                return now;
            }
            long nanos = Math.max(1, Math.min(pause, atMostNanos));
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            return now.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiters.computeIfPresent(key, (same, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            count(-1);
        }
    }
}
