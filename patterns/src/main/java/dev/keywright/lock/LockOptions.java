package dev.keywright.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link DistributedLock} behaves.
 *
 * @param lease how long a hold lasts without renewal; so long others wait after a crash
 * @param renewed whether the lease is renewed while the lock is held
 * @param longest how long it is renewed in all; a holder that hangs loses the lock after that and a lease
 * @param fair whether those who wait get it in the order they came, in all processes; costs the handing on inside a process
 * @param reentrant whether a thread that holds it may acquire it again
 * @param releaseWithoutWaiting whether a release does not wait for its answer; it then says whether the lock was held by this
 *     process's clock
 * @param deadline within which every command is answered; the connection's timeout when absent
 * @param replicas who must have the lock before it is given, so that a failover is less likely to lose it; nobody when absent
 */
public record LockOptions(
        Duration lease,
        boolean renewed,
        Duration longest,
        boolean fair,
        boolean reentrant,
        boolean releaseWithoutWaiting,
        Optional<Duration> deadline,
        Optional<Replicas> replicas) {

    /**
     * How many replicas must have the lock before it is given.
     *
     * @param within how long they are waited for
     */
    public record Replicas(int atLeast, Duration within) {
        public Replicas {
            if (atLeast < 1) {
                throw new IllegalArgumentException("replicas is " + atLeast + "; give 1 or more");
            }
            if (within.compareTo(Duration.ofMillis(1)) < 0 || within.compareTo(LONGEST_LEASE) > 0) {
                throw new IllegalArgumentException("Replicas are waited for " + within + "; give 1 ms to 1 day");
            }
        }
    }

    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);

    /** Lease 30 s, renewed for an hour at most, neither fair nor reentrant, releases wait for their answer. */
    public static final LockOptions DEFAULTS = new LockOptions(
            Duration.ofSeconds(30), true, Duration.ofHours(1), false, false, false, Optional.empty(), Optional.empty());

    public LockOptions {
        checkLease(lease);
        if (longest.isNegative() || longest.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("longest is " + longest + "; give zero to 30 days");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    static void checkLease(Duration lease) {
        if (lease.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("The lease is " + lease + "; give 1 ms to 1 day");
        }
    }

    static void checkWait(Duration wait) {
        if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("The wait is " + wait + "; give zero to 30 days");
        }
    }

    /** A lease that is renewed. */
    public LockOptions withLease(Duration lease) {
        return new LockOptions(lease, true, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    /** A lease that is not renewed: after it the hold is over. */
    public LockOptions withFixedLease(Duration lease) {
        return new LockOptions(lease, false, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    public LockOptions withLongest(Duration longest) {
        return new LockOptions(lease, renewed, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    public LockOptions withFair(boolean fair) {
        return new LockOptions(lease, renewed, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    public LockOptions withReentrant(boolean reentrant) {
        return new LockOptions(lease, renewed, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    public LockOptions withReleaseWithoutWaiting(boolean releaseWithoutWaiting) {
        return new LockOptions(lease, renewed, longest, fair, reentrant, releaseWithoutWaiting, deadline, replicas);
    }

    public LockOptions withDeadline(Duration deadline) {
        return new LockOptions(
                lease, renewed, longest, fair, reentrant, releaseWithoutWaiting, Optional.of(deadline), replicas);
    }

    /** An acquire that so many replicas have not confirmed in that time is undone, and fails. */
    public LockOptions withReplicas(int atLeast, Duration within) {
        return new LockOptions(
                lease,
                renewed,
                longest,
                fair,
                reentrant,
                releaseWithoutWaiting,
                deadline,
                Optional.of(new Replicas(atLeast, within)));
    }
}
