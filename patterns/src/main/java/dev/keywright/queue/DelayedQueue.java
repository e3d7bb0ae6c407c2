package dev.keywright.queue;

import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Entries that are due later, by the clock of the server; then they are in {@link #queue()}, with its guarantees. They get there when
 * somebody takes from it. Threads: any number. Round trips: 1. Failure: {@code Unavailable}; what was sent with an unknown
 * outcome may be there.
 */
public final class DelayedQueue<T> {

    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final int MOST = 1_000;

    private final ReliableQueue<T> queue;

    /** Made by {@code Keywright.delayedQueue}. */
    public DelayedQueue(ReliableQueue<T> queue) {
        this.queue = queue;
    }

    static void check(Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("delay is " + delay + "; give zero to 3,650 days");
        }
    }

    public void send(T value, Duration delay) {
        sendAll(List.of(value), delay);
    }

    /** @param values up to 1,000 */
    public void sendAll(List<T> values, Duration delay) {
        if (!values.isEmpty()) {
            var unused = queue.keys.call(sending(values, delay));
        }
    }

    public CompletionStage<Void> sendAsync(T value, Duration delay) {
        return sending(List.of(value), delay)
                .send(queue.keys.connection(), queue.keys.deadline())
                .thenAccept(reply -> {
                    var unused = reply.orThrow(queue.keys.where);
                });
    }

    private Script.Invocation sending(List<T> values, Duration delay) {
        check(delay);
        if (values.size() > MOST) {
            throw new IllegalArgumentException("There are " + values.size() + " values; give up to 1,000 at a time");
        }
        return queue.keys.sendLater(queue.entries(values), delay);
    }

    /** To take from; the queue of the same name. */
    public ReliableQueue<T> queue() {
        return queue;
    }
}
