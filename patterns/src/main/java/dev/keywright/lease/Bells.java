package dev.keywright.lease;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Subscription;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes those of this process who wait for a server. It has one channel, to which the name of who is to wake up is published; it is
 * listened to from the first waiter on. What is published can be missed, so whoever waits also looks by himself, after a pause that
 * doubles.
 */
public final class Bells {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final String channel;
    private final Leases clock;
    private final Executor executor;
    private final Map<String, Bell> bells = new ConcurrentHashMap<>();
    private @Nullable Subscription subscription;
    private boolean opening;

    Bells(Connection connection, String channel, Leases clock, Executor executor) {
        this.connection = connection;
        this.channel = channel;
        this.clock = clock;
        this.executor = executor;
    }

    /** From now on news for this name ring; who waits looks once more before waiting. */
    public Bell bell(String name) {
        Bell bell = new Bell(name);
        bells.put(name, bell);
        listen();
        return bell;
    }

    /** In the background: a server that does not answer must hold nobody up. */
    private synchronized void listen() {
        if (subscription == null && !opening) {
            opening = true;
            executor.execute(this::open);
        }
    }

    private void open() {
        Subscription opened = null;
        try {
            opened = connection.listen(channel, text -> ring(new String(text, UTF_8)));
        } catch (RuntimeException e) {
            // without messages, as without the right to listen, waiters look by themselves; each look tries to listen
            // again
        }
        synchronized (this) {
            opening = false;
            subscription = opened;
        }
        bells.values().forEach(Bell::ring); // what was published before is made up for
    }

    private void ring(String name) {
        Bell bell = bells.get(name);
        if (bell != null) {
            bell.ring();
        }
    }

    /** Rings every bell, as nobody will do so any more. */
    void close() {
        bells.values().forEach(Bell::ring);
    }

    /** Of one who waits. */
    public final class Bell implements AutoCloseable {

        private final String name;
        private long pause = SHORTEST_PAUSE;
        private boolean rung;
        private @Nullable Runnable waiting;

        private Bell(String name) {
            this.name = name;
        }

        public void ring() {
            Runnable wakes;
            synchronized (this) {
                rung = waiting == null;
                wakes = waiting;
                waiting = null;
            }
            if (wakes != null) {
                executor.execute(wakes);
            }
        }

        /** Runs the work once: when the bell rings or has rung, or when it is time to look, at most so long from now. */
        public void next(long atMostNanos, Runnable work) {
            long nanos;
            listen();
            synchronized (this) {
                if (rung) {
                    rung = false;
                    executor.execute(work);
                    return;
                }
                waiting = work;
                nanos = Math.max(1, Math.min(pause, atMostNanos));
                pause = Math.min(pause * 2, LONGEST_PAUSE);
            }
            Future<?> unused = clock.later(() -> timeToLook(work), nanos);
        }

        private void timeToLook(Runnable work) {
            synchronized (this) {
                if (waiting != work) {
                    return;
                }
                waiting = null;
            }
            executor.execute(work);
        }

        @Override
        public void close() {
            bells.remove(name);
        }
    }
}
