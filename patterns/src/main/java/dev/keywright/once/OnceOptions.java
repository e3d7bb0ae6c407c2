package dev.keywright.once;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link Once} behaves.
 *
 * @param lease how long an attempt has the key without a sign of life; so long others wait after a crash
 * @param longest how long an attempt is kept alive in all; one that hangs loses the key after that and a lease
 * @param retention how long an outcome is remembered; a retry later than that runs anew
 * @param patience how long {@code run} waits for another attempt that is under way
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record OnceOptions(
        Duration lease, Duration longest, Duration retention, Duration patience, Optional<Duration> deadline) {

    private static final Duration LONGEST_RETENTION = Duration.ofDays(3_650);

    /** Lease 30 s, kept alive for an hour at most, outcomes remembered for 24 hours, 10 s of waiting. */
    public static final OnceOptions DEFAULTS = new OnceOptions(
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ofSeconds(10),
            Optional.empty());

    public OnceOptions {
        if (lease.compareTo(Duration.ofMillis(10)) < 0 || lease.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("lease is " + lease + "; give 10 ms to 1 day");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("longest is " + longest + "; give zero to 30 days");
        }
        if (retention.compareTo(lease) < 0 || retention.compareTo(LONGEST_RETENTION) > 0) {
            throw new IllegalArgumentException(
                    "retention is " + retention + "; give as much as the lease of " + lease + ", up to 3,650 days");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
        checkWait(patience);
    }

    static void checkWait(Duration wait) {
        if (wait.isNegative() || wait.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("The wait is " + wait + "; give zero to 30 days");
        }
    }

    public OnceOptions withLease(Duration lease) {
        return new OnceOptions(lease, longest, retention, patience, deadline);
    }

    public OnceOptions withLongest(Duration longest) {
        return new OnceOptions(lease, longest, retention, patience, deadline);
    }

    public OnceOptions withRetention(Duration retention) {
        return new OnceOptions(lease, longest, retention, patience, deadline);
    }

    public OnceOptions withPatience(Duration patience) {
        return new OnceOptions(lease, longest, retention, patience, deadline);
    }

    public OnceOptions withDeadline(Duration deadline) {
        return new OnceOptions(lease, longest, retention, patience, Optional.of(deadline));
    }
}
