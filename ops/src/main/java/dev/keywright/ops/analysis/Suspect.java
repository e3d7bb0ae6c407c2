package dev.keywright.ops.analysis;

import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.memory.Version;
import java.util.Optional;

/** Kinds of keys that would take less memory if something small changed, told one by one while keys are counted. */
enum Suspect {
    /** A set of integers alone that is a hash table because it has more than {@code set-max-intset-entries}. */
    LARGE_INTEGER_SET,
    /** A set of integers but for a few, which keep it a hash table. */
    SPOILED_INTEGER_SET,
    /** A set of numbers of one length with zeros in front. */
    PADDED_IDS,
    /** A hash with somewhat more fields than {@code hash-max-listpack-entries}. */
    LARGE_HASH,
    /** A hash with few fields of which one is longer than {@code hash-max-listpack-value}. */
    LONG_FIELD,
    /** A sorted set with somewhat more members than {@code zset-max-listpack-entries}. */
    LARGE_SORTED_SET,
    /** A hash whose field names take more than two fifths of its payload. */
    LONG_FIELD_NAMES;

    /** Up to so many times a limit, a larger limit is worth a thought. */
    static final int NEAR = 4;

    static final double SPOILED_RATIO = 0.01;
    static final double NAMES_RATIO = 0.4;
    private static final int FEWEST_FIELDS = 2;
    private static final int FEWEST_SAMPLED = 8;
    private static final int LONGEST_PADDED = 20;

    /** How many entries of a table so many elements have that MEMORY USAGE counts. */
    long entries(long elements, Version version) {
        return switch (this) {
            case LARGE_INTEGER_SET, SPOILED_INTEGER_SET, PADDED_IDS -> version == Version.REDIS_7_0 ? elements : 0;
            case LARGE_HASH, LONG_FIELD, LARGE_SORTED_SET -> elements;
            case LONG_FIELD_NAMES -> 0;
        };
    }

    /** What a key is suspected of; hashes that also have long names of fields are suspected of their size alone. */
    static Optional<Suspect> of(Key key, Shape shape, Limits limits) {
        boolean table = key.encoding() == Encoding.HASHTABLE;
        long elements = Math.max(key.elements(), shape.elements());
        return switch (key.type()) {
            case SET -> table ? set(elements, shape, limits) : Optional.empty();
            case HASH -> hash(table, elements, shape, limits);
            case ZSET ->
                key.encoding() == Encoding.SKIPLIST
                                && elements > limits.sortedSetEntries()
                                && elements <= NEAR * limits.sortedSetEntries()
                                && shape.longestBytes() <= limits.sortedSetBytes()
                        ? Optional.of(LARGE_SORTED_SET)
                        : Optional.empty();
            case STRING, LIST, STREAM, MODULE -> Optional.empty();
        };
    }

    /** A hash table of integers alone that would be no hash table holds another member that was not looked at, or once did. */
    private static Optional<Suspect> set(long elements, Shape shape, Limits limits) {
        long seen = shape.elements();
        if (seen == 0 || seen < Math.min(elements, FEWEST_SAMPLED)) {
            return Optional.empty();
        }
        long others = seen - shape.integers();
        if (others == 0) {
            return Optional.of(elements > limits.intsetEntries() ? LARGE_INTEGER_SET : SPOILED_INTEGER_SET);
        }
        if (others < SPOILED_RATIO * seen || others == 1 && seen >= 20) {
            return Optional.of(SPOILED_INTEGER_SET);
        }
        boolean alike = 2 * others > seen && shape.payloadBytes() == seen * shape.longestBytes();
        return alike && isPadded(shape.head().bytes()) ? Optional.of(PADDED_IDS) : Optional.empty();
    }

    /** Whether it is a number that needs no more than 64 bits and has zeros in front. */
    static boolean isPadded(byte[] head) {
        if (head.length < 2 || head.length > LONGEST_PADDED || head[0] != '0') {
            return false;
        }
        for (byte each : head) {
            if (each < '0' || each > '9') {
                return false;
            }
        }
        return true;
    }

    private static Optional<Suspect> hash(boolean table, long elements, Shape shape, Limits limits) {
        boolean fits = shape.longestBytes() <= limits.hashBytes();
        if (table && fits && elements > limits.hashEntries() && elements <= NEAR * limits.hashEntries()) {
            return Optional.of(LARGE_HASH);
        }
        boolean restIsShort = shape.elements() > 0
                && (shape.payloadBytes() - shape.longestBytes()) / shape.elements() <= limits.hashBytes();
        if (table
                && !fits
                && elements <= limits.hashEntries()
                && shape.longestBytes() <= NEAR * limits.hashBytes()
                && restIsShort) {
            return Optional.of(LONG_FIELD);
        }
        return shape.elements() >= FEWEST_FIELDS && shape.fieldNameBytes() > NAMES_RATIO * shape.payloadBytes()
                ? Optional.of(LONG_FIELD_NAMES)
                : Optional.empty();
    }
}
