package dev.keywright.stream;

import java.time.Instant;

/**
 * Where an event is in its stream: the server's milliseconds when it was appended, and a number within the millisecond. Written as Redis
 * writes it, {@code 1700000000000-0}.
 *
 * @param sequence unsigned
 */
public record EventId(long millis, long sequence) implements Comparable<EventId> {

    /** Before all events. */
    public static final EventId FIRST = new EventId(0, 0);

    /** After all events. */
    public static final EventId LAST = new EventId(Long.MAX_VALUE, -1);

    public EventId {
        if (millis < 0) {
            throw new IllegalArgumentException("The milliseconds of the event id are " + millis + "; give 0 or more");
        }
    }

    /** @throws IllegalArgumentException when the text is no entry ID of Redis */
    public static EventId parse(String text) {
        int dash = text.indexOf('-');
        try {
            return dash < 0
                    ? new EventId(Long.parseLong(text), 0)
                    : new EventId(
                            Long.parseLong(text, 0, dash, 10),
                            Long.parseUnsignedLong(text, dash + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no event id; give one such as 1700000000000-0", e);
        }
    }

    /** What is before all events that were appended from that time on, by the server's clock. */
    public static EventId at(Instant time) {
        return new EventId(Math.max(0, time.toEpochMilli()), 0);
    }

    /** The next one there can be. */
    public EventId next() {
        return sequence == -1 ? new EventId(millis + 1, 0) : new EventId(millis, sequence + 1);
    }

    /** When the event was appended, by the server's clock. */
    public Instant time() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(EventId other) {
        int order = Long.compare(millis, other.millis);
        return order == 0 ? Long.compareUnsigned(sequence, other.sequence) : order;
    }

    @Override
    public String toString() {
        return millis + "-" + Long.toUnsignedString(sequence);
    }
}
