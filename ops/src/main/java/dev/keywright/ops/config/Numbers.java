package dev.keywright.ops.config;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Numbers as the server reads them. */
final class Numbers {

    private static final long KILO = 1000L;
    private static final long KIBI = 1024L;

    private Numbers() {}

    /** A whole number without leading zeros, plus sign or blanks. */
    static OptionalLong whole(String text) {
        if (!text.matches("0|-?[1-9]\\d{0,18}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException tooBig) {
            return OptionalLong.empty();
        }
    }

    /** A whole number as C reads it: blanks before, a sign and leading zeros are fine, and nothing at all is 0. */
    static OptionalLong loose(String text) {
        String number = text.stripLeading();
        if (text.isEmpty()) {
            return OptionalLong.of(0);
        }
        if (!number.matches("[+-]?\\d+")) {
            return OptionalLong.empty();
        }
        BigInteger value = new BigInteger(number);
        return OptionalLong.of(value.max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue());
    }

    /** An amount of memory such as {@code 100mb}: k is 1000 and kb is 1024; the bits of an unsigned number. */
    static OptionalLong memory(String text) {
        int digits = 0;
        while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0 && text.charAt(digits) < 128) {
            digits++;
        }
        Optional<Long> unit = unit(text.substring(digits).toLowerCase(Locale.ROOT));
        if (unit.isEmpty() || digits == 0 || digits > 127) {
            return OptionalLong.empty();
        }
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        BigInteger number = new BigInteger(text.substring(0, digits)).min(most);
        return OptionalLong.of(number.longValue() * unit.get());
    }

    /** Whether an amount of memory is more than the server can count, so that it reads another one. */
    static boolean overflows(String text) {
        String digits = text.replaceFirst("\\D.*$", "");
        return !digits.isEmpty()
                && unit(text.substring(digits.length()).toLowerCase(Locale.ROOT))
                        .filter(unit -> new BigInteger(digits)
                                        .multiply(BigInteger.valueOf(unit))
                                        .bitLength()
                                > Long.SIZE - 1)
                        .isPresent();
    }

    private static Optional<Long> unit(String name) {
        return switch (name) {
            case "", "b" -> Optional.of(1L);
            case "k" -> Optional.of(KILO);
            case "kb" -> Optional.of(KIBI);
            case "m" -> Optional.of(KILO * KILO);
            case "mb" -> Optional.of(KIBI * KIBI);
            case "g" -> Optional.of(KILO * KILO * KILO);
            case "gb" -> Optional.of(KIBI * KIBI * KIBI);
            default -> Optional.empty();
        };
    }

    /** Bytes in the largest unit that fits, for people. */
    static String spoken(long bytes) {
        if (bytes >= KIBI * KIBI * KIBI) {
            return tenths(bytes, KIBI * KIBI * KIBI, "GB");
        }
        if (bytes >= KIBI * KIBI) {
            return tenths(bytes, KIBI * KIBI, "MB");
        }
        return bytes >= KIBI ? tenths(bytes, KIBI, "kB") : bytes + " bytes";
    }

    private static String tenths(long bytes, long unit, String name) {
        long tenths = Math.round(bytes * 10.0 / unit);
        return (tenths % 10 == 0 ? Long.toString(tenths / 10) : String.format(Locale.ROOT, "%.1f", tenths / 10.0)) + " "
                + name;
    }
}
