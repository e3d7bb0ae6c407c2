package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Splits a text where it may begin to speak of another need: bullets, sentences, commas, "and", "+". */
final class Items {

    /** Signs that set things side by side for certain. */
    private static final Pattern APART =
            Pattern.compile("[;+\u2022|]|\\n\\s*[-*\u2022\\d(]|\\n\\s*\\n|[.!?](\\s|$)|\\(\\s*$");

    /** Signs and words that may only join the parts of one thought. */
    private static final Pattern SOFT = Pattern.compile(",(\\s|$)|\\n|:(\\s|$)|\\s[/&\u2013-]\\s");

    private static final Set<String> JOINS = Set.of("and", "plus", "also");

    /** Who opens like this goes on with a thought. */
    private static final Set<String> GOES_ON = Set.of(
            "it",
            "its",
            "they",
            "them",
            "their",
            "this",
            "that",
            "these",
            "those",
            "which",
            "who",
            "whose",
            "where",
            "he",
            "she",
            "his",
            "her",
            "but",
            "then",
            "so",
            "otherwise",
            "else",
            "because",
            "since",
            "if",
            "unless",
            "until",
            "when",
            "while",
            "meanwhile",
            "afterwards",
            "or",
            "not",
            "nor",
            "without",
            "instead",
            "only",
            "even",
            "though",
            "although",
            "still",
            "yet",
            "there",
            "here",
            "same",
            "such",
            "both",
            "whoever",
            "whatever",
            "after",
            "before");

    private static final int FEWEST_WORDS = 2;

    private Items() {}

    /** The parts of a text in its order; what goes on with a thought stays in the part before. */
    static List<List<Word>> of(String text, List<Word> words) {
        List<List<Word>> parts = new ArrayList<>();
        List<Word> open = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            String between = text.substring(Math.min(from, word.start()), word.start());
            boolean apart = APART.matcher(between).find();
            boolean soft = SOFT.matcher(between).find() || JOINS.contains(word.lower());
            if ((apart || soft) && isPart(open) && !GOES_ON.contains(opening(words, i))) {
                parts.add(List.copyOf(open));
                open.clear();
            }
            open.add(word);
            from = word.end();
        }
        if (isPart(open) || parts.isEmpty()) {
            parts.add(List.copyOf(open));
        }
        return parts;
    }

    private static boolean isPart(List<Word> words) {
        return words.stream()
                        .filter(word -> !Words.FILLERS.contains(word.lower()))
                        .count()
                >= FEWEST_WORDS;
    }

    /** The first word from {@code at} that does not only join. */
    private static String opening(List<Word> words, int at) {
        int i = at;
        while (i + 1 < words.size() && JOINS.contains(words.get(i).lower())) {
            i++;
        }
        return words.get(i).lower();
    }
}
