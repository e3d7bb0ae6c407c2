package dev.keywright.expert.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Splits a text into words with their places, and says where sentences end. */
public final class Words {

    /** Words that carry no meaning of their own: a phrase never needs them. */
    public static final Set<String> EMPTY =
            Set.of("a", "an", "the", "of", "to", "per", "our", "my", "your", "their", "his", "her", "its");

    /** Words that may stand between those of a phrase without breaking it, unless the phrase asks for them. */
    public static final Set<String> FILLERS = Stream.concat(
                    EMPTY.stream(),
                    Stream.of(
                            "be", "each", "every", "some", "any", "all", "this", "that", "these", "those", "and", "for",
                            "in", "on", "with", "by", "at", "as", "has", "have", "can", "will", "would", "should", "me",
                            "from", "into", "we", "i", "you", "they", "it", "he", "she", "them", "us", "am", "please",
                            "just", "so", "very", "really", "also", "there"))
            .collect(Collectors.toUnmodifiableSet());

    private Words() {}

    /** The words of {@code text} in order. Inner apostrophes vanish ("don't" is dont); hyphens split. */
    public static List<Word> of(String text) {
        List<Word> words = new ArrayList<>();
        int sentence = 0;
        int i = 0;
        int n = text.length();
        while (i < n) {
            char c = text.charAt(i);
            if (!isPart(c)) {
                if (endsSentence(text, i)) {
                    sentence++;
                }
                i++;
                continue;
            }
            int start = i;
            StringBuilder lower = new StringBuilder();
            while (i < n && (isPart(text.charAt(i)) || isInnerApostrophe(text, i, start))) {
                if (isPart(text.charAt(i))) {
                    lower.append(text.charAt(i));
                }
                i++;
            }
            String folded = lower.toString().toLowerCase(Locale.ROOT);
            words.add(new Word(text.substring(start, i), folded, Stemmer.stem(folded), start, i, sentence));
        }
        return words;
    }

    private static boolean isPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isInnerApostrophe(String text, int i, int start) {
        char c = text.charAt(i);
        return (c == '\'' || c == '\u2019')
                && i > start
                && i + 1 < text.length()
                && Character.isLetter(text.charAt(i + 1));
    }

    private static boolean endsSentence(String text, int i) {
        char c = text.charAt(i);
        if (c == '?' || c == '!' || c == ';') {
            return true;
        }
        boolean breaks = i + 1 >= text.length() || Character.isWhitespace(text.charAt(i + 1));
        if (c == '.') {
            return breaks;
        }
        return c == '\n' && i + 1 < text.length() && "\n-*\u2022".indexOf(text.charAt(i + 1)) >= 0;
    }
}
