package dev.keywright.ops.jobs;

import java.time.Duration;

/**
 * How job queues are looked at.
 *
 * @param between two looks, from which rates are made; zero for one look
 * @param mostKeys how many keys are looked at to find queues and workers
 */
public record JobsOptions(Duration between, long mostKeys) {

    public static final JobsOptions DEFAULTS = new JobsOptions(Duration.ofSeconds(1), 1_000_000);

    public JobsOptions {
        if (between.isNegative() || between.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("the time between two looks is " + between + "; give 0 to 1 minute");
        }
        if (mostKeys < 1) {
            throw new IllegalArgumentException("the number of keys is " + mostKeys + "; give 1 or more");
        }
    }
}
