package dev.keywright.pubsub;

/**
 * A listener that is listening, and gets each message once or not at all: what is published while the connection is down, or beyond
 * what its queue holds, is gone, and a {@link Gap} says so. Threads: any number.
 */
public interface AtMostOnceSubscription extends AutoCloseable {

    /** False once it was closed or ended by itself. */
    boolean isOpen();

    /** How many messages wait for the listener. */
    int waiting();

    /** How many messages came while its queue was full, so far. */
    long dropped();

    /** Ends it without waiting for the server; what waits is not handed over. */
    @Override
    void close();
}
