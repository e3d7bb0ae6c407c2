package dev.keywright.counter;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Where the buckets of an instant lie. Minutes are those since 1970, sixty to a hash; hours those since the day began in the zone, a day's
 * to a hash; days those of the year, a year's to a hash. So each hash is small, and its fields are the shortest there are.
 */
record Calendar(ZoneId zone) {

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9000-01-01T00:00:00Z");

    static void check(Instant at) {
        if (at.isBefore(FIRST) || at.isAfter(LAST)) {
            throw new IllegalArgumentException("The time is " + at + "; give one from " + FIRST + " to " + LAST);
        }
    }

    /**
     * One bucket.
     *
     * @param part of the key: what the hash is about
     * @param field in it
     * @param over the first instant after all that the hash is about
     */
    record Slot(String part, int field, Instant start, Instant end, Instant over) {}

    Slot slot(Granularity by, Instant at) {
        return switch (by) {
            case MINUTE -> minute(Math.floorDiv(at.getEpochSecond(), 60));
            case HOUR -> hour(at);
            case DAY -> day(LocalDate.ofInstant(at, zone));
        };
    }

    private static Slot minute(long minute) {
        long hour = Math.floorDiv(minute, 60);
        return new Slot(
                "m:" + hour,
                (int) Math.floorMod(minute, 60L),
                Instant.ofEpochSecond(minute * 60),
                Instant.ofEpochSecond(minute * 60 + 60),
                Instant.ofEpochSecond(hour * 3_600 + 3_600));
    }

    private Slot hour(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, zone);
        Instant begin = begin(day);
        Instant over = begin(day.plusDays(1));
        long hour = Math.floorDiv(at.getEpochSecond() - begin.getEpochSecond(), 3_600L);
        Instant start = begin.plusSeconds(hour * 3_600);
        Instant end = start.plusSeconds(3_600);
        return new Slot("h:" + day.toEpochDay(), (int) hour, start, end.isBefore(over) ? end : over, over);
    }

    private Slot day(LocalDate day) {
        return new Slot(
                "d:" + day.getYear(),
                day.getDayOfYear(),
                begin(day),
                begin(day.plusDays(1)),
                begin(LocalDate.of(day.getYear() + 1, 1, 1)));
    }

    private Instant begin(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }
}
