package dev.keywright.election;

import java.time.Duration;
import java.util.Optional;

/**
 * How one candidate takes part in a {@link LeaderElection}.
 *
 * @param lease how long a term lasts without renewal; so long there is no leader after a crash
 * @param candidate what others call this one; a name of its own when absent
 * @param data what others see of it while it leads, such as its address
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record ElectionOptions(Duration lease, Optional<String> candidate, String data, Optional<Duration> deadline) {

    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);
    private static final int LONGEST_CANDIDATE = 256;
    private static final int LONGEST_DATA = 4_096;

    /** Lease 10 s, a candidate without a name and without data. */
    public static final ElectionOptions DEFAULTS =
            new ElectionOptions(Duration.ofSeconds(10), Optional.empty(), "", Optional.empty());

    public ElectionOptions {
        if (lease.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("The lease is " + lease + "; give 1 ms to 1 day");
        }
        if (candidate.isPresent()
                && (candidate.get().isEmpty() || candidate.get().length() > LONGEST_CANDIDATE)) {
            throw new IllegalArgumentException(
                    "The candidate has " + candidate.get().length() + " characters; give 1 to " + LONGEST_CANDIDATE);
        }
        if (data.length() > LONGEST_DATA) {
            throw new IllegalArgumentException(
                    "The data has " + data.length() + " characters; give " + LONGEST_DATA + " at most");
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

    public ElectionOptions withLease(Duration lease) {
        return new ElectionOptions(lease, candidate, data, deadline);
    }

    /** For others to see; two with the same one are still two. */
    public ElectionOptions withCandidate(String candidate) {
        return new ElectionOptions(lease, Optional.of(candidate), data, deadline);
    }

    public ElectionOptions withData(String data) {
        return new ElectionOptions(lease, candidate, data, deadline);
    }

    public ElectionOptions withDeadline(Duration deadline) {
        return new ElectionOptions(lease, candidate, data, Optional.of(deadline));
    }
}
