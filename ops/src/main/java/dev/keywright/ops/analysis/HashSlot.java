package dev.keywright.ops.analysis;

/** The hash slot of a key: CRC-16 (XMODEM) of its name, or of the hash tag in it, modulo 16,384. */
final class HashSlot {

    static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final char[] TABLE = table();

    private HashSlot() {}

    static int of(byte[] name) {
        int open = indexOf(name, '{', 0);
        if (open >= 0) {
            int close = indexOf(name, '}', open + 1);
            if (close > open + 1) {
                return crc(name, open + 1, close) % COUNT;
            }
        }
        return crc(name, 0, name.length) % COUNT;
    }

    /** Whether a part of the name alone decides. */
    static boolean isTagged(byte[] name) {
        int open = indexOf(name, '{', 0);
        return open >= 0 && indexOf(name, '}', open + 1) > open + 1;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int crc(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = (crc << 8 ^ TABLE[(crc >>> 8 ^ bytes[i]) & 0xff]) & 0xffff;
        }
        return crc;
    }

    private static char[] table() {
        char[] table = new char[256];
        for (int value = 0; value < table.length; value++) {
            int crc = value << 8;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            table[value] = (char) crc;
        }
        return table;
    }
}
