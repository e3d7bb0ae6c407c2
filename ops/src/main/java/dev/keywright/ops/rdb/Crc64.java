package dev.keywright.ops.rdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum at the end of RDB files and DUMP payloads: CRC-64 with the Jones polynomial, reflected, from zero. Sixteen bytes
 * at a time, from sixteen tables. Not for several threads.
 */
public final class Crc64 {

    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
    private static final int BYTE_VALUES = 256;
    private static final int STEP = 16;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Row k tells what a byte does to the sum when k more bytes follow it. */
    private static final long[] TABLE = table();

    private long sum;

    public void update(byte[] bytes, int from, int length) {
        long crc = sum;
        int at = from;
        int end = from + length;
        for (; at + STEP <= end; at += STEP) {
            crc = eight(crc ^ (long) WORD.get(bytes, at), STEP - 1)
                    ^ eight((long) WORD.get(bytes, at + Long.BYTES), Long.BYTES - 1);
        }
        for (; at < end; at++) {
            crc = crc >>> 8 ^ TABLE[(int) (crc ^ bytes[at]) & 0xff];
        }
        sum = crc;
    }

    /** What eight bytes do to the sum, the first of them with so many to follow it. */
    private static long eight(long word, int row) {
        return TABLE[row * BYTE_VALUES + (int) (word & 0xff)]
                ^ TABLE[(row - 1) * BYTE_VALUES + (int) (word >>> 8 & 0xff)]
                ^ TABLE[(row - 2) * BYTE_VALUES + (int) (word >>> 16 & 0xff)]
                ^ TABLE[(row - 3) * BYTE_VALUES + (int) (word >>> 24 & 0xff)]
                ^ TABLE[(row - 4) * BYTE_VALUES + (int) (word >>> 32 & 0xff)]
                ^ TABLE[(row - 5) * BYTE_VALUES + (int) (word >>> 40 & 0xff)]
                ^ TABLE[(row - 6) * BYTE_VALUES + (int) (word >>> 48 & 0xff)]
                ^ TABLE[(row - 7) * BYTE_VALUES + (int) (word >>> 56)];
    }

    public long value() {
        return sum;
    }

    private static long[] table() {
        long[] table = new long[STEP * BYTE_VALUES];
        for (int value = 0; value < BYTE_VALUES; value++) {
            long crc = value;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 1 ? POLYNOMIAL : 0);
            }
            table[value] = crc;
        }
        for (int i = BYTE_VALUES; i < table.length; i++) {
            long before = table[i - BYTE_VALUES];
            table[i] = before >>> 8 ^ table[(int) (before & 0xff)];
        }
        return table;
    }
}
