package dev.keywright.ops.analysis;

import java.util.Locale;

/** Figures as findings speak them. */
final class Spoken {

    private static final long KILO = 1_000;

    private Spoken() {}

    /** {@code 12 bytes}, {@code 1.2 MB}. */
    static String bytes(long bytes) {
        double size = (double) Math.abs(bytes);
        if (size < KILO) {
            return bytes + " bytes";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        int unit = -1;
        while (size >= 999.5 && unit < units.length - 1) {
            size /= KILO;
            unit++;
        }
        String number = size < 10 ? String.format(Locale.ROOT, "%.1f", size) : Long.toString(Math.round(size));
        return (bytes < 0 ? "-" : "") + number + " " + units[unit];
    }

    /** {@code 1,234,567}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 key}, {@code 2 keys}. */
    static String keys(long number) {
        return number == 1 ? "1 key" : count(number) + " keys";
    }

    /** {@code 12 %}. */
    static String percent(double ratio) {
        double percent = 100 * ratio;
        return (percent < 10 && percent > 0
                        ? String.format(Locale.ROOT, "%.1f", percent)
                        : Long.toString(Math.round(percent)))
                + " %";
    }
}
