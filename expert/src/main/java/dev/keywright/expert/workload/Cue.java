package dev.keywright.expert.workload;

import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Words that speak for or against a role when they stand near an amount. Up to two words without meaning of their own
 * may stand between them, and up to {@value #GAP} of any kind where a star is written ("keep * for") or before a
 * preposition of time ("lock the whole account for").
 *
 * @param parts what each word may be, by stem
 * @param weight negative when it speaks against
 */
record Cue(List<Set<String>> parts, double weight) {

    private static final int SKIP = 2;
    private static final int GAP = 8;
    private static final Set<String> ANYTHING = Set.of("*");
    private static final Set<String> FAR_PREPOSITIONS = Set.of("for", "after", "within", "every");

    /** A cue as written: words apart by spaces, alternatives by bars. */
    static Cue of(String written, double weight) {
        List<Set<String>> parts = new ArrayList<>();
        for (String part : written.strip().split("\\s+")) {
            parts.add(Stream.of(part.split("\\|"))
                    .map(word -> Stemmer.stem(word.toLowerCase(Locale.ROOT)))
                    .collect(Collectors.toUnmodifiableSet()));
        }
        return new Cue(List.copyOf(parts), weight);
    }

    Set<String> first() {
        return parts.get(0);
    }

    Set<String> last() {
        return parts.get(parts.size() - 1);
    }

    /** Whether the cue ends at word {@code w}. */
    boolean endsAt(Surroundings around, int w) {
        return runs(around, w, -1);
    }

    /** Whether the cue begins at word {@code w}. */
    boolean startsAt(Surroundings around, int w) {
        return runs(around, w, 1);
    }

    /** Whether the further parts stand where they should, from word {@code w} on in the direction of {@code step}. */
    private boolean runs(Surroundings around, int w, int step) {
        int at = w;
        boolean gap = false;
        for (int n = 1; n < parts.size() && at >= 0; n++) {
            Set<String> part = parts.get(step > 0 ? n : parts.size() - 1 - n);
            if (part.equals(ANYTHING)) {
                gap = true;
            } else {
                at = next(around, at, step, part, gap);
                gap = false;
            }
        }
        return at >= 0;
    }

    /** Where the wanted word stands, from a word on, or -1. */
    private static int next(Surroundings around, int from, int step, Set<String> wanted, boolean gap) {
        boolean small = true;
        int at = from + step;
        for (int skipped = 0; skipped <= GAP && around.sameSentence(from, at); skipped++) {
            boolean reached = small ? skipped <= SKIP : gap || isFar(around, step > 0 ? at : from);
            if (wanted.contains(around.stem(at))) {
                return reached ? at : -1;
            }
            if (around.amountAt(at) >= 0) {
                return -1;
            }
            small &= Words.FILLERS.contains(around.lower(at));
            at += step;
        }
        return -1;
    }

    private static boolean isFar(Surroundings around, int w) {
        return FAR_PREPOSITIONS.contains(around.lower(w));
    }
}
