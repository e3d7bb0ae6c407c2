package dev.keywright.server;

import java.nio.charset.StandardCharsets;

/** Which of the 16,384 slots a key lies in: CRC16 (polynomial 0x1021, from 0) of the key, or of its hash tag. */
final class HashSlot {

    static final int COUNT = 16_384;

    private HashSlot() {}

    static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
        int crc = 0;
        for (byte next : hashed.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (next & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
        }
        return (crc & 0xffff) % COUNT;
    }
}
