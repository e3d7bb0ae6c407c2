package dev.keywright.connection;

/** A listener that is listening; closing it ends that. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
