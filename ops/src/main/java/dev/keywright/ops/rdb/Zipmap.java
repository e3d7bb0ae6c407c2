package dev.keywright.ops.rdb;

/** Small hashes of servers before 2.6: names and values in turn, with room behind values. Source: {@code zipmap.c}. */
final class Zipmap extends Packed {

    private static final int LONG_LENGTH = 254;

    private boolean valueNext;

    @Override
    void begin(int length) {
        valueNext = false;
        if (length < 2) {
            fault = "it has " + length + " bytes, fewer than any zipmap";
        }
        at++;
    }

    @Override
    long count(byte[] head, int from, int length) {
        int pairs = length < 1 ? LONG_LENGTH : head[from] & 0xff;
        return pairs < LONG_LENGTH ? 2L * pairs : UNKNOWN;
    }

    @Override
    boolean next() {
        if (fault != null) {
            return false;
        }
        if (!has(1)) {
            return fail("it has no end mark");
        }
        long length = unsignedByte();
        if (length == END) {
            at--;
            return ended();
        }
        if (!has(length == LONG_LENGTH ? Integer.BYTES + 1 : 1)) {
            return fail("an element in it has no length");
        }
        if (length == LONG_LENGTH) {
            length = Integer.toUnsignedLong(int32(bytes, at));
            at += Integer.BYTES;
        }
        int room = valueNext ? unsignedByte() : 0;
        valueNext = !valueNext;
        if (!text(length)) {
            return false;
        }
        at += room;
        if (Decimal.isInteger(bytes, textFrom, textBytes)) {
            integer(Decimal.value(bytes, textFrom, textBytes), 0);
        }
        return at < end || fail("an element in it is cut off");
    }
}
