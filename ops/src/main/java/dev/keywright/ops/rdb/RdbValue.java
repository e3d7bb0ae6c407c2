package dev.keywright.ops.rdb;

import java.util.Arrays;

/** What was learnt of a value while it was passed over. It is one object for all values: it holds until the call returns. */
public final class RdbValue {

    /** No more of a value's beginning is kept. */
    public static final int HEAD_LIMIT = 512;

    public static final long UNKNOWN = -1;

    long storedBytes;
    long elements;
    boolean told;
    long lengthBytes;
    boolean integer;
    long number;
    long blobBytes;
    long nodes;
    int integerBytes;
    long expiring;
    long groups;
    long consumers;
    long pending;
    double firstScore;
    String module = "";
    final byte[] head = new byte[HEAD_LIMIT];
    int headBytes;

    RdbValue() {}

    void clear() {
        storedBytes = 0;
        elements = 0;
        told = true;
        lengthBytes = 0;
        integer = false;
        number = 0;
        blobBytes = 0;
        nodes = 0;
        integerBytes = 0;
        expiring = 0;
        groups = 0;
        consumers = 0;
        pending = 0;
        firstScore = Double.NaN;
        module = "";
        headBytes = 0;
    }

    /** Bytes of the file, as stored there. */
    public long storedBytes() {
        return storedBytes;
    }

    /** Fields, members, items, entries; 1 for a string; {@link #UNKNOWN} for modules, and for blobs too large to be unpacked. */
    public long elements() {
        return elements;
    }

    /** Whether the sink was told of every element; not so with {@link ElementSink#NONE} and with blobs too large to be unpacked. */
    public boolean told() {
        return told;
    }

    /** Of a string, as STRLEN answers; 0 for other types. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Whether it is a string that is a 64-bit integer as the server writes them. */
    public boolean isInteger() {
        return integer;
    }

    /** Of a string that {@link #isInteger}. */
    public long number() {
        return number;
    }

    /** The uncompressed ziplist, listpack, intset or zipmap, or the sum of all nodes; 0 when there is none. */
    public long blobBytes() {
        return blobBytes;
    }

    /** Of a list or stream; 0 for other values. */
    public long nodes() {
        return nodes;
    }

    /** What each member of an intset takes: 2, 4 or 8; 0 for other values. */
    public int integerBytes() {
        return integerBytes;
    }

    /** Fields with a TTL of their own. */
    public long expiring() {
        return expiring;
    }

    /** Consumer groups of a stream. */
    public long groups() {
        return groups;
    }

    /** Of all groups. */
    public long consumers() {
        return consumers;
    }

    /** Entries given to a consumer and not acknowledged, of all groups. */
    public long pending() {
        return pending;
    }

    /** Of the first member of a sorted set; NaN for other types. */
    public double firstScore() {
        return firstScore;
    }

    /** The type of a module's value, nine letters; empty for others. */
    public String module() {
        return module;
    }

    /** The first bytes of the string, of the first element or of the first field's value; copied, at most {@link #HEAD_LIMIT}. */
    public byte[] head() {
        return Arrays.copyOf(head, headBytes);
    }
}
