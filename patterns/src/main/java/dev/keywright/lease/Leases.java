package dev.keywright.lease;

import dev.keywright.Lost;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Renews all leases of a connection and tells of those that end. One thread, which starts when needed, sleeps until the next lease is
 * due, and never waits for an answer: a server that is silent does not delay the news of a loss. What is due within
 * {@value #TOGETHER_MILLIS} ms is sent together, {@value #MOST_UNDER_WAY} renewals at most at a time, so that the thread looks through
 * many leases some 50 times a second and not once for each.
 */
public final class Leases {

    private static final int MOST_UNDER_WAY = 1_000;
    private static final int TOGETHER_MILLIS = 20;
    private static final int TOGETHER_OF_LEASE =
            60; // a part of the lease that is never more than its renewal comes early
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final Connection connection;
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor clock;
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable Future<?> alarm;
    private volatile long wakeAt = Long.MAX_VALUE;
    private volatile boolean closed;

    Leases(Connection connection) {
        this.connection = connection;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "keywright-leases");
            thread.setDaemon(true);
            return thread;
        });
        clock.setKeepAliveTime(10, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
    }

    /** To be called before the server is asked for the lease. */
    public void watch(Lease lease) {
        leases.add(lease);
        wakeBy(lease.nextAt());
    }

    /** To be called when the server granted it. */
    public void granted(Lease lease) {
        if (closed) {
            lease.lose(Lost.CLOSED);
            return;
        }
        wakeBy(lease.nextAt());
    }

    /** To be called before the server is asked to end the lease. */
    public void forget(Lease lease) {
        leases.remove(lease);
    }

    /** How many are watched. */
    public int size() {
        return leases.size();
    }

    public boolean isClosed() {
        return closed;
    }

    /** Runs work later, on the thread of the clock, which it must not block; at once when this is closed. */
    public Future<?> later(Runnable work, long nanos) {
        try {
            return clock.schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException over) {
            work.run();
            return CompletableFuture.completedFuture(null);
        }
    }

    private void wakeBy(long time) {
        if (time < wakeAt) {
            schedule(time);
        }
    }

    private synchronized void schedule(long time) {
        if (closed || time >= wakeAt) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        wakeAt = time;
        alarm = clock.schedule((Runnable) this::look, Math.max(0, time - Lease.now()), TimeUnit.NANOSECONDS);
    }

    private void look() {
        wakeAt = Long.MAX_VALUE;
        long next = Long.MAX_VALUE;
        for (Lease lease : leases) {
            next = Math.min(next, lookSafely(lease));
        }
        if (next != Long.MAX_VALUE) {
            wakeBy(Math.max(next, Lease.now() + SHORTEST_PAUSE));
        }
    }

    /** What goes wrong with one must not end the watch over all. */
    private long lookSafely(Lease lease) {
        try {
            return look(lease);
        } catch (RuntimeException | OutOfMemoryError e) { // as when no thread can be had
            return Lease.now() + lease.nanos() / 10;
        }
    }

    /** Does what is due, and answers when to look again. */
    private long look(Lease lease) {
        long now = Lease.now();
        if (lease.isAsked()) { // the answer will say from when it counts
            return Math.max(lease.nextAt(), now + lease.nanos() / 10);
        }
        if (lease.isOver(now)) {
            leases.remove(lease);
            lease.lose(lease.whyOver());
            return Long.MAX_VALUE;
        }
        if (lease.isDue(now + together(lease))) {
            renew(lease, now);
        }
        return lease.nextAt();
    }

    private static long together(Lease lease) {
        return Math.min(TimeUnit.MILLISECONDS.toNanos(TOGETHER_MILLIS), lease.nanos() / TOGETHER_OF_LEASE);
    }

    private void renew(Lease lease, long now) {
        if (underWay.get() >= MOST_UNDER_WAY) {
            lease.renewAgainAt(now + Math.max(SHORTEST_PAUSE, together(lease)));
            return;
        }
        long patience = Math.max(SHORTEST_PAUSE, lease.nanos() / 3);
        lease.renewAgainAt(now + 2 * patience); // an answer, or none, comes before
        underWay.incrementAndGet();
        lease.renewal().send(connection, Duration.ofNanos(patience)).whenComplete((reply, failure) -> {
            underWay.decrementAndGet();
            if (reply instanceof Reply.Whole whole) {
                renewed(lease, whole.number() == 1, now);
            } else { // asked again until the lease is over
                lease.renewAgainAt(Lease.now() + Math.max(SHORTEST_PAUSE, lease.nanos() / 30));
                wakeBy(lease.nextAt());
            }
        });
    }

    private void renewed(Lease lease, boolean held, long askedAt) {
        if (held) {
            lease.extended(askedAt, lease.length());
            wakeBy(lease.nextAt());
        } else {
            leases.remove(lease);
            lease.lose(Lost.TAKEN);
        }
    }

    /** Nothing is renewed from now on. */
    void close() {
        synchronized (this) {
            closed = true;
            clock.shutdownNow();
        }
        leases.forEach(lease -> lease.lose(Lost.CLOSED));
        leases.clear();
    }
}
