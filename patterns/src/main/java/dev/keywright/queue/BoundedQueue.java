package dev.keywright.queue;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Bells;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A queue in which no more than so many entries wait. What was taken counts no longer; what is tried again may exceed the capacity.
 * <ul>
 *   <li>Round trips: 1; who waits for room is woken by who takes, and looks by himself after pauses of 50 ms to 1 s. Newcomers may be first.
 *   <li>Threads: any number. Failure: {@code Unavailable}; what was offered with an unknown outcome may be there.
 * </ul>
 */
public final class BoundedQueue<T> {

    private final ReliableQueue<T> queue;
    private final int capacity;

    /** Made by {@code Keywright.boundedQueue}. */
    public BoundedQueue(ReliableQueue<T> queue, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + "; give 1 or more");
        }
        this.queue = queue;
        this.capacity = capacity;
    }

    /** Adds it, or tells that there is no room. */
    public boolean offer(T value) {
        return queue.keys
                        .call(queue.keys.offer(queue.entry(value), capacity, ""))
                        .number()
                == 1;
    }

    /**
     * Waits for room.
     *
     * @return whether it was added
     * @throws InterruptedException when the wait is given up; what is on its way may still be added
     */
    public boolean offer(T value, Duration wait) throws InterruptedException {
        Offer offer = new Offer(queue.entry(value), wait);
        offer.ask();
        try {
            return offer.told.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            offer.until = System.nanoTime();
            throw e;
        }
    }

    public CompletionStage<Boolean> offerAsync(T value, Duration wait) {
        Offer offer = new Offer(queue.entry(value), wait);
        offer.ask();
        return offer.told;
    }

    public int capacity() {
        return capacity;
    }

    /** To take from; the queue of the same name. */
    public ReliableQueue<T> queue() {
        return queue;
    }

    /** One that may have to wait. It asks once as if it would not, then registers, so that no room is missed. */
    private final class Offer {

        private final byte[] entry;
        private final CompletableFuture<Boolean> told = new CompletableFuture<>();
        private volatile long until;
        private String sender = "";
        private Bells.@Nullable Bell bell;

        Offer(byte[] entry, Duration wait) {
            this.entry = entry;
            this.until = System.nanoTime() + QueueKeys.nanos(wait);
        }

        private void ask() {
            Script.Invocation asked = queue.keys.offer(entry, capacity, sender);
            CompletionStage<Reply> unused = asked.send(queue.keys.connection(), queue.keys.deadline())
                    .thenApply(reply -> reply.orThrow(queue.keys.where))
                    .whenComplete((reply, failure) -> {
                        if (failure != null) {
                            endWaiting(() -> told.completeExceptionally(cause(failure)));
                        } else if (reply.number() == 1) {
                            end(() -> told.complete(true));
                        } else {
                            refused();
                        }
                    });
        }

        private void refused() {
            long left = until - System.nanoTime();
            if (left <= 0) {
                endWaiting(() -> told.complete(false));
            } else if (bell == null) {
                sender = queue.keys.lessee.newOwner();
                bell = queue.keys.lessee.bells().bell(sender);
                ask();
            } else if (queue.keys.lessee.leases().isClosed()) {
                endWaiting(() -> told.complete(false));
            } else {
                bell.next(left, this::ask);
            }
        }

        private void endWaiting(Runnable news) {
            if (bell != null) {
                CompletionStage<Reply> unused =
                        queue.keys.connection().send(queue.keys.endWaiting(sender), queue.keys.deadline());
            }
            end(news);
        }

        private void end(Runnable news) {
            if (bell != null) {
                bell.close();
            }
            queue.keys.lessee.executor().execute(news);
        }

        private Throwable cause(Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }
    }
}
