package dev.keywright.pubsub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one listener, and the listener's turn at it. Gaps stand between the messages they are about and are never dropped: one
 * before the first message (oldest dropped), others between messages, and one after the last.
 */
final class Mailbox<T> implements Runnable, AtMostOnceSubscription {

    /** Handed over before others on the same executor have their turn. */
    private static final int AT_A_TIME = 256;

    private final TopicListener<T> listener;
    private final ListenerOptions options;
    private final Executor executor;
    private final Counts counts;
    /** Ends the subscription behind it; called without a lock of this one. */
    private final Runnable leave;

    private final Deque<Object> entries = new ArrayDeque<>(); // each an Arrival or a Gap
    private @Nullable Gap before;
    private @Nullable Gap after;
    private TopicListener.@Nullable Ending ending;
    private int waiting;
    private long dropped;
    private boolean running;
    private boolean refusing;
    private volatile boolean closed;

    Mailbox(TopicListener<T> listener, ListenerOptions options, Executor executor, Counts counts, Subscribed<T> topic) {
        this.listener = listener;
        this.options = options;
        this.executor = executor;
        this.counts = counts;
        this.leave = () -> topic.leave(this);
    }

    // --- in

    void offer(Arrival<T> arrival) {
        synchronized (entries) {
            if (closed || refusing) {
                return;
            }
            if (waiting < options.capacity()) {
                add(arrival);
            } else {
                overflow(arrival);
            }
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    private void add(Arrival<T> arrival) {
        if (after != null) {
            entries.add(after);
            after = null;
        }
        entries.add(arrival);
        waiting++;
    }

    private void overflow(Arrival<T> arrival) {
        Gap one = Gap.of(Gap.Reason.OVERFLOW, 1);
        dropped++;
        counts.dropped.increment();
        switch (options.overflow()) {
            case DROP_NEWEST -> after = after == null ? one : after.and(one);
            case DROP_OLDEST -> {
                Object oldest = entries.remove();
                while (oldest instanceof Gap gap) {
                    before = before == null ? gap : before.and(gap);
                    oldest = entries.remove();
                }
                waiting--;
                before = before == null ? one : before.and(one);
                add(arrival);
            }
            case UNSUBSCRIBE -> end(TopicListener.Ending.TOO_SLOW);
        }
    }

    void offer(Gap gap) {
        synchronized (entries) {
            if (closed || refusing) {
                return;
            }
            after = after == null ? gap : after.and(gap);
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    /** Takes nothing more; what waits is handed over, and then the ending. */
    private void end(TopicListener.Ending why) {
        refusing = true;
        ending = why;
    }

    void over(TopicListener.Ending why) {
        synchronized (entries) {
            if (closed || refusing) {
                return;
            }
            end(why);
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    // --- out

    private void start() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException e) { // neither may it be lost, nor run on this thread
            ForkJoinPool.commonPool().execute(this);
        }
    }

    @Override
    public void run() {
        for (int i = 0; i < AT_A_TIME; i++) {
            Object next = next();
            if (next == null) {
                return;
            }
            Telling.tell(() -> tell(next), counts);
        }
        start();
    }

    private @Nullable Object next() {
        synchronized (entries) {
            Object next = closed ? null : first();
            running = next != null;
            return next;
        }
    }

    private @Nullable Object first() {
        if (before != null) {
            Gap gap = before;
            before = null;
            return gap;
        }
        Object first = entries.poll();
        if (first instanceof Arrival<?>) {
            waiting--;
        }
        if (first == null && after != null) {
            first = after;
            after = null;
        }
        return first == null ? ending : first;
    }

    @SuppressWarnings("unchecked") // only arrivals of this type are offered
    private void tell(Object next) throws Exception {
        if (next instanceof Gap gap) {
            counts.gaps.increment();
            listener.gap(gap);
        } else if (next instanceof TopicListener.Ending why) {
            close();
            listener.ended(why);
        } else {
            ((Arrival<T>) next).tell(listener, counts);
        }
    }

    // --- the subscription

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public int waiting() {
        synchronized (entries) {
            return waiting;
        }
    }

    @Override
    public long dropped() {
        synchronized (entries) {
            return dropped;
        }
    }

    @Override
    public void close() {
        synchronized (entries) {
            if (closed) {
                return;
            }
            closed = true;
            entries.clear();
            waiting = 0;
            before = null;
            after = null;
        }
        leave.run();
    }
}
