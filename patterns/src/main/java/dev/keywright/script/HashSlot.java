package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Which of the 16,384 slots of a Cluster a key belongs to: CRC16 of the text in its first braces, or of all of it. */
public final class HashSlot {

    private static final int SLOTS = 16_384;

    private HashSlot() {}

    public static int of(String key) {
        return of(key.getBytes(UTF_8));
    }

    public static int of(byte[] key) {
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        boolean tagged = close > open + 1;
        int from = tagged ? open + 1 : 0;
        int to = tagged ? close : key.length;
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc ^= (key[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }

    private static int indexOf(byte[] key, char wanted, int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
