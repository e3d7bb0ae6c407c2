package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Integers as the server writes them: 64 bits, no padding, no plus. */
final class Decimal {

    /** Of the longest. */
    static final int MOST_BYTES = 20;

    private static final int MOST_DIGITS = 19;
    /** The logarithm of 2 to the base 10, in 4,096ths. */
    private static final int DIGITS_PER_BIT = 1_233;

    private static final int DIGITS_SHIFT = 12;
    /** The least number of more digits than that, as unsigned; 0 has one digit. */
    private static final long[] POWERS = powers();

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
        byte[] text = new byte[length(number)];
        write(number, text);
        return text;
    }

    /** Writes it to the front of an array that has room for {@link #MOST_BYTES}; how long it is. */
    static int write(long number, byte[] to) {
        int length = length(number);
        long below = number < 0 ? number : -number;
        for (int at = length - 1; at >= 0; at--) {
            long rest = below / 10;
            to[at] = (byte) ('0' + 10 * rest - below);
            below = rest;
        }
        if (number < 0) {
            to[0] = '-';
        }
        return length;
    }

    /** How long it is as text. */
    static int length(long number) {
        long size = Math.abs(number); // of the lowest, right when taken as unsigned
        int digits = (Long.SIZE - Long.numberOfLeadingZeros(size)) * DIGITS_PER_BIT >>> DIGITS_SHIFT;
        if (Long.compareUnsigned(size, POWERS[digits]) >= 0) {
            digits++;
        }
        return number < 0 ? digits + 1 : digits;
    }

    private static long[] powers() {
        long[] powers = new long[MOST_DIGITS + 1];
        long power = 1;
        for (int i = 1; i < powers.length; i++) {
            power *= 10;
            powers[i] = power;
        }
        return powers;
    }
}
