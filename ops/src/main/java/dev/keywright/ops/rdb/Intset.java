package dev.keywright.ops.rdb;

/** A set of integers, all as wide as the widest. Source: {@code intset.c}. */
final class Intset extends Packed {

    private static final int HEAD = 8;
    private static final int COUNT_AT = 4;

    /** Bytes of each: 2, 4 or 8. */
    int width = Short.BYTES;

    @Override
    void begin(int length) {
        if (length < HEAD) {
            fault = "it has " + length + " bytes, fewer than any intset";
            return;
        }
        width = int32(bytes, at);
        long count = Integer.toUnsignedLong(int32(bytes, at + COUNT_AT));
        if (width != Short.BYTES && width != Integer.BYTES && width != Long.BYTES) {
            fault = "its integers take " + Integer.toUnsignedLong(width) + " bytes each, and not 2, 4 or 8";
        } else if (HEAD + count * width != length) {
            fault = "it has " + length + " bytes and says that it has " + count + " integers of " + width;
        }
        at += HEAD;
    }

    @Override
    long count(byte[] head, int from, int length) {
        if (length < HEAD) {
            return UNKNOWN;
        }
        width = int32(head, from);
        return Integer.toUnsignedLong(int32(head, from + COUNT_AT));
    }

    @Override
    boolean next() {
        if (fault != null || at >= end) {
            return false;
        }
        return switch (width) {
            case Short.BYTES -> integer(int16(bytes, at), width);
            case Integer.BYTES -> integer(int32(bytes, at), width);
            default -> integer(int64(bytes, at), width);
        };
    }
}
