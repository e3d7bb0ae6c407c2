package dev.keywright.expert.knowledge;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that only Redis uses: commands in capitals, settings with hyphens, fields with underscores. They are gathered from
 * the terms of the knowledge. Immutable once read, any number of threads.
 */
public final class Names {

    private static final Pattern CAPITALS = Pattern.compile("(?<![\\w-])[A-Z][A-Z0-9]{2,}(?![\\w-])");
    private static final Pattern JOINED = Pattern.compile("(?<![\\w-])[a-z0-9]+(?:[-_][a-z0-9]+)+(?![\\w-])");

    private final Set<String> known = new HashSet<>();

    void learn(String term) {
        collect(CAPITALS, term, known);
        collect(JOINED, term, known);
    }

    /** The names that stand in a text; a word with underscores is one even if nobody knows it. */
    public Set<String> in(String text) {
        Set<String> found = new HashSet<>();
        collect(CAPITALS, text, found);
        collect(JOINED, text.toLowerCase(Locale.ROOT), found);
        found.removeIf(name -> !known.contains(name) && name.indexOf('_') < 0);
        return found;
    }

    private static void collect(Pattern pattern, String text, Set<String> into) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            into.add(matcher.group());
        }
    }
}
