package dev.keywright.semaphore;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link DistributedSemaphore} behaves.
 *
 * @param lease how long permits are held without renewal; so long they are missing after a crash
 * @param renewed whether the lease is renewed while they are held
 * @param longest how long it is renewed in all; a holder that hangs loses its permits after that and a lease
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record SemaphoreOptions(Duration lease, boolean renewed, Duration longest, Optional<Duration> deadline) {

    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);

    /** Lease 30 s, renewed for an hour at most. */
    public static final SemaphoreOptions DEFAULTS =
            new SemaphoreOptions(Duration.ofSeconds(30), true, Duration.ofHours(1), Optional.empty());

    public SemaphoreOptions {
        if (lease.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("The lease is " + lease + "; give 1 ms to 1 day");
        }
        if (longest.isNegative() || longest.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("longest is " + longest + "; give zero to 30 days");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    static void checkWait(Duration wait) {
        if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("The wait is " + wait + "; give zero to 30 days");
        }
    }

    /** A lease that is renewed. */
    public SemaphoreOptions withLease(Duration lease) {
        return new SemaphoreOptions(lease, true, longest, deadline);
    }

    /** A lease that is not renewed: after it the permits are free. */
    public SemaphoreOptions withFixedLease(Duration lease) {
        return new SemaphoreOptions(lease, false, longest, deadline);
    }

    public SemaphoreOptions withLongest(Duration longest) {
        return new SemaphoreOptions(lease, renewed, longest, deadline);
    }

    public SemaphoreOptions withDeadline(Duration deadline) {
        return new SemaphoreOptions(lease, renewed, longest, Optional.of(deadline));
    }
}
