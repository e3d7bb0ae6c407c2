package dev.keywright.pubsub;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One listener's way through a stream: reads, hands over, reads on; rests at the end until the {@link Tail} calls. */
final class Replay<T> implements DurableSubscription {

    /** The number of a message is not known before it was seen which one is the first. */
    static final long UNKNOWN = -1;

    private static final long SHORTEST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final Tail<T> tail;
    private final TopicListener<T> listener;
    private final Executor executor;
    private final Counts counts;
    private volatile Place done;
    private volatile boolean closed;
    private boolean called;
    private boolean running;

    /** Only the one that runs touches what follows. */
    private Place place;

    /** How many messages were ever added up to the place, by the stream's own count. */
    private long number;

    private long pauseMillis = SHORTEST_PAUSE_MILLIS;

    Replay(Tail<T> tail, TopicListener<T> listener, Executor executor, Counts counts, Place place, long number) {
        this.tail = tail;
        this.listener = listener;
        this.executor = executor;
        this.counts = counts;
        this.place = place;
        this.number = number;
        this.done = place;
    }

    /** There may be something to read. */
    void call() {
        synchronized (this) {
            called = true;
            if (running || closed) {
                return;
            }
            running = true;
        }
        read();
    }

    private void read() {
        synchronized (this) {
            called = false;
        }
        var unused = tail.after(place).whenComplete((batch, failure) -> {
            if (failure != null) {
                again();
            } else {
                execute(() -> handOver(batch));
            }
        });
    }

    private void again() {
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        if (!closed) {
            tail.later(this::read, pauseMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(work);
        }
    }

    private void handOver(Batch<T> batch) {
        pauseMillis = SHORTEST_PAUSE_MILLIS;
        Gap gap = batch.state() == null ? null : gap(batch.state());
        if (gap != null) {
            counts.gaps.increment();
            tell(() -> listener.gap(gap));
        }
        for (Batch.Entry<T> entry : batch.entries()) {
            if (closed) {
                return;
            }
            tell(() -> entry.arrival().tell(listener, counts));
            place = entry.place();
            done = place;
        }
        if (number != UNKNOWN) {
            number += batch.entries().size();
        }
        synchronized (this) {
            if (batch.isEmpty() && gap == null && !called) {
                running = false;
                return;
            }
        }
        read();
    }

    /**
     * What went before it was read, now that the message of this place is not there. Without messages removed by hand the number of the
     * first one is known, and so is how many went.
     */
    private @Nullable Gap gap(Batch.State stream) {
        Place first = stream.first();
        if (stream.last().compareTo(place) < 0) {
            place = Place.BEGINNING;
            number = 0;
            return Gap.of(Gap.Reason.REPLACED);
        }
        if (first != null && place.compareTo(first) >= 0) {
            return null; // all that follow are there
        }
        boolean fromBeginning = place.equals(Place.BEGINNING) && number == UNKNOWN;
        long before = number;
        number = stream.removed();
        if (first == null) {
            place = stream.last();
            number = stream.added();
        }
        if (fromBeginning || stream.removed() == 0 && before == UNKNOWN) {
            return null;
        }
        if (before == UNKNOWN) {
            return Gap.of(Gap.Reason.TRIMMED);
        }
        if (stream.added() < before) {
            return Gap.of(Gap.Reason.REPLACED);
        }
        return stream.removed() > before ? Gap.of(Gap.Reason.TRIMMED, stream.removed() - before) : null;
    }

    /** What a listener does. */
    private interface Telling {
        void run() throws Exception;
    }

    private void tell(Telling telling) {
        try {
            telling.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError | AssertionError e) {
            counts.failures.increment();
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    void over() {
        if (!closed) {
            closed = true;
            execute(() -> tell(() -> listener.ended(TopicListener.Ending.CLOSED)));
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public String position() {
        return done.toString();
    }

    @Override
    public void close() {
        closed = true;
        tail.leave(this);
    }
}
