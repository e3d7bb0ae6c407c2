package dev.keywright.pubsub;

/** An id in a stream: milliseconds and a number, both without sign. */
record Place(long millis, long sequence) implements Comparable<Place> {

    static final Place BEGINNING = new Place(0, 0);

    static Place parse(String id) {
        int dash = id.indexOf('-');
        try {
            return dash < 0
                    ? new Place(Long.parseUnsignedLong(id), 0)
                    : new Place(
                            Long.parseUnsignedLong(id.substring(0, dash)),
                            Long.parseUnsignedLong(id.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no id of a message; give one such as 1700000000000-0, as the topic gave it", e);
        }
    }

    @Override
    public int compareTo(Place other) {
        int order = Long.compareUnsigned(millis, other.millis);
        return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
    }
}
