package dev.keywright.ops.memory;

import java.math.BigDecimal;
import java.math.MathContext;

/** The room of a score in a listpack, where it stands as an integer or as decimal text. Source: {@code util.c}. */
final class ScoreText {

    private static final int DIGITS = 17;
    private static final double INTEGERS_TO = 0x1p62;
    private static final double PARSED_BELOW = 0x1p63;

    private ScoreText() {}

    /** @param shortest whether the server writes as few digits as tell the number, not always 17 */
    static long entry(double score, boolean shortest) {
        if (score == Math.rint(score) && Math.abs(score) <= INTEGERS_TO) {
            return Listpack.integer((long) score);
        }
        if (Double.isInfinite(score) || Double.isNaN(score)) {
            return Listpack.text(score > 0 || Double.isNaN(score) ? 3 : 4);
        }
        BigDecimal magnitude = (shortest ? new BigDecimal(Double.toString(score)) : new BigDecimal(score))
                .abs()
                .round(new MathContext(DIGITS))
                .stripTrailingZeros();
        int digits = magnitude.precision();
        int exponent = digits - magnitude.scale() - 1;
        if (shortest && isPlain(digits, exponent) && Math.abs(score) < PARSED_BELOW) {
            return Listpack.integer((long) score);
        }
        return Listpack.text((score < 0 ? 1 : 0) + (shortest ? shortest(digits, exponent) : general(digits, exponent)));
    }

    /** As C's {@code %.17g}. */
    private static int general(int digits, int exponent) {
        return exponent < -4 || exponent >= DIGITS
                ? scientific(digits) + Math.max(2, length(exponent))
                : positional(digits, exponent);
    }

    /** As the servers' own shortest form. */
    private static int shortest(int digits, int exponent) {
        int scale = exponent - digits + 1;
        if (isPlain(digits, exponent)) {
            return exponent + 1;
        }
        return scale < 0 && (scale > -7 || Math.abs(exponent) < 4)
                ? positional(digits, exponent)
                : scientific(digits) + length(exponent);
    }

    /** Whether it is written as a whole number. */
    private static boolean isPlain(int digits, int exponent) {
        return exponent >= digits - 1 && exponent < digits + 7;
    }

    private static int positional(int digits, int exponent) {
        if (exponent < 0) {
            return digits + 1 - exponent;
        }
        return digits > exponent + 1 ? digits + 1 : exponent + 1;
    }

    /** Digits, point, and the letter and sign of the exponent. */
    private static int scientific(int digits) {
        return digits + (digits > 1 ? 1 : 0) + 2;
    }

    private static int length(int exponent) {
        return Math.abs(exponent) < 10 ? 1 : Math.abs(exponent) < 100 ? 2 : 3;
    }
}
