package dev.keywright.stream;

import java.util.List;

/** As {@link EventHandler}, for some events at once, in the order of the stream. */
@FunctionalInterface
public interface BatchHandler<T> {

    void handle(List<Event<T>> events) throws Exception;
}
