package dev.keywright.ops.streams;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ID of an entry; both parts are unsigned.
 */
record Id(long millis, long sequence) implements Comparable<Id> {

    private static final Comparator<Id> ORDER =
            Comparator.comparing(Id::millis, Long::compareUnsigned).thenComparing(Id::sequence, Long::compareUnsigned);
    private static final Pattern FORM = Pattern.compile("\\d{1,20}-\\d{1,20}");
    private static final long YEAR_2000 = 946_684_800_000L;

    static Id of(String text) {
        int dash = text.indexOf('-');
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(text + " is no ID of an entry");
        }
        return new Id(
                Long.parseUnsignedLong(text.substring(0, dash)), Long.parseUnsignedLong(text.substring(dash + 1)));
    }

    Id next() {
        return sequence == -1 ? new Id(millis + 1, 0) : new Id(millis, sequence + 1);
    }

    boolean isBefore(Id other) {
        return compareTo(other) < 0;
    }

    /** How long ago it was made; empty when it was made by other means than time. */
    Optional<Double> ageSeconds(long nowMillis) {
        return millis < YEAR_2000 || millis > nowMillis + 3_600_000
                ? Optional.empty()
                : Optional.of(Math.max(0, nowMillis - millis) / 1e3);
    }

    @Override
    public int compareTo(Id other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
    }
}
