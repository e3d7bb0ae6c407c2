package dev.keywright.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An entry that a consumer has. As long as its process lives it stays there, until one of {@link #ack}, {@link #retry} and
 * {@link #dead} is said. Each tells false when it came too late: others have the entry by now, and nothing happened.
 * <ul>
 *   <li>Round trips: 1; {@link #ackAsync} rides with the next take.
 *   <li>Failure: {@code Unavailable}. An acknowledgement is then said again in the background as long as the entry is held; after the
 *       others the entry may be handed out again.
 * </ul>
 */
public final class Delivery<T> {

    private final Consumer<T> consumer;
    private final T value;
    final Entry entry;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile boolean lost;
    private @Nullable Thread handling;

    Delivery(Consumer<T> consumer, Entry entry, T value) {
        this.consumer = consumer;
        this.entry = entry;
        this.value = value;
    }

    public T value() {
        return value;
    }

    /** The same in every attempt. */
    public String id() {
        return entry.id;
    }

    /** 1 when it is handed out for the first time. */
    public int attempt() {
        return entry.attempt;
    }

    /** Whether no other can have it, by the local monotonic clock. */
    public boolean isHeld() {
        return !lost && !settled.get() && consumer.isAlive();
    }

    boolean isLost() {
        return lost;
    }

    synchronized void lose() {
        lost = true;
        if (handling != null) {
            handling.interrupt();
        }
    }

    /** Who is interrupted when it is lost, or nobody any more. */
    synchronized void handledBy(@Nullable Thread thread) {
        handling = thread;
    }

    /** Whether this word counts: it is the first one, and others cannot have the entry by another delivery. */
    private boolean settle() {
        return settled.compareAndSet(false, true) && !lost;
    }

    /** It is done. */
    public boolean ack() {
        return settle() && consumer.acknowledgeNow(this);
    }

    /** It is done; told with the next take, or a little later when there is none. */
    public CompletionStage<Boolean> ackAsync() {
        return settle() ? consumer.acknowledgeAndTell(this) : CompletableFuture.completedStage(false);
    }

    void done() {
        if (settle()) {
            consumer.acknowledge(this);
        }
    }

    /** Another attempt, behind all that wait; after the last attempt it is dead. */
    public boolean retry() {
        return retry(Duration.ZERO);
    }

    /** Another attempt so much later. */
    public boolean retry(Duration delay) {
        DelayedQueue.check(delay);
        return settle() && consumer.retry(this, delay, "Another attempt was asked for");
    }

    /** It is given up. */
    public boolean dead(String cause) {
        return settle() && consumer.bury(this, cause);
    }

    boolean failed(Throwable failure) {
        return settle() && consumer.failed(this, Consumer.described(failure));
    }

    /** Without its value, which may be secret. */
    @Override
    public String toString() {
        return "entry " + entry.id + ", attempt " + entry.attempt;
    }
}
