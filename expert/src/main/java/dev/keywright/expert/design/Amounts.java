package dev.keywright.expert.design;

import java.util.Locale;

/** Writes quantities the way people read them. */
public final class Amounts {

    private static final String[] SIZES = {"B", "KB", "MB", "GB", "TB", "PB"};

    private Amounts() {}

    /** 6442450944 becomes 6.44 GB; powers of 1000. */
    public static String bytes(double bytes) {
        int unit = 0;
        double left = bytes;
        while (left >= 1000 && unit < SIZES.length - 1) {
            left /= 1000;
            unit++;
        }
        return plain(left) + " " + SIZES[unit];
    }

    /** 1500000 becomes 1,500,000. */
    public static String count(double count) {
        return count == Math.rint(count) ? String.format(Locale.ROOT, "%,d", (long) count) : plain(count);
    }

    /** 5400 becomes 1.5 h. */
    public static String seconds(double seconds) {
        if (seconds >= 172_800) {
            return plain(seconds / 86_400) + " days";
        }
        if (seconds >= 7_200) {
            return plain(seconds / 3_600) + " h";
        }
        if (seconds >= 180) {
            return plain(seconds / 60) + " min";
        }
        return seconds < 1 ? plain(seconds * 1000) + " ms" : plain(seconds) + " s";
    }

    /** Three significant digits without trailing zeros. */
    public static String plain(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        String text = String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
