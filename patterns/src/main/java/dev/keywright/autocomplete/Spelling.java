package dev.keywright.autocomplete;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * By which texts a term is found. Texts are compared in NFKC, without case by the rules of no language, with one space for any run of
 * spaces and control characters: so there is no zero byte in them, whatever is in the term.
 */
record Spelling(AutocompleteOptions options) {

    private static final int MOST_WORDS = 8;
    private static final Pattern BLANK = Pattern.compile("[\\p{Cntrl}\\p{IsWhite_Space}]+");
    private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

    /** What was typed; a space at its end counts. */
    String prefix(String typed) {
        return BLANK.matcher(fold(typed)).replaceAll(" ").stripLeading();
    }

    /** The texts that find the term: itself, and if so wanted what begins with its other words. */
    List<String> texts(String term) {
        String whole = prefix(term).stripTrailing();
        if (whole.isEmpty()) {
            throw new IllegalArgumentException("The term has nothing but spaces; give one that can be typed");
        }
        Set<String> texts = new LinkedHashSet<>();
        texts.add(whole);
        if (options.anyWord()) {
            int before = 0;
            for (int at = 0; at < whole.length() && texts.size() < MOST_WORDS; ) {
                int letter = whole.codePointAt(at);
                if (Character.isLetterOrDigit(letter) && at > 0 && !isInWord(before)) {
                    texts.add(whole.substring(at));
                }
                before = letter;
                at += Character.charCount(letter);
            }
        }
        return new ArrayList<>(texts);
    }

    private static boolean isInWord(int letter) {
        return Character.isLetterOrDigit(letter) || Character.getType(letter) == Character.NON_SPACING_MARK;
    }

    /** The short prefixes of the texts. */
    Set<String> shortPrefixes(List<String> texts) {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String each : texts) {
            String text = each + ' '; // as it is stored
            int letters = text.codePointCount(0, text.length());
            for (int length = 1; length <= Math.min(letters, options.shortest()); length++) {
                prefixes.add(text.substring(0, text.offsetByCodePoints(0, length)));
            }
        }
        return prefixes;
    }

    boolean isShort(String prefix) {
        return prefix.codePointCount(0, prefix.length()) <= options.shortest();
    }

    /** Upper case first: so ß is ss, and both forms of sigma are one. */
    private String fold(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace('ς', 'σ');
        return options.accents()
                ? Normalizer.normalize(folded, Normalizer.Form.NFKC)
                : Normalizer.normalize(
                        MARKS.matcher(Normalizer.normalize(folded, Normalizer.Form.NFKD))
                                .replaceAll(""),
                        Normalizer.Form.NFKC);
    }
}
