package dev.keywright.ops.memory;

/** What the keys of a data set hold: one record for each kind of value, with the sizes that decide its memory. */
public sealed interface Value {

    /** A string written at once: by SET, MSET, GETSET. */
    record Text(Content content) implements Value {}

    /** A string put together by APPEND; each piece finds room that the one before it made. */
    record Appended(Sizes pieces, Sizes pieceBytes) implements Value {}

    /**
     * Bits in a string.
     *
     * @param bits up to the highest that is set
     * @param stride from each bit set to the next one, ascending; 0 where the highest was set first
     */
    record Bitmap(Sizes bits, long stride) implements Value {}

    /** A HyperLogLog that saw so many distinct elements. */
    record HyperLogLog(Sizes distinct) implements Value {}

    /**
     * A hash.
     *
     * @param fields how many each has
     * @param names of the fields
     * @param expiringRatio share of fields with a TTL of their own, 7.4 and newer; 0 for none
     */
    record Hash(Sizes fields, Content names, Content values, double expiringRatio) implements Value {
        public Hash(Sizes fields, Content names, Content values) {
            this(fields, names, values, 0);
        }
    }

    /** A set. */
    record SetOf(Sizes members, Content content) implements Value {}

    /** A sorted set. Scores are texts of up to 17 digits, or integers where they are whole numbers. */
    record SortedSet(Sizes members, Content content, Content scores) implements Value {}

    /**
     * A list.
     *
     * @param compressedRatio what LZF leaves of a node where {@code list-compress-depth} is set; 1 for what does not shrink
     */
    record ListOf(Sizes elements, Content content, double compressedRatio) implements Value {
        public ListOf(Sizes elements, Content content) {
            this(elements, content, 1);
        }
    }

    /**
     * A stream of entries that all have the same field names.
     *
     * @param fields of each entry
     * @param millisApart from one entry to the next; below 1 for several in a millisecond
     */
    record Stream(Sizes entries, int fields, Content names, Content values, double millisApart, Consumers consumers)
            implements Value {
        public Stream(Sizes entries, int fields, Content names, Content values, double millisApart) {
            this(entries, fields, names, values, millisApart, Consumers.NONE);
        }
    }

    /**
     * Who reads a stream.
     *
     * @param each consumers in a group
     * @param pending entries of a group delivered and not yet acknowledged
     */
    record Consumers(int groups, int each, long pending) {
        public static final Consumers NONE = new Consumers(0, 0, 0);
    }

    static Value text(long bytes) {
        return new Text(Content.text(bytes));
    }
}
