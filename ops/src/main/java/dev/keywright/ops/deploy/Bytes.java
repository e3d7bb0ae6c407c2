package dev.keywright.ops.deploy;

import dev.keywright.ops.OpsException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as redis.conf reads and writes them: {@code gb} is 1024 x 1024 x 1024 bytes, {@code g} is a thousand million. */
public final class Bytes {

    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([kmg]?b?)");
    private static final Map<String, Long> UNITS = Map.of(
            "",
            1L,
            "b",
            1L,
            "k",
            1_000L,
            "kb",
            1L << 10,
            "m",
            1_000_000L,
            "mb",
            1L << 20,
            "g",
            1_000_000_000L,
            "gb",
            1L << 30);

    private Bytes() {}

    /** @throws OpsException when it is no size */
    public static long parse(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (form.matches()) {
            try {
                return Math.multiplyExact(Long.parseLong(form.group(1)), UNITS.getOrDefault(form.group(2), 1L));
            } catch (ArithmeticException tooLarge) {
                throw new OpsException("The size " + text + " is too large. Give one such as 2gb.", tooLarge);
            }
        }
        throw new OpsException("\"" + text + "\" is no size. Give one such as 512mb or 2gb.");
    }

    /** The shortest exact form: {@code 2gb}, {@code 1536mb}, {@code 1000}. */
    static String conf(long bytes) {
        for (String unit : new String[] {"gb", "mb", "kb"}) {
            long size = UNITS.getOrDefault(unit, 1L);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
