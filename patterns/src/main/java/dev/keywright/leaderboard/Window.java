package dev.keywright.leaderboard;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/**
 * That a board begins anew each day, week or month.
 *
 * @param length how long a period is; a week begins on Monday
 * @param zone whose midnight ends it. Where a day has 23 or 25 hours, so has its board; where midnight is left out, the day begins with
 *     the first moment there is
 * @param kept how long a period is kept after its end, up to 10 years
 */
public record Window(Length length, ZoneId zone, Duration kept) {

    /** How long a period is. */
    public enum Length {
        DAY,
        WEEK,
        MONTH
    }

    private static final Duration LONGEST = Duration.ofDays(3_650);

    public Window {
        if (kept.isNegative() || kept.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("kept is " + kept + "; give zero to 3650 days");
        }
    }

    /** Kept for a week after its end. */
    public static Window daily(ZoneId zone) {
        return new Window(Length.DAY, zone, Duration.ofDays(7));
    }

    /** Monday to Sunday, kept for four weeks after its end. */
    public static Window weekly(ZoneId zone) {
        return new Window(Length.WEEK, zone, Duration.ofDays(28));
    }

    /** Kept for 92 days after its end. */
    public static Window monthly(ZoneId zone) {
        return new Window(Length.MONTH, zone, Duration.ofDays(92));
    }

    public Window withKept(Duration kept) {
        return new Window(length, zone, kept);
    }

    /** The first day of the period a day is in. */
    public LocalDate first(LocalDate day) {
        return switch (length) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    /** The first day of the period so many later. */
    LocalDate later(LocalDate first, int periods) {
        return switch (length) {
            case DAY -> first.plusDays(periods);
            case WEEK -> first.plusWeeks(periods);
            case MONTH -> first.plusMonths(periods);
        };
    }

    long start(LocalDate first) {
        return first.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
