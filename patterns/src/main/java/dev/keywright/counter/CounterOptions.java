package dev.keywright.counter;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@link EventCounters} keep, and how they write it. All processes must say the same zone and dimensions.
 *
 * @param minutes how long minutes are kept, at least; zero for not at all
 * @param hours how long hours are kept, at least; zero for not at all
 * @param days how long days are kept, at least; zero for not at all
 * @param zone where days begin
 * @param dimensions the name of each dimension, and how many of its values are counted each for itself in one bucket, 1 to 1,000
 * @param flushEvery how long counts wait in this process; 10 ms to 1 minute
 * @param mostWaiting how many sums may wait while Redis is away; then nothing more is counted
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record CounterOptions(
        Duration minutes,
        Duration hours,
        Duration days,
        ZoneId zone,
        Map<String, Integer> dimensions,
        Duration flushEvery,
        int mostWaiting,
        Optional<Duration> deadline) {

    private static final Duration LONGEST = Duration.ofDays(36_600);

    /** Minutes for 2 days, hours for 90, days for 2 years, by UTC; no dimensions; written every second. */
    public static final CounterOptions DEFAULTS = new CounterOptions(
            Duration.ofDays(2),
            Duration.ofDays(90),
            Duration.ofDays(730),
            ZoneOffset.UTC,
            Map.of(),
            Duration.ofSeconds(1),
            100_000,
            Optional.empty());

    public CounterOptions {
        kept("minutes", minutes);
        kept("hours", hours);
        kept("days", days);
        if (minutes.isZero() && hours.isZero() && days.isZero()) {
            throw new IllegalArgumentException("Nothing is kept; give minutes, hours or days more than zero");
        }
        dimensions = Map.copyOf(dimensions);
        dimensions.forEach((dimension, cap) -> {
            if (!dimension.matches("[A-Za-z0-9_.-]+") || cap < 1 || cap > 1_000) {
                throw new IllegalArgumentException("The dimension '" + dimension + "' is capped at " + cap
                        + "; give a name of letters, digits, '_', '.' and '-', and 1 to 1000");
            }
        });
        if (dimensions.size() > 10) {
            throw new IllegalArgumentException("There are " + dimensions.size() + " dimensions; give 10 at most");
        }
        if (flushEvery.compareTo(Duration.ofMillis(10)) < 0 || flushEvery.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("flushEvery is " + flushEvery + "; give 10 ms to 1 minute");
        }
        if (mostWaiting < 1) {
            throw new IllegalArgumentException("mostWaiting is " + mostWaiting + "; give 1 or more");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    private static void kept(String what, Duration retention) {
        if (retention.isNegative() || retention.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " is " + retention + "; give zero to 36600 days");
        }
    }

    Duration kept(Granularity by) {
        return switch (by) {
            case MINUTE -> minutes;
            case HOUR -> hours;
            case DAY -> days;
        };
    }

    /** How long minutes, hours and days are kept; zero for not at all. */
    public CounterOptions withRetention(Duration minutes, Duration hours, Duration days) {
        return new CounterOptions(minutes, hours, days, zone, dimensions, flushEvery, mostWaiting, deadline);
    }

    public CounterOptions withZone(ZoneId zone) {
        return new CounterOptions(minutes, hours, days, zone, dimensions, flushEvery, mostWaiting, deadline);
    }

    /** One more dimension, by hour and day. */
    public CounterOptions withDimension(String name, int cap) {
        Map<String, Integer> more = new TreeMap<>(dimensions);
        more.put(name, cap);
        return new CounterOptions(minutes, hours, days, zone, more, flushEvery, mostWaiting, deadline);
    }

    public CounterOptions withFlushEvery(Duration flushEvery) {
        return new CounterOptions(minutes, hours, days, zone, dimensions, flushEvery, mostWaiting, deadline);
    }

    public CounterOptions withMostWaiting(int sums) {
        return new CounterOptions(minutes, hours, days, zone, dimensions, flushEvery, sums, deadline);
    }

    public CounterOptions withDeadline(Duration deadline) {
        return new CounterOptions(
                minutes, hours, days, zone, dimensions, flushEvery, mostWaiting, Optional.of(deadline));
    }
}
