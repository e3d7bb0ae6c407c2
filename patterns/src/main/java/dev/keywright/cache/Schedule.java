package dev.keywright.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Which partition is to be looked at next, and when; each by one worker at a time. Threads: any number. */
final class Schedule {

    static final int CLOSED = -1;

    private static final long NEVER = Long.MAX_VALUE / 4;

    private final AtomicLongArray at;
    private final boolean[] busy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long epoch = System.nanoTime();
    private volatile boolean closed;

    Schedule(int partitions) {
        this.at = new AtomicLongArray(partitions);
        this.busy = new boolean[partitions];
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    /** Has the partition looked at within this time. Costs one read when that is so already. */
    void within(int partition, long nanos) {
        long wanted = now() + nanos;
        if (at.get(partition) <= wanted) {
            return;
        }
        lock.lock();
        try {
            at.accumulateAndGet(partition, wanted, Math::min);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a partition whose time has come, and keeps others from it until {@link #done}; {@link #CLOSED} after the end. An interrupt
     * that somebody left behind is forgotten: only {@link #close} ends the wait.
     */
    int next() {
        lock.lock();
        try {
            while (!closed) {
                int first = first();
                long wait = first < 0 ? NEVER : at.get(first) - now();
                if (wait <= 0) {
                    busy[first] = true;
                    at.set(first, NEVER);
                    return first;
                }
                try {
                    changed.await(wait, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // not an end
                }
            }
            return CLOSED;
        } finally {
            lock.unlock();
        }
    }

    private int first() {
        int first = -1;
        for (int i = 0; i < busy.length; i++) {
            if (!busy[i] && (first < 0 || at.get(i) < at.get(first))) {
                first = i;
            }
        }
        return first;
    }

    /** Gives the partition back, to be looked at after this time, or sooner if somebody said so meanwhile. */
    void done(int partition, long nanos) {
        lock.lock();
        try {
            busy[partition] = false;
            at.accumulateAndGet(partition, now() + Math.min(nanos, NEVER / 2), Math::min);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #done}, and for the last time unless somebody asks for it again. */
    void retire(int partition) {
        lock.lock();
        try {
            busy[partition] = false;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
