package dev.keywright.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a limiter said, with what an HTTP answer needs to say it on. */
public sealed interface Decision {

    /** Who or what was limited. */
    String subject();

    /** How many permits were asked for. */
    int permits();

    /** The most that can be had at once; of several limits, of the one that decided. */
    int limit();

    /** What is left after this decision; of several limits, of the one that decided. */
    int remaining();

    /** When everything is left again, if nobody asks meanwhile. */
    Duration resetAfter();

    Basis basis();

    default boolean isGranted() {
        return this instanceof Granted;
    }

    /** {@code RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, and {@code Retry-After} when refused; whole seconds. */
    default Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("RateLimit-Limit", Integer.toString(limit()));
        headers.put("RateLimit-Remaining", Integer.toString(remaining()));
        headers.put("RateLimit-Reset", wholeSeconds(resetAfter()));
        if (this instanceof Refused refused) {
            headers.put("Retry-After", wholeSeconds(refused.retryAfter()));
        }
        return headers;
    }

    private static String wholeSeconds(Duration duration) {
        return Long.toString(duration.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** Where a decision came from. */
    enum Basis {
        /** The server decided. */
        SERVER,
        /** This process remembered an earlier refusal; see {@link LimitOptions#withRememberedRefusals}. */
        REMEMBERED,
        /** Redis was away; see {@link WhenAway}. */
        AWAY
    }

    /**
     * The permits are spent.
     *
     * @param at when, by the server's clock, to the microsecond; identifies the grant to {@link RateLimiter#refund}
     */
    record Granted(String subject, int permits, int limit, int remaining, Duration resetAfter, Instant at, Basis basis)
            implements Decision {}

    /**
     * Nothing is spent.
     *
     * @param retryAfter how long to wait until the same call would be granted, to the microsecond, if nobody else spends
     */
    record Refused(
            String subject,
            int permits,
            int limit,
            int remaining,
            Duration resetAfter,
            Duration retryAfter,
            Basis basis)
            implements Decision {}
}
