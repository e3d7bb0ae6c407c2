package dev.keywright.compare;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link CompareAndSet} behaves.
 *
 * @param deadline within which every call is answered; the connection's timeout when absent
 * @param callMemory how long the outcome of a call is remembered, so that the same call asked again does nothing more; longer than
 *     the deadline
 * @param attempts how often {@code update} tries, 1 or more
 * @param backoff the longest pause after the first lost race, doubled with each further one, up to 64 times as long
 */
public record CompareOptions(Optional<Duration> deadline, Duration callMemory, int attempts, Duration backoff) {

    private static final Duration LONGEST = Duration.ofDays(365);

    public static final CompareOptions DEFAULTS =
            new CompareOptions(Optional.empty(), Duration.ofMinutes(1), 100, Duration.ofMillis(1));

    public CompareOptions {
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
        if (callMemory.compareTo(Duration.ofMillis(1)) < 0 || callMemory.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("callMemory is " + callMemory + "; give 1 ms to 365 days");
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is " + attempts + "; give 1 or more");
        }
        if (backoff.isNegative() || backoff.isZero() || backoff.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("backoff is " + backoff + "; give more than zero, 1 minute at most");
        }
    }

    public CompareOptions withDeadline(Duration deadline) {
        return new CompareOptions(Optional.of(deadline), callMemory, attempts, backoff);
    }

    public CompareOptions withCallMemory(Duration callMemory) {
        return new CompareOptions(deadline, callMemory, attempts, backoff);
    }

    public CompareOptions withAttempts(int attempts) {
        return new CompareOptions(deadline, callMemory, attempts, backoff);
    }

    public CompareOptions withBackoff(Duration backoff) {
        return new CompareOptions(deadline, callMemory, attempts, backoff);
    }

    /** The longest pause after so many lost races. */
    long pauseNanos(int lost) {
        return backoff.toNanos() << Math.min(lost - 1, 6);
    }
}
