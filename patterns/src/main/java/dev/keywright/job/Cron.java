package dev.keywright.job;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Times that come again, as cron writes them: {@code [second] minute hour day-of-month month day-of-week}, each a star, a number, a range
 * {@code 1-5}, steps {@code 0-30/10} or several of these with commas; months and days of the week also by the first three letters of their
 * English names, Sunday is 0 or 7. When both days are given, one of them is enough.
 * <ul>
 *   <li>Clocks put forward: a time that is left out comes as much later as they were put forward.
 *   <li>Clocks put back: an hour that comes twice counts once, the first time; where every hour is meant, all of them count.
 *   <li>Immutable; threads: any number.
 * </ul>
 */
public final class Cron {

    private static final List<String> MONTHS =
            List.of("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final int MOST_YEARS = 12; // a 29 February may be 8 years away

    private final String text;
    private final ZoneId zone;
    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean eitherDay;

    private Cron(String text, ZoneId zone) {
        this.text = text.trim();
        this.zone = zone;
        String[] fields = this.text.split("\\s+");
        if (fields.length != 5 && fields.length != 6) {
            throw wrong("it has " + fields.length + " fields");
        }
        int at = fields.length - 5;
        this.seconds = at == 0 ? field("0", 0, 59, List.of()) : field(fields[0], 0, 59, List.of());
        this.minutes = field(fields[at], 0, 59, List.of());
        this.hours = field(fields[at + 1], 0, 23, List.of());
        this.days = field(fields[at + 2], 1, 31, List.of());
        this.months = field(fields[at + 3], 1, 12, MONTHS);
        this.weekdays = field(fields[at + 4], 0, 7, DAYS);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        this.eitherDay = !fields[at + 2].startsWith("*") && !fields[at + 4].startsWith("*");
        if (after(Instant.EPOCH).isEmpty()) {
            throw wrong("that day never comes");
        }
    }

    /** @throws IllegalArgumentException when it is not of that form, or such a day never comes */
    public static Cron of(String text, ZoneId zone) {
        return new Cron(text, zone);
    }

    /** In Coordinated Universal Time. */
    public static Cron of(String text) {
        return of(text, ZoneOffset.UTC);
    }

    private BitSet field(String field, int least, int most, List<String> names) {
        BitSet set = new BitSet();
        for (String part : field.split(",", -1)) {
            String[] step = part.split("/", -1);
            int by = step.length == 1 ? 1 : number(step[1], List.of());
            String[] range = step[0].split("-", -1);
            boolean all = step[0].equals("*");
            int from = all ? least : number(range[0], names);
            int to = from;
            if (all || range.length == 1 && step.length == 2) {
                to = all && most == 7 ? 6 : most;
            } else if (range.length == 2) {
                to = number(range[1], names);
            }
            if (step.length > 2 || range.length > 2 || by < 1 || from < least || to > most || from > to) {
                throw wrong("the part " + part + " is not from " + least + " to " + most);
            }
            for (int value = from; value <= to; value += by) {
                set.set(value);
            }
        }
        return set;
    }

    private int number(String word, List<String> names) {
        int named = names.indexOf(word.toUpperCase(Locale.ROOT));
        if (named >= 0 && !word.isEmpty()) {
            return named;
        }
        if (!word.matches("\\d{1,4}")) {
            throw wrong("'" + word + "' is no number");
        }
        return Integer.parseInt(word);
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("The cron expression '" + text + "' cannot be: " + why
                + ". Give [second] minute hour day-of-month month day-of-week, such as '0 3 * * MON-FRI'.");
    }

    public ZoneId zone() {
        return zone;
    }

    /** The next time that is later; empty when there is none in the next twelve years. */
    public Optional<Instant> after(Instant time) {
        return hours.cardinality() == 24 ? byTheHour(time) : byTheDay(time);
    }

    /** As the clock on the wall shows it. */
    private Optional<Instant> byTheDay(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, zone);
        for (int i = 0; i < 10_000; i++) {
            Optional<LocalDateTime> next = after(local);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Instant there = ZonedDateTime.ofLocal(next.get(), zone, null).toInstant();
            if (there.isAfter(time)) {
                return Optional.of(there);
            }
            local = next.get();
        }
        return Optional.empty();
    }

    /** Without regard to clocks that are put back: from one change of the offset to the next. */
    private Optional<Instant> byTheHour(Instant time) {
        Instant from = time;
        for (int i = 0; i < 100; i++) {
            ZoneOffset offset = zone.getRules().getOffset(from);
            ZoneOffsetTransition change = zone.getRules().nextTransition(from);
            Optional<Instant> next =
                    after(LocalDateTime.ofInstant(from, offset)).map(local -> local.toInstant(offset));
            if (next.isEmpty() || change == null || next.get().isBefore(change.getInstant())) {
                return next;
            }
            LocalDateTime first = change.getDateTimeAfter().minusSeconds(1);
            Optional<Instant> then = after(first).map(local -> local.toInstant(change.getOffsetAfter()));
            ZoneOffsetTransition another = zone.getRules().nextTransition(change.getInstant());
            if (then.isEmpty() || another == null || then.get().isBefore(another.getInstant())) {
                return then;
            }
            from = change.getInstant();
        }
        return Optional.empty();
    }

    private Optional<LocalDateTime> after(LocalDateTime time) {
        LocalDateTime at = time.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        int lastYear = at.getYear() + MOST_YEARS;
        while (at.getYear() <= lastYear) {
            LocalDateTime day = at.truncatedTo(ChronoUnit.DAYS);
            if (!months.get(at.getMonthValue())) {
                at = day.withDayOfMonth(1).plusMonths(1);
            } else if (!isDay(at)) {
                at = day.plusDays(1);
            } else if (!hours.get(at.getHour())) {
                at = at.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.get(at.getMinute())) {
                at = at.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
            } else if (!seconds.get(at.getSecond())) {
                at = at.plusSeconds(1);
            } else {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private boolean isDay(LocalDateTime at) {
        boolean day = days.get(at.getDayOfMonth());
        boolean weekday = weekdays.get(at.getDayOfWeek().getValue() % 7);
        return eitherDay ? day || weekday : day && weekday;
    }

    /** The last time that is not later than {@code until} and later than {@code from}. */
    Optional<Instant> last(Instant from, Instant until) {
        for (long seconds : new long[] {60, 3_600, 86_400, 32 * 86_400L, 366 * 86_400L, Long.MAX_VALUE}) {
            boolean whole = seconds >= ChronoUnit.SECONDS.between(from, until);
            Instant at = whole ? from : until.minusSeconds(seconds);
            Optional<Instant> found = Optional.empty();
            Optional<Instant> next = after(at);
            while (next.isPresent() && !next.get().isAfter(until)) {
                found = next;
                next = after(next.get());
            }
            if (found.isPresent() || whole) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return text + " in " + zone;
    }
}
