package dev.keywright.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a {@link ReliableQueue} behaves. All processes of one queue should say the same.
 *
 * @param lease so long after a consumer crashed others get what it had
 * @param attempts how often an entry is handed out before it is dead
 * @param backoff pause after the first failure of a handler; doubles with each, up to an hour, and is a fifth longer by chance
 * @param prefetch how many entries a consumer takes at once
 * @param dead how many dead entries are kept, the newest ones
 * @param deadFor how long dead entries are kept after the newest of them
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record QueueOptions(
        Duration lease,
        int attempts,
        Duration backoff,
        int prefetch,
        int dead,
        Duration deadFor,
        Optional<Duration> deadline) {

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);

    /** Lease 30 s, 5 attempts, pauses from 1 s on, 16 entries at once, 10,000 dead ones for 30 days. */
    public static final QueueOptions DEFAULTS = new QueueOptions(
            Duration.ofSeconds(30), 5, Duration.ofSeconds(1), 16, 10_000, Duration.ofDays(30), Optional.empty());

    public QueueOptions {
        if (lease.compareTo(Duration.ofMillis(100)) < 0 || lease.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("lease is " + lease + "; give 100 ms to 1 day");
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is " + attempts + "; give 1 or more");
        }
        if (backoff.isNegative() || backoff.compareTo(LONGEST_BACKOFF) > 0) {
            throw new IllegalArgumentException("backoff is " + backoff + "; give zero to 1 hour");
        }
        if (prefetch < 1 || prefetch > 1_000) {
            throw new IllegalArgumentException("prefetch is " + prefetch + "; give 1 to 1,000");
        }
        if (dead < 1) {
            throw new IllegalArgumentException("dead is " + dead + "; give 1 or more");
        }
        if (deadFor.compareTo(Duration.ofMinutes(1)) < 0 || deadFor.compareTo(Duration.ofDays(3_650)) > 0) {
            throw new IllegalArgumentException("deadFor is " + deadFor + "; give 1 minute to 3,650 days");
        }
        deadline.filter(given -> given.isNegative() || given.isZero()).ifPresent(given -> {
            throw new IllegalArgumentException("deadline is " + given + "; give more than zero");
        });
    }

    public QueueOptions withLease(Duration lease) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withAttempts(int attempts) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withBackoff(Duration backoff) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withPrefetch(int prefetch) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withDead(int dead) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withDeadFor(Duration deadFor) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, deadline);
    }

    public QueueOptions withDeadline(Duration deadline) {
        return new QueueOptions(lease, attempts, backoff, prefetch, dead, deadFor, Optional.of(deadline));
    }

    /** After an attempt that failed. */
    Duration pauseAfter(int attempt) {
        Duration pause = backoff.multipliedBy(1L << Math.min(attempt - 1, 30));
        Duration most = pause.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : pause;
        return most.plusMillis(ThreadLocalRandom.current().nextLong(most.toMillis() / 5 + 1));
    }
}
