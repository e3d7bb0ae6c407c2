package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of key names from their pattern: {@code user:{id}:cart}, {@code session:{uuid}}, {@code day:{date}:<id>}. What is
 * not known by name counts the keys from 1 on.
 */
final class KeyPattern {

    private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)\\}|<([^<>]*)>");
    private static final int TOLD = 1_000;

    private KeyPattern() {}

    /** Whether a text is a pattern rather than a size. */
    static boolean isOne(String text) {
        return PLACE.matcher(text).find() || text.strip().matches("[A-Za-z][^\\s]*[:._-][^\\s]*");
    }

    static Sizes lengths(String pattern, long keys) {
        Matcher places = PLACE.matcher(pattern);
        long fixed = pattern.length();
        boolean counted = false;
        while (places.find()) {
            String name = (places.group(1) == null ? places.group(2) : places.group(1)).toLowerCase(Locale.ROOT);
            fixed -= places.end() - places.start();
            long known = known(name);
            fixed += known;
            counted |= known == 0;
        }
        if (!counted) {
            return Sizes.of(fixed);
        }
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < TOLD; i++) {
            long number = Math.max(1, Math.round((i + 0.5) / TOLD * Math.max(1, keys)));
            seen.add(fixed + Long.toString(number).length());
        }
        return new Sizes.Sample(seen);
    }

    /** Lengths that do not hang on how many there are; else 0. */
    private static long known(String name) {
        for (String form : Notation.FORMS.keySet()) {
            if (name.contains(form)) {
                return Notation.FORMS.get(form);
            }
        }
        return name.matches(".*(date|day)") ? 10 : name.matches(".*(hash|token)") ? 32 : 0;
    }
}
