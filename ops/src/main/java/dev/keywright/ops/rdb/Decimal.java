package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Integers as the server writes them: 64 bits, no padding, no plus. */
final class Decimal {

    /** Of the longest. */
    static final int MOST_BYTES = 20;

    private static final int MOST_DIGITS = 19;
    private static final long LAST_BOUND = -1_000_000_000_000_000_000L;
    private static final byte[] HIGHEST = "9223372036854775807".getBytes(US_ASCII);
    private static final byte[] LOWEST = "9223372036854775808".getBytes(US_ASCII);

    private Decimal() {}

    static boolean isInteger(byte[] bytes, int from, int length) {
        if (length < 1 || length > MOST_BYTES) {
            return false;
        }
        int at = bytes[from] == '-' ? from + 1 : from;
        int digits = from + length - at;
        if (digits < 1 || digits > MOST_DIGITS || bytes[at] == '0' && length > 1) {
            return false;
        }
        for (int i = at; i < at + digits; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return digits < MOST_DIGITS || !isBeyond(bytes, at, at == from ? HIGHEST : LOWEST);
    }

    private static boolean isBeyond(byte[] bytes, int from, byte[] limit) {
        for (int i = 0; i < limit.length; i++) {
            if (bytes[from + i] != limit[i]) {
                return bytes[from + i] > limit[i];
            }
        }
        return false;
    }

    /** Of what {@link #isInteger}. */
    static long value(byte[] bytes, int from, int length) {
        boolean negative = bytes[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < from + length; i++) {
            value = 10 * value - (bytes[i] - '0');
        }
        return negative ? value : -value;
    }

    static byte[] text(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    /** How long it is as text. */
    static int length(long number) {
        int length = number < 0 ? 2 : 1;
        long below = number < 0 ? number : -number;
        for (long bound = -10; below <= bound; bound *= 10) {
            length++;
            if (bound == LAST_BOUND) {
                break;
            }
        }
        return length;
    }
}
