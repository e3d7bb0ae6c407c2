package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Mends misspelt words: a word nobody knows becomes the known one next to it (one letter added, lost, changed or
 * swapped; two in words of eight letters or more), if there is one. Only a word nobody knows costs a walk over all
 * known ones. Immutable, any number of threads.
 */
final class Spelling {

    private static final int SHORTEST = 5;
    private static final int LONG = 8;

    private final Map<String, Integer> frequency;
    private final List<Known> known;

    /** A stem and which letters are in it, one bit each: two stems a few letters apart differ in few bits. */
    private record Known(String stem, int letters) {

        boolean mayBeWithin(int reach, String other, int otherLetters) {
            return Math.abs(stem.length() - other.length()) <= reach
                    && Integer.bitCount(letters ^ otherLetters) <= 2 * reach;
        }
    }

    /** @param frequency how often each known stem is used; the more frequent of two equally near words wins */
    Spelling(Map<String, Integer> frequency) {
        this.frequency = frequency;
        this.known = frequency.keySet().stream()
                .filter(stem -> stem.length() >= SHORTEST - 1)
                .map(stem -> new Known(stem, letters(stem)))
                .toList();
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
        if (!plain
                || isKnown(stem)
                || isKnown(word.lower())
                || word.lower().length() < SHORTEST
                || stem.length() > 24) {
            return Optional.empty();
        }
        int reach = stem.length() >= LONG ? 2 : 1;
        int letters = letters(stem);
        return known.stream()
                .filter(candidate -> candidate.mayBeWithin(reach, stem, letters))
                .map(Known::stem)
                .filter(candidate -> distance(stem, candidate) <= reach)
                .filter(candidate -> candidate.charAt(0) == stem.charAt(0)
                        || distance(stem, candidate) == 1 && stem.length() >= LONG)
                .min(Comparator.<String>comparingInt(candidate -> distance(stem, candidate))
                        .thenComparingInt(candidate -> -frequency.getOrDefault(candidate, 0))
                        .thenComparing(Comparator.naturalOrder()));
    }

    boolean isKnown(String stem) {
        return frequency.containsKey(stem);
    }

    private static int letters(String stem) {
        int letters = 0;
        for (int i = 0; i < stem.length(); i++) {
            letters |= 1 << (stem.charAt(i) & 31);
        }
        return letters;
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
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
