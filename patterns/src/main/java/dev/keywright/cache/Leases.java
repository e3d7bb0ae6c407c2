package dev.keywright.cache;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The leases of partitions that workers of this process write from right now, kept alive in the background. By the monotonic clock of this
 * process they end no later than in Redis.
 */
final class Leases implements AutoCloseable {

    private static final long NOT_HELD = Long.MIN_VALUE;

    private final ChangeLog log;
    private final long leaseNanos;
    private final AtomicLongArray until;
    private final long epoch = System.nanoTime();
    private final ScheduledExecutorService renewals;
    private final ScheduledFuture<?> renewal;

    Leases(ChangeLog log, String name, WriteBehindOptions options) {
        this.log = log;
        this.leaseNanos = options.lease().toNanos();
        this.until = new AtomicLongArray(options.partitions());
        for (int i = 0; i < until.length(); i++) {
            until.set(i, NOT_HELD);
        }
        this.renewals = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keywright-leases-" + name);
            thread.setDaemon(true);
            return thread;
        });
        long every = leaseNanos / 3;
        this.renewal = renewals.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.NANOSECONDS);
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    /** When a lease that is asked for now would end. */
    long endOfNew() {
        return now() + leaseNanos;
    }

    void hold(int partition, long end) {
        until.set(partition, end);
    }

    void drop(int partition) {
        until.set(partition, NOT_HELD);
    }

    boolean isHeld(int partition) {
        return now() < until.get(partition);
    }

    private void renew() {
        for (int i = 0; i < until.length(); i++) {
            long before = until.get(i);
            if (before == NOT_HELD) {
                continue;
            }
            long end = endOfNew();
            try {
                until.compareAndSet(i, before, log.renew(i) ? end : NOT_HELD);
            } catch (RuntimeException e) {
                // the lease ends by itself, if Redis stays away
            }
        }
    }

    @Override
    public void close() {
        renewal.cancel(true);
        renewals.shutdownNow();
    }
}
