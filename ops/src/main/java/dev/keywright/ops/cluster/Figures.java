package dev.keywright.ops.cluster;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Figures() {}

    /** In units of 1024. */
    static String bytes(long bytes) {
        double left = bytes;
        int unit = 0;
        while (left >= 1024 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", left, UNITS[unit]);
    }

    static String percent(double ratio) {
        return Math.round(ratio * 100) + " %";
    }
}
