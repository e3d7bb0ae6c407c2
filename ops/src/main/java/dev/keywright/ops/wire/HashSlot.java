package dev.keywright.ops.wire;

/** Which of the 16,384 slots a key lies in: CRC16 (polynomial 0x1021, from 0) of the key, or of its hash tag. */
public final class HashSlot {

    public static final int COUNT = 16_384;

    /** So many bytes are taken at a time. */
    private static final int WIDTH = 8;

    /** What a byte does to the checksum with 0, 1, 2 ... bytes behind it. */
    private static final char[][] CRC = tables();

    private HashSlot() {}

    public static int of(byte[] key) {
        return of(key, 0, key.length);
    }

    /** Of a key that lies within other bytes. */
    public static int of(byte[] bytes, int from, int length) {
        int end = from + length;
        int open = indexOf(bytes, '{', from, end);
        if (open < end) {
            int close = indexOf(bytes, '}', open + 1, end);
            if (close < end && close > open + 1) {
                return crc(bytes, open + 1, close) % COUNT;
            }
        }
        return crc(bytes, from, end) % COUNT;
    }

    /** Whether a part of the key alone decides. */
    public static boolean isTagged(byte[] key) {
        int open = indexOf(key, '{', 0, key.length);
        int close = indexOf(key, '}', open + 1, key.length);
        return close < key.length && close > open + 1;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static int crc(byte[] bytes, int from, int end) {
        int crc = 0;
        int at = from;
        for (; at <= end - WIDTH; at += WIDTH) {
            crc = CRC[7][(crc >>> 8 ^ bytes[at]) & 0xff]
                    ^ CRC[6][(crc ^ bytes[at + 1]) & 0xff]
                    ^ CRC[5][bytes[at + 2] & 0xff]
                    ^ CRC[4][bytes[at + 3] & 0xff]
                    ^ CRC[3][bytes[at + 4] & 0xff]
                    ^ CRC[2][bytes[at + 5] & 0xff]
                    ^ CRC[1][bytes[at + 6] & 0xff]
                    ^ CRC[0][bytes[at + 7] & 0xff];
        }
        for (; at < end; at++) {
            crc = (crc << 8 ^ CRC[0][(crc >>> 8 ^ bytes[at]) & 0xff]) & 0xffff;
        }
        return crc;
    }

    private static char[][] tables() {
        char[][] tables = new char[WIDTH][256];
        for (int value = 0; value < 256; value++) {
            int crc = value << 8;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
            tables[0][value] = (char) crc;
        }
        for (int behind = 1; behind < WIDTH; behind++) {
            for (int value = 0; value < 256; value++) {
                int before = tables[behind - 1][value];
                tables[behind][value] = (char) (before << 8 ^ tables[0][before >>> 8]);
            }
        }
        return tables;
    }
}
