package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Search;
import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the knowledge says on a text.
 *
 * @param found entries by likeness, best first; one whose error message stands in the text comes before all others
 * @param errorNamed an error message of the knowledge stands in the text
 */
record Entries(List<Search.Found<Entry>> found, boolean errorNamed) {

    /** More than any likeness reaches: a pasted error message settles what is asked. */
    private static final double PASTED = 1000;

    /** How much more the steps of a runbook are wanted by a task. */
    private static final double RUNBOOK = 1.25;

    private static final double FIRST_VOTE = 4;
    private static final double NEXT_VOTE = 1.5;

    /** An error message that nobody pasted is seldom what is asked. */
    private static final double UNPASTED = 0.8;

    static Entries on(String text, List<Word> words, Knowledge knowledge) {
        String said = squeeze(text);
        List<Search.Found<Entry>> found = new ArrayList<>();
        boolean errorNamed = false;
        for (var candidate : knowledge.search().find(words, meant(words, knowledge))) {
            Entry entry = candidate.document();
            int pasted = longestError(entry, text, said);
            errorNamed |= pasted > 0;
            double likeness = candidate.score() * (entry.errors().isEmpty() ? 1 : UNPASTED);
            found.add(new Search.Found<>(entry, pasted > 0 ? PASTED + pasted : likeness));
        }
        found.sort(Comparator.comparingDouble((Search.Found<Entry> f) -> -f.score()));
        return new Entries(List.copyOf(found), errorNamed);
    }

    /** The knowledge's own words for what the text says in others. */
    private static Set<String> meant(List<Word> words, Knowledge knowledge) {
        Set<String> stems = new LinkedHashSet<>();
        for (Hit hit : knowledge.vocabulary("synonyms").find(words)) {
            stems.add(Stemmer.stem(hit.owner()));
        }
        return stems;
    }

    List<Entry> best(int most) {
        return found.stream().limit(most).map(Search.Found::document).toList();
    }

    /** The same in the order that suits the kind: a task wants steps before facts. */
    Entries fitting(Kind kind) {
        if (kind != Kind.OPS) {
            return this;
        }
        List<Search.Found<Entry>> ranked = new ArrayList<>();
        for (var f : found) {
            ranked.add(f.document().isRunbook() ? new Search.Found<>(f.document(), f.score() * RUNBOOK) : f);
        }
        ranked.sort(Comparator.comparingDouble((Search.Found<Entry> f) -> -f.score()));
        return new Entries(List.copyOf(ranked), errorNamed);
    }

    /** What the best entries say for the pattern of an operation: most the first, a little the next two. */
    Map<String, Double> patterns() {
        Map<String, Double> votes = new LinkedHashMap<>();
        for (Entry entry : best(3)) {
            double vote = entry.equals(found.get(0).document()) ? FIRST_VOTE : NEXT_VOTE;
            entry.pattern().ifPresent(pattern -> votes.merge(pattern, vote, Double::sum));
        }
        return votes;
    }

    Optional<Entry> first() {
        return found.stream().findFirst().map(Search.Found::document);
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
            } else if (!code && said.contains(squeeze(withoutCode(error)))) {
                longest = Math.max(longest, withoutCode(error).length());
            }
        }
        return longest;
    }

    /** Client libraries turn the code in front of a message into the name of an exception. */
    private static String withoutCode(String error) {
        String rest = error.replaceFirst("^-?[A-Z]{3,} ", "");
        return rest.chars().filter(c -> c == ' ').count() >= 3 ? rest : error;
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
