package dev.keywright.feed;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@link Feeds} behave.
 *
 * @param cap how many items a feed keeps, 1 to 1,000; above 127 an entry takes several times the memory
 * @param ttl how long a feed is kept after the last item came, 1 ms to 3,650 days
 * @param celebrity from how many followers on items of an author are not written to their feeds but merged when these are read
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record FeedOptions(int cap, Duration ttl, long celebrity, Optional<Duration> deadline) {

    /** 100 items, 30 days, 10,000 followers. */
    public static final FeedOptions DEFAULTS = new FeedOptions(100, Duration.ofDays(30), 10_000, Optional.empty());

    public FeedOptions {
        if (cap < 1 || cap > 1_000) {
            throw new IllegalArgumentException("cap is " + cap + "; give 1 to 1000");
        }
        if (ttl.compareTo(Duration.ofMillis(1)) < 0 || ttl.compareTo(Duration.ofDays(3_650)) > 0) {
            throw new IllegalArgumentException("ttl is " + ttl + "; give 1 ms to 3650 days");
        }
        if (celebrity < 0) {
            throw new IllegalArgumentException("celebrity is " + celebrity + "; give 0 or more followers");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public FeedOptions withCap(int cap) {
        return new FeedOptions(cap, ttl, celebrity, deadline);
    }

    public FeedOptions withTtl(Duration ttl) {
        return new FeedOptions(cap, ttl, celebrity, deadline);
    }

    public FeedOptions withCelebrity(long followers) {
        return new FeedOptions(cap, ttl, followers, deadline);
    }

    public FeedOptions withDeadline(Duration deadline) {
        return new FeedOptions(cap, ttl, celebrity, Optional.of(deadline));
    }
}
