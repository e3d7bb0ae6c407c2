package dev.keywright.stream;

/**
 * Handles an event; what it throws means that it did not, and the event comes again. It is called at least once for each event, on a thread
 * of the worker, and interrupted when another worker has taken the event over.
 */
@FunctionalInterface
public interface EventHandler<T> {

    void handle(Event<T> event) throws Exception;
}
