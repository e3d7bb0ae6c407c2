package dev.keywright.cache;

import java.time.Duration;
import java.util.Optional;

/**
 * What waits for the database.
 *
 * @param depth changes that wait in Redis, of all processes
 * @param oldestAge how long the oldest of them has waited
 * @param deadLetters changes laid aside because the database refuses them
 * @param lag how old the oldest change was of the batch that this process wrote last
 * @param written changes that this process has written
 * @param lastFailure why this process could not write, if its last try failed; shows no value of the cache's own accord
 */
public record Backlog(
        long depth, Duration oldestAge, long deadLetters, Duration lag, long written, Optional<String> lastFailure) {}
