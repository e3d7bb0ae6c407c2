package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Mends misspelt words: a word nobody knows becomes the known one next to it (one letter added, lost, changed or
 * swapped; two in words of eight letters or more), if there is one. Immutable, any number of threads.
 */
final class Spelling {

    private static final int SHORTEST = 5;
    private static final int LONG = 8;

    private final Set<String> known;
    private final Map<String, Set<String>> byDeletion = new HashMap<>();
    private final Map<String, Integer> frequency;

    /** @param frequency how often each known stem is used; the more frequent of two equally near words wins */
    Spelling(Map<String, Integer> frequency) {
        this.known = frequency.keySet();
        this.frequency = frequency;
        for (String stem : known) {
            if (stem.length() >= SHORTEST - 1) {
                for (String shorter : deletions(stem, stem.length() >= LONG - 1 ? 2 : 1)) {
                    byDeletion.computeIfAbsent(shorter, key -> new HashSet<>()).add(stem);
                }
            }
        }
    }

    List<Word> mend(List<Word> words) {
        List<Word> mended = new ArrayList<>(words.size());
        for (Word word : words) {
            mended.add(mendedStem(word).map(word::withStem).orElse(word));
        }
        return mended;
    }

    private Optional<String> mendedStem(Word word) {
        String stem = word.stem();
        boolean plain = stem.chars().allMatch(c -> c >= 'a' && c <= 'z');
        if (!plain || known.contains(stem) || known.contains(word.lower()) || word.lower().length() < SHORTEST || stem.length() > 24) {
            return Optional.empty();
        }
        int reach = stem.length() >= LONG ? 2 : 1;
        Set<String> near = new HashSet<>(byDeletion.getOrDefault(stem, Set.of()));
        for (String shorter : deletions(stem, reach)) {
            near.addAll(byDeletion.getOrDefault(shorter, Set.of()));
            if (known.contains(shorter) && shorter.length() >= SHORTEST - 1) {
                near.add(shorter);
            }
        }
        return near.stream()
                .filter(candidate -> distance(stem, candidate) <= reach)
                .filter(candidate -> candidate.charAt(0) == stem.charAt(0) || distance(stem, candidate) == 1 && stem.length() >= LONG)
                .min(Comparator.<String>comparingInt(candidate -> distance(stem, candidate))
                        .thenComparing(candidate -> -frequency.getOrDefault(candidate, 0))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static Set<String> deletions(String word, int depth) {
        Set<String> shorter = new HashSet<>();
        for (int i = 0; i < word.length(); i++) {
            String less = word.substring(0, i) + word.substring(i + 1);
            if (shorter.add(less) && depth > 1) {
                shorter.addAll(deletions(less, depth - 1));
            }
        }
        return shorter;
    }

    /** Edits between two words; swapping two neighbours counts as one. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + change);
                boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
