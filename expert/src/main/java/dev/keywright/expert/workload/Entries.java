package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Search;
import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What the knowledge says on a text.
 *
 * @param found entries by likeness, best first; one whose error message stands in the text comes before all others
 * @param errorNamed an error message of the knowledge stands in the text
 */
record Entries(List<Search.Found<Entry>> found, boolean errorNamed) {

    /** More than any likeness reaches: a pasted error message settles what is asked. */
    private static final double PASTED = 1000;

    static Entries on(String text, List<Word> words, Knowledge knowledge) {
        String said = squeeze(text);
        List<Search.Found<Entry>> found = new ArrayList<>();
        boolean errorNamed = false;
        var byLikeness = knowledge.search().find(words);
        for (var candidate : byLikeness) {
            int pasted = longestError(candidate.document(), text, said);
            errorNamed |= pasted > 0;
            found.add(pasted > 0 ? new Search.Found<>(candidate.document(), PASTED + pasted) : candidate);
        }
        found.sort(Comparator.comparingDouble((Search.Found<Entry> f) -> -f.score()));
        return new Entries(List.copyOf(found), errorNamed);
    }

    List<Entry> best(int most) {
        return found.stream().limit(most).map(Search.Found::document).toList();
    }

    double bestScore() {
        return found.isEmpty() ? 0 : found.get(0).score();
    }

    /** The length of the longest error text of the entry that the task holds; one-word codes count in capitals only. */
    private static int longestError(Entry entry, String text, String said) {
        int longest = 0;
        for (String error : entry.errors()) {
            boolean code = error.indexOf(' ') < 0 && error.equals(error.toUpperCase(Locale.ROOT));
            boolean there = code ? holdsWord(text, error) : said.contains(squeeze(error));
            if (there) {
                longest = Math.max(longest, error.length());
            }
        }
        return longest;
    }

    private static boolean holdsWord(String text, String word) {
        int at = text.indexOf(word);
        while (at >= 0) {
            boolean left = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            int end = at + word.length();
            boolean right = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
            if (left && right) {
                return true;
            }
            at = text.indexOf(word, at + 1);
        }
        return false;
    }

    private static String squeeze(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
