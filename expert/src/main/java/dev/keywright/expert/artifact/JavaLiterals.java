package dev.keywright.expert.artifact;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as a Java programmer would write them down. */
final class JavaLiterals {

    /** A part of a key's name that the caller gives: {@code {user}} or {@code <flag>}. */
    private static final Pattern PART = Pattern.compile("\\{([^{}]*)\\}|<([^<>]*)>");

    private static final long TEN_YEARS = 315_360_000;

    private JavaLiterals() {}

    /** 1800 becomes {@code Duration.ofMinutes(30)}; between a millisecond and ten years. */
    static String duration(double seconds) {
        double bounded = Math.max(0.001, Math.min(TEN_YEARS, seconds));
        if (bounded != Math.rint(bounded)) {
            long millis = BigDecimal.valueOf(bounded)
                    .movePointRight(3)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValue();
            return "Duration.ofMillis(" + whole(millis) + ")";
        }
        long exact = (long) bounded;
        if (exact % 86_400 == 0) {
            return "Duration.ofDays(" + whole(exact / 86_400) + ")";
        }
        if (exact % 3_600 == 0) {
            return "Duration.ofHours(" + whole(exact / 3_600) + ")";
        }
        if (exact % 60 == 0) {
            return "Duration.ofMinutes(" + whole(exact / 60) + ")";
        }
        return "Duration.ofSeconds(" + whole(exact) + ")";
    }

    /** 100000 becomes {@code 100_000}; between 1 and the most there may be. */
    static String positiveInt(double value, double most) {
        return whole(Math.max(1, Math.min((long) most, Math.round(value))));
    }

    private static String whole(long value) {
        return value < 10_000
                ? Long.toString(value)
                : String.format(Locale.ROOT, "%,d", value).replace(',', '_');
    }

    /** {@code lb:{board}} becomes {@code "lb:{" + board + "}"}; only the first part is a hash tag and keeps its braces. */
    static String key(String name, List<String> parts) {
        StringBuilder java = new StringBuilder("\"");
        Matcher part = PART.matcher(name);
        int at = 0;
        int found = 0;
        for (; part.find(); found++) {
            if (found == parts.size()) {
                throw new IllegalArgumentException("the key " + name + " has more than " + found + " parts to fill");
            }
            boolean tag = found == 0 && part.group(1) != null;
            java.append(text(name.substring(at, part.start()))).append(tag ? "{" : "");
            java.append(filled(parts.get(found))).append(tag ? "}" : "");
            at = part.end();
        }
        if (found != parts.size()) {
            throw new IllegalArgumentException(
                    "the key " + name + " has " + found + " parts to fill, not " + parts.size());
        }
        java.append(text(name.substring(at))).append('"');
        return java.toString().replaceAll(" \\+ \"\"$", "").replaceFirst("^\"\" \\+ ", "");
    }

    /** A literal goes into the text around it; anything else is joined to it. */
    private static String filled(String part) {
        boolean literal = part.length() > 1 && part.startsWith("\"") && part.endsWith("\"");
        return literal ? part.substring(1, part.length() - 1) : "\" + " + part + " + \"";
    }

    /** {@code sensor:{site}:temperature} becomes {@code sensor:*:temperature}. */
    static String glob(String name) {
        return text(PART.matcher(name).replaceAll("*"));
    }

    /** {@code near:{entity}} becomes {@code near:}. */
    static String prefix(String name) {
        Matcher part = PART.matcher(name);
        return text(part.find() ? name.substring(0, part.start()) : name);
    }

    private static String text(String raw) {
        return raw.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
