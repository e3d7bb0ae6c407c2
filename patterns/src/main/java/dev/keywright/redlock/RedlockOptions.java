package dev.keywright.redlock;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a lock of a {@link Redlock} behaves. All who use one name should use the same.
 *
 * @param lease how long a hold lasts without renewal; so long others wait after a crash
 * @param renewed whether the lease is renewed while the lock is held
 * @param longest how long it is renewed in all; a holder that hangs loses the lock after that and a lease
 * @param nodeTimeout within which each master answers; one that does not is counted as refusing. At most a fifth of the lease
 * @param retryPause after which a refused acquire is tried again; half of it to all of it, by chance
 * @param restartDelay how long after its start a master grants nothing, as it may have forgotten holds; the lease when absent
 */
public record RedlockOptions(
        Duration lease,
        boolean renewed,
        Duration longest,
        Duration nodeTimeout,
        Duration retryPause,
        Optional<Duration> restartDelay) {

    private static final Duration SHORTEST_LEASE = Duration.ofMillis(100);
    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** Lease 10 s, renewed for an hour at most; masters answer within 200 ms and grant a lease after their start; tries each 200 ms. */
    public static final RedlockOptions DEFAULTS = new RedlockOptions(
            Duration.ofSeconds(10),
            true,
            Duration.ofHours(1),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Optional.empty());

    public RedlockOptions {
        checkLease(lease);
        within("longest", longest, Duration.ZERO, LONGEST_WAIT);
        within("nodeTimeout", nodeTimeout, Duration.ofMillis(1), lease.dividedBy(5));
        within("retryPause", retryPause, Duration.ofMillis(1), LONGEST_PAUSE);
        restartDelay.ifPresent(delay -> within("restartDelay", delay, Duration.ZERO, LONGEST_LEASE));
    }

    static void checkLease(Duration lease) {
        within("The lease", lease, SHORTEST_LEASE, LONGEST_LEASE);
    }

    static void checkWait(Duration wait) {
        within("The wait", wait, Duration.ZERO, LONGEST_WAIT);
    }

    private static void within(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    what + " is " + words(value) + "; give " + words(least) + " to " + words(most));
        }
    }

    private static String words(Duration duration) {
        return duration.toString().substring(duration.isNegative() ? 0 : 2).toLowerCase(Locale.ROOT);
    }

    /** A lease that is renewed; masters have a tenth of it to answer at most. */
    public RedlockOptions withLease(Duration lease) {
        return with(lease, true);
    }

    /** A lease that is not renewed: after it the hold is over; masters have a tenth of it to answer at most. */
    public RedlockOptions withFixedLease(Duration lease) {
        return with(lease, false);
    }

    private RedlockOptions with(Duration lease, boolean renewed) {
        checkLease(lease);
        Duration most = lease.dividedBy(10);
        Duration timeout = nodeTimeout.compareTo(most) > 0 ? most : nodeTimeout;
        return new RedlockOptions(lease, renewed, longest, timeout, retryPause, restartDelay);
    }

    public RedlockOptions withLongest(Duration longest) {
        return new RedlockOptions(lease, renewed, longest, nodeTimeout, retryPause, restartDelay);
    }

    public RedlockOptions withNodeTimeout(Duration nodeTimeout) {
        return new RedlockOptions(lease, renewed, longest, nodeTimeout, retryPause, restartDelay);
    }

    public RedlockOptions withRetryPause(Duration retryPause) {
        return new RedlockOptions(lease, renewed, longest, nodeTimeout, retryPause, restartDelay);
    }

    /** Zero only where masters forget nothing when they are killed: {@code appendonly yes} and {@code appendfsync always}. */
    public RedlockOptions withRestartDelay(Duration restartDelay) {
        return new RedlockOptions(lease, renewed, longest, nodeTimeout, retryPause, Optional.of(restartDelay));
    }

    Duration delayAfterStart() {
        return restartDelay.orElse(lease);
    }
}
