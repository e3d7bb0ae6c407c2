package dev.keywright.ops.rdb;

/** A ziplist, of servers before 7.0. Source: {@code ziplist.c}. */
final class Ziplist extends Packed {

    private static final int HEAD = 10;
    private static final int COUNT_AT = 8;
    private static final int LONG_PREVIOUS = 254;

    private static final int TEXT_32 = 0x80;
    private static final int INT_16 = 0xc0;
    private static final int INT_32 = 0xd0;
    private static final int INT_64 = 0xe0;
    private static final int INT_24 = 0xf0;
    private static final int INT_8 = 0xfe;

    @Override
    void begin(int length) {
        if (length <= HEAD) {
            fault = "it has " + length + " bytes, fewer than any ziplist";
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
        int previous = bytes[at] & 0xff;
        if (previous == END) {
            return ended();
        }
        at += previous == LONG_PREVIOUS ? 1 + Integer.BYTES : 1;
        return has(1) ? element(unsignedByte()) : fail("an element in it is cut off");
    }

    private boolean element(int code) {
        return switch (code >>> 6) {
            case 0 -> text(code);
            case 1 -> has(1) ? text((code & 0x3f) << 8 | unsignedByte()) : fail("an element in it has no length");
            case 2 -> code == TEXT_32 ? longText() : unknown(code);
            default -> number(code);
        };
    }

    private boolean longText() {
        if (!has(Integer.BYTES)) {
            return fail("an element in it has no length");
        }
        long length = Integer.toUnsignedLong(Integer.reverseBytes(int32(bytes, at)));
        at += Integer.BYTES;
        return text(length);
    }

    private boolean number(int code) {
        int width = switch (code) {
            case INT_8 -> 1;
            case INT_16 -> Short.BYTES;
            case INT_24 -> 3;
            case INT_32 -> Integer.BYTES;
            case INT_64 -> Long.BYTES;
            default -> 0;
        };
        if (!has(width)) {
            return fail("an element in it is cut off");
        }
        return switch (code) {
            case INT_8 -> integer(bytes[at], width);
            case INT_16 -> integer(int16(bytes, at), width);
            case INT_24 -> integer(int24(bytes, at), width);
            case INT_32 -> integer(int32(bytes, at), width);
            case INT_64 -> integer(int64(bytes, at), width);
            default -> code > INT_24 && code < INT_8 ? integer((code & 0xf) - 1, 0) : unknown(code);
        };
    }

    private boolean unknown(int code) {
        return fail("an element in it has the unknown encoding " + code);
    }
}
