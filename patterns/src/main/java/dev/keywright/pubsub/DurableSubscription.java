package dev.keywright.pubsub;

/**
 * A listener that reads a {@link DurableTopic} at its own pace, each message once, in order. Who keeps {@link #position()} with what
 * it does with the messages can go on from there after a crash, with {@link Start#after}. Threads: any number.
 */
public interface DurableSubscription extends AutoCloseable {

    /** False once it was closed or ended by itself. */
    boolean isOpen();

    /** The id of the last message that the listener was done with; where it began when there was none. */
    String position();

    /** Ends it; nothing is handed over any more, but for a message that is being handed over. */
    @Override
    void close();
}
