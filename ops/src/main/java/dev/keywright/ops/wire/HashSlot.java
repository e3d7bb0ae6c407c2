package dev.keywright.ops.wire;

/** Which of the 16,384 slots a key lies in: CRC16 (polynomial 0x1021, from 0) of the key, or of its hash tag. */
public final class HashSlot {

    public static final int COUNT = 16_384;

    private static final short[] CRC = table();

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

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static int crc(byte[] bytes, int from, int end) {
        int crc = 0;
        for (int i = from; i < end; i++) {
            crc = (crc << 8 ^ CRC[(crc >>> 8 ^ bytes[i]) & 0xff]) & 0xffff;
        }
        return crc;
    }

    private static short[] table() {
        short[] table = new short[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
            table[i] = (short) crc;
        }
        return table;
    }
}
