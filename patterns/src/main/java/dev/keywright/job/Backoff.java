package dev.keywright.job;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a job rests between two attempts: {@code first}, twice as long after each failure, {@code most} at the longest; less a random
 * part, so that jobs that failed together do not come back together.
 *
 * @param jitterRatio the largest part that is taken off, 0 to 1
 */
public record Backoff(Duration first, Duration most, double jitterRatio) {

    /** 1 s, 2 s, 4 s ... 10 min, up to half of it less. */
    public static final Backoff DEFAULTS = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), 0.5);

    public Backoff {
        if (first.isNegative() || most.compareTo(first) < 0 || most.compareTo(NewJob.Due.LONGEST) > 0) {
            throw new IllegalArgumentException("Backoff from " + first + " to " + most
                    + "; give zero or more, and as much or more, up to 3,650 days");
        }
        if (!(jitterRatio >= 0 && jitterRatio <= 1)) {
            throw new IllegalArgumentException("jitterRatio is " + jitterRatio + "; give 0 to 1");
        }
    }

    /** Always the same rest. */
    public static Backoff fixed(Duration rest) {
        return new Backoff(rest, rest, 0);
    }

    /** @param attempt the one that failed, from 1 */
    Duration after(int attempt) {
        double millis = Math.min((double) most.toMillis(), first.toMillis() * Math.pow(2, attempt - 1));
        return Duration.ofMillis(Math.round(
                millis * (1 - jitterRatio * ThreadLocalRandom.current().nextDouble())));
    }
}
