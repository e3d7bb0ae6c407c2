package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Scores of sorted sets, written as text. */
final class Scores {

    private Scores() {}

    /** NaN when it is none. */
    static double parse(byte[] bytes, int from, int length) {
        if (Decimal.isInteger(bytes, from, length)) {
            return Decimal.value(bytes, from, length);
        }
        String text = new String(bytes, from, length, ISO_8859_1);
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> decimal(text);
        };
    }

    private static double decimal(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
