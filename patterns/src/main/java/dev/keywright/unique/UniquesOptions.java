package dev.keywright.unique;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How {@link Uniques} are kept.
 *
 * @param retention how long a day is kept after its end
 * @param exactUpTo up to how many members a day is counted exactly, 0 to {@value #MOST_EXACT}; with more it is estimated
 * @param zone where days begin
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record UniquesOptions(Duration retention, int exactUpTo, ZoneId zone, Optional<Duration> deadline) {

    static final int MOST_EXACT = 1_000;
    private static final Duration LONGEST = Duration.ofDays(3_660);

    /** Days of UTC, kept for 90 days, all estimated. */
    public static final UniquesOptions DEFAULTS =
            new UniquesOptions(Duration.ofDays(90), 0, ZoneOffset.UTC, Optional.empty());

    public UniquesOptions {
        if (retention.compareTo(Duration.ofMinutes(1)) < 0 || retention.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The retention is " + retention + "; give 1 minute to 3660 days");
        }
        if (exactUpTo < 0 || exactUpTo > MOST_EXACT) {
            throw new IllegalArgumentException("exactUpTo is " + exactUpTo + "; give 0 to " + MOST_EXACT);
        }
        SeenOptions.checkDeadline(deadline);
    }

    public UniquesOptions withRetention(Duration retention) {
        return new UniquesOptions(retention, exactUpTo, zone, deadline);
    }

    public UniquesOptions withExactUpTo(int members) {
        return new UniquesOptions(retention, members, zone, deadline);
    }

    public UniquesOptions withZone(ZoneId zone) {
        return new UniquesOptions(retention, exactUpTo, zone, deadline);
    }

    public UniquesOptions withDeadline(Duration deadline) {
        return new UniquesOptions(retention, exactUpTo, zone, Optional.of(deadline));
    }
}
