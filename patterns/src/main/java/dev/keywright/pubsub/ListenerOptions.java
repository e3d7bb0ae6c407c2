package dev.keywright.pubsub;

import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a listener is served.
 *
 * @param capacity how many messages may wait for it
 * @param overflow what happens when one more comes
 * @param executor where it runs; by default threads of the topics, as many as there are listeners at work, up to 256
 */
public record ListenerOptions(int capacity, Overflow overflow, Optional<Executor> executor) {

    /** 1,000 messages, the oldest goes first. */
    public static final ListenerOptions DEFAULTS = new ListenerOptions(1_000, Overflow.DROP_OLDEST, Optional.empty());

    public ListenerOptions {
        if (capacity < 1) {
            throw new IllegalArgumentException("The capacity is " + capacity + "; give 1 or more");
        }
    }

    public ListenerOptions withCapacity(int capacity) {
        return new ListenerOptions(capacity, overflow, executor);
    }

    public ListenerOptions withOverflow(Overflow overflow) {
        return new ListenerOptions(capacity, overflow, executor);
    }

    public ListenerOptions withExecutor(Executor executor) {
        return new ListenerOptions(capacity, overflow, Optional.of(executor));
    }
}
