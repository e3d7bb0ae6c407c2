package dev.keywright.ops.watch;

import dev.keywright.ops.wire.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Figures and commands in the words of people. */
final class Spoken {

    private static final double KIBI = 1024;
    private static final int LONGEST = 40;

    /** Their arguments hold passwords, texts of scripts or values of settings. */
    private static final Set<String> SECRET = Set.of(
            "AUTH", "HELLO", "ACL", "CONFIG", "MIGRATE", "EVAL", "EVAL_RO", "SCRIPT", "FUNCTION", "SENTINEL", "ECHO");

    private Spoken() {}

    /** The name of a command and its first argument. */
    static String command(List<Answer> words) {
        if (words.isEmpty()) {
            return "?";
        }
        String name = clean(words.get(0).text()).toUpperCase(Locale.ROOT);
        if (words.size() == 1 || SECRET.contains(name)) {
            return name;
        }
        return shortened(name + " " + clean(words.get(1).text()) + (words.size() > 2 ? " ..." : ""));
    }

    static String clean(String text) {
        return text.replaceAll("[\\p{Cntrl}\\ufffd]", "?");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }

    static String bytes(double bytes) {
        double rest = Math.abs(bytes);
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        int unit = 0;
        while (rest >= KIBI && unit < units.length - 1) {
            rest /= KIBI;
            unit++;
        }
        boolean whole = unit == 0 || rest >= 100 || rest == Math.rint(rest);
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", rest, units[unit]);
    }

    static String percent(double ratio) {
        return String.format(Locale.ROOT, ratio < 0.1 && ratio > 0 ? "%.1f %%" : "%.0f %%", ratio * 100);
    }

    static String count(double number) {
        return String.format(
                Locale.ROOT, Math.abs(number) < 10 && number != Math.rint(number) ? "%.1f" : "%,.0f", number);
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%,.0f ms", millis);
    }

    /** Seconds in the unit that fits. */
    static String seconds(double seconds) {
        if (seconds < 120) {
            return count(seconds) + " s";
        }
        if (seconds < 7200) {
            return count(Math.rint(seconds / 60)) + " min";
        }
        return seconds < 172_800
                ? count(Math.rint(seconds / 3600)) + " h"
                : count(Math.rint(seconds / 86_400)) + " days";
    }
}
