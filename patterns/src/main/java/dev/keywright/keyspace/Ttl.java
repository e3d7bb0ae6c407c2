package dev.keywright.keyspace;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long keys of one use live, and why. Every key should have an end: what nobody ends stays until memory is full, and then the server
 * removes something else.
 */
public enum Ttl {
    /** Values that can be fetched again. */
    CACHE(
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            Duration.ofDays(1),
            0.1,
            "as long as a stale value does no harm; shorter costs the database, and the jitter keeps what was stored"
                    + " together from ending together"),
    /** That something is not there. */
    ABSENCE(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            0.1,
            "much shorter than values, as it hides what is created meanwhile; long enough to stop a flood of questions"
                    + " for what is not there"),
    /** Sessions, renewed with use. */
    SESSION(
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofDays(30),
            0,
            "the time a user may be idle, begun anew with each request; exact, as users are told of it"),
    /** Locks and leases. */
    LOCK(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            0,
            "so long everybody waits after a crash; longer than the longest pause of a process, and renewed while the"
                    + " work goes on"),
    /** Counters of a limit. */
    RATE_LIMIT(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofDays(1),
            0,
            "the window, and not longer: it is what forgets who asked no more. Twice the window where the one before"
                    + " is looked at"),
    /** Outcomes of calls that may be repeated. */
    IDEMPOTENCY(
            Duration.ofMinutes(1),
            Duration.ofDays(1),
            Duration.ofDays(30),
            0,
            "longer than anybody tries again; after it the same call is done a second time"),
    /** One-time codes and links. */
    ONE_TIME_CODE(
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            0,
            "as short as a person needs: it is how long a stolen code is worth something"),
    /** Presence and heartbeats. */
    HEARTBEAT(
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            0,
            "three beats, so that one that is late does no harm"),
    /** Counts of a day, an hour, a minute. */
    METRIC(
            Duration.ofMinutes(1),
            Duration.ofDays(35),
            Duration.ofDays(400),
            0.05,
            "as long as reports look back, and one period more, so that none is cut in the middle"),
    /** Results that are kept for one to fetch, such as exports. */
    RESULT(
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofDays(7),
            0.05,
            "until it was fetched for sure; said to whom it is made for");

    private final Duration shortest;
    private final Duration usual;
    private final Duration longest;
    private final double jitter;
    private final String why;

    Ttl(Duration shortest, Duration usual, Duration longest, double jitter, String why) {
        this.shortest = shortest;
        this.usual = usual;
        this.longest = longest;
        this.jitter = jitter;
        this.why = why;
    }

    /** A good one to begin with. */
    public Duration usual() {
        return usual;
    }

    public String why() {
        return why;
    }

    /** The usual one, jittered. */
    public Duration next() {
        return next(usual);
    }

    /** So long, less up to a share that is drawn anew each time; exactly so long where users rely on it. Never under 1 ms. */
    public Duration next(Duration ttl) {
        positive(ttl);
        return jittered(ttl, jitter);
    }

    static Duration jittered(Duration ttl, double share) {
        long millis = ttl.toMillis();
        long most = (long) (millis * share);
        return Duration.ofMillis(Math.max(
                1, most == 0 ? millis : millis - ThreadLocalRandom.current().nextLong(most + 1)));
    }

    /** What is doubtful about such a time to live; empty when nothing is. */
    public Optional<String> doubt(Duration ttl) {
        positive(ttl);
        boolean tooShort = ttl.compareTo(shortest) < 0;
        if (!tooShort && ttl.compareTo(longest) <= 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%s is %s for %s, where %s to %s is common: %s",
                ttl,
                tooShort ? "short" : "long",
                name().toLowerCase(Locale.ROOT).replace('_', ' '),
                shortest,
                longest,
                why));
    }

    private static void positive(Duration ttl) {
        if (ttl.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("The time to live is " + ttl + "; give 1 ms or more");
        }
    }
}
