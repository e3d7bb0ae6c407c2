package dev.keywright.ops.rdb;

/**
 * Takes the sizes of what a value consists of, in the file's order, while the value is read. No element is built for it.
 *
 * <ul>
 *   <li>Hash: name, value, and with a field TTL {@link #expiry}, per field.
 *   <li>Set: a member each. List: {@link #listNode} for each node of a chain, then its items.
 *   <li>Sorted set: member, then its score: {@link #score} when the file has it in binary or as text of its own, else as
 *       {@link #text} or {@link #integer} with {@link Role#SCORE}, as the blob has it.
 *   <li>Stream: {@link #streamNode}, the names its entries share, then each entry's own names and values; after all nodes {@link
 *       #group} and its {@link #consumer}s.
 *   <li>String, module: nothing; see {@link RdbValue}.
 * </ul>
 */
public interface ElementSink {

    /** What an element is within its value. */
    enum Role {
        /** Of a hash field, or of a field of a stream entry. */
        NAME,
        /** Of a hash field, or of a field of a stream entry. */
        VALUE,
        /** Of a set or sorted set. */
        MEMBER,
        SCORE,
        /** Of a list. */
        ITEM
    }

    /** Wants no elements: blobs are then not unpacked but counted from what their heads say, strings not looked into. */
    ElementSink NONE = new ElementSink() {
        @Override
        public void text(Role role, long lengthBytes) {}

        @Override
        public void integer(Role role, int lengthBytes, long number) {}
    };

    /** An element that is no integer. */
    void text(Role role, long lengthBytes);

    /**
     * An element that is a 64-bit integer as the server writes them: no padding, no plus. It may lie in the file as a number or as
     * text.
     *
     * @param lengthBytes how long it is as text
     */
    void integer(Role role, int lengthBytes, long number);

    /** The score of the member just told. */
    default void score(double score) {}

    /** When the field just told ends, in milliseconds since 1970; not called for fields without a TTL. */
    default void expiry(long atMillis) {}

    /**
     * A node of a list.
     *
     * @param blobBytes the uncompressed listpack or ziplist; of a plain node the length of its only item
     * @param items in it; -1 when it is too large to be unpacked and does not say
     * @param plain whether it is a single large item, kept as it is
     */
    default void listNode(long blobBytes, long items, boolean plain) {}

    /**
     * A node of a stream.
     *
     * @param millis of its first id
     * @param sequence of its first id
     * @param blobBytes the uncompressed listpack
     * @param entries in it, without deleted ones; -1 when it is too large to be unpacked
     */
    default void streamNode(long millis, long sequence, long blobBytes, long entries) {}

    /** A consumer group; its consumers follow. */
    default void group(long nameBytes, long pending) {}

    /** A consumer of the group just told. */
    default void consumer(long nameBytes, long pending) {}

    /** An entry given out and not acknowledged, of the group or consumer just told; ascending. */
    default void pending(long millis, long sequence) {}
}
