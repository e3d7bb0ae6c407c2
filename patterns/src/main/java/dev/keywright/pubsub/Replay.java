package dev.keywright.pubsub;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private boolean ended;

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
        var unused = after().whenComplete((batch, failure) -> {
            if (failure != null) {
                again();
            } else {
                execute(() -> handOver(batch));
            }
        });
    }

    private CompletionStage<Batch<T>> after() {
        try {
            return tail.after(place);
        } catch (RuntimeException e) { // it could not even be sent
            return CompletableFuture.failedStage(e);
        }
    }

    private void again() {
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        if (closed) {
            finish();
        } else {
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
            Telling.tell(() -> listener.gap(gap), counts);
        }
        for (Batch.Entry<T> entry : batch.entries()) {
            if (closed) {
                break;
            }
            Telling.tell(() -> entry.arrival().tell(listener, counts), counts);
            place = entry.place();
            done = place;
        }
        if (number != UNKNOWN) {
            number += batch.entries().size();
        }
        if (closed) {
            finish();
            return;
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
        if (first != null && place.compareTo(first) >= 0) { // all that follow are there
            boolean wasThere = number != UNKNOWN;
            number = UNKNOWN;
            return wasThere ? Gap.of(Gap.Reason.REPLACED) : null;
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
        if (stream.removed() < before) { // of one that was trimmed at least those that were read are gone
            return Gap.of(Gap.Reason.REPLACED);
        }
        return stream.removed() > before ? Gap.of(Gap.Reason.TRIMMED, stream.removed() - before) : null;
    }

    /** The connection was closed: tells so, after what is being handed over. */
    void over() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ended = true;
            if (running) {
                return;
            }
            running = true;
        }
        finish();
    }

    private void finish() {
        boolean tell;
        synchronized (this) {
            tell = ended;
            ended = false;
        }
        if (tell) {
            execute(() -> Telling.tell(() -> listener.ended(TopicListener.Ending.CLOSED), counts));
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
