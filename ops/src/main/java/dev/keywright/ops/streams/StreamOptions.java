package dev.keywright.ops.streams;

import java.time.Duration;

/**
 * How streams are looked at.
 *
 * @param between two looks, from which rates are made; zero for one look
 * @param deadAfter a consumer that asked for nothing for so long counts as dead, an entry that nobody touched as stuck
 * @param mostKeys how many keys are looked at to find streams
 * @param mostStreams how many streams are told
 */
public record StreamOptions(Duration between, Duration deadAfter, long mostKeys, int mostStreams) {

    public static final StreamOptions DEFAULTS =
            new StreamOptions(Duration.ofSeconds(1), Duration.ofMinutes(5), 1_000_000, 50);

    public StreamOptions {
        if (between.isNegative() || between.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("the time between two looks is " + between + "; give 0 to 1 minute");
        }
        if (deadAfter.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(
                    "the time after which a consumer is dead is " + deadAfter + "; give 1 ms or more");
        }
        if (mostKeys < 1 || mostStreams < 1) {
            throw new IllegalArgumentException(
                    "the number of keys is " + mostKeys + ", of streams " + mostStreams + "; give 1 or more");
        }
    }
}
