package dev.keywright.pubsub;

/**
 * Listens to a topic. Everything is told one after the other, in order, never on a transport thread; a listener that takes its time
 * delays itself alone. What it throws is counted and goes to the thread's handler of uncaught exceptions; it gets the next message all
 * the same.
 */
@FunctionalInterface
public interface TopicListener<T> {

    void message(Message<T> message) throws Exception;

    /** Messages may be missing between the one before and the one after: the time to look at what cannot be missed. */
    default void gap(Gap gap) throws Exception {}

    default void undecodable(Undecodable message) throws Exception {}

    /** Nothing comes any more, although nobody closed the subscription. */
    default void ended(Ending why) throws Exception {}

    /** Why a subscription ended by itself. */
    enum Ending {
        /** Its queue was full, and {@link Overflow#UNSUBSCRIBE} was asked for. */
        TOO_SLOW,
        /** The connection was closed. */
        CLOSED
    }
}
