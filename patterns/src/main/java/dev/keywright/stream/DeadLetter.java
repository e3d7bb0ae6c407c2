package dev.keywright.stream;

/**
 * An event that a group could not handle.
 *
 * @param id of the letter among the dead letters
 * @param event as it was, under the id it had
 * @param cause why it could not be handled
 * @param attempts how often the group got it
 * @param consumer who had it last
 */
public record DeadLetter<T>(EventId id, Event<T> event, String cause, int attempts, String consumer) {}
