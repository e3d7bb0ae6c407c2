package dev.keywright.queue;

import java.util.Optional;

/**
 * An entry that was given up.
 *
 * @param id empty when it was not written by a queue
 * @param attempts how often it was handed out
 * @param cause why
 * @param value absent when the codec cannot read it
 */
public record DeadLetter<T>(String id, int attempts, String cause, Optional<T> value) {}
