package dev.keywright.ops.rdb;

/** A listpack, of Redis 7.0 and newer; in streams since 5.0. Source: {@code listpack.c}. */
final class Listpack extends Packed {

    private static final int HEAD = 6;
    private static final int COUNT_AT = 4;

    private static final int TEXT_32 = 0xf0;
    private static final int INT_16 = 0xf1;
    private static final int INT_24 = 0xf2;
    private static final int INT_32 = 0xf3;
    private static final int INT_64 = 0xf4;

    @Override
    void begin(int length) {
        if (length <= HEAD) {
            fault = "it has " + length + " bytes, fewer than any listpack";
        } else if (int32(bytes, at) != length) {
            fault = "it has " + length + " bytes and says that it has " + Integer.toUnsignedLong(int32(bytes, at));
        }
        at += HEAD;
    }

    @Override
    long count(byte[] head, int from, int length) {
        return counted(head, from, length, COUNT_AT);
    }

    @Override
    boolean next() {
        if (fault != null) {
            return false;
        }
        if (!has(1)) {
            return fail("it has no end mark");
        }
        int from = at;
        int code = bytes[at] & 0xff;
        if (code == END) {
            return ended();
        }
        return element(code) && passLength(at - from);
    }

    private boolean element(int code) {
        at++;
        if (code < 0x80) {
            return integer(code, 0);
        }
        if (code < 0xc0) {
            return text(code & 0x3f);
        }
        if (!has(1)) {
            return fail("an element in it has no length");
        }
        if (code < 0xe0) {
            int value = (code & 0x1f) << 8 | bytes[at] & 0xff;
            return integer(value << 19 >> 19, 1);
        }
        if (code < TEXT_32) {
            return text((code & 0xf) << 8 | unsignedByte());
        }
        return wide(code);
    }

    private boolean wide(int code) {
        if (!has(code == INT_64 ? Long.BYTES : Integer.BYTES)) {
            return fail("an element in it is cut off");
        }
        return switch (code) {
            case TEXT_32 -> {
                int length = int32(bytes, at);
                at += Integer.BYTES;
                yield text(Integer.toUnsignedLong(length));
            }
            case INT_16 -> integer(int16(bytes, at), Short.BYTES);
            case INT_24 -> integer(int24(bytes, at), 3);
            case INT_32 -> integer(int32(bytes, at), Integer.BYTES);
            case INT_64 -> integer(int64(bytes, at), Long.BYTES);
            default -> fail("an element in it has the unknown encoding " + code);
        };
    }

    /** Behind each element stands how long it was, for walking backwards. */
    private boolean passLength(int length) {
        if (length < 128) {
            at += 1;
        } else if (length < 16_383) {
            at += 2;
        } else if (length < 2_097_151) {
            at += 3;
        } else {
            at += length < 268_435_455 ? 4 : 5;
        }
        return at < end || fail("an element in it is cut off");
    }
}
