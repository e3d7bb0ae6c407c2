package dev.keywright.queue;

/** What is done with an entry. When it returns, the entry is acknowledged, unless it said otherwise; when it throws, there is another attempt. */
@FunctionalInterface
public interface QueueHandler<T> {

    void handle(Delivery<T> delivery) throws Exception;
}
