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
 * may stand between them.
 *
 * @param parts what each word may be, by stem
 * @param weight negative when it speaks against
 */
record Cue(List<Set<String>> parts, double weight) {

    private static final int SKIP = 2;

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

    /** The first word when the cue ends at word {@code w}, or -1. */
    int endingAt(Surroundings around, int w) {
        int at = w;
        for (int p = parts.size() - 2; p >= 0; p--) {
            at = next(around, at, -1, parts.get(p));
            if (at < 0) {
                return -1;
            }
        }
        return at;
    }

    /** Whether the cue begins at word {@code w}. */
    boolean startsAt(Surroundings around, int w) {
        int at = w;
        for (int p = 1; p < parts.size() && at >= 0; p++) {
            at = next(around, at, 1, parts.get(p));
        }
        return at >= 0;
    }

    private static int next(Surroundings around, int from, int step, Set<String> wanted) {
        int at = from + step;
        for (int skipped = 0; skipped <= SKIP && around.sameSentence(from, at); skipped++) {
            if (wanted.contains(around.stem(at))) {
                return at;
            }
            if (!Words.FILLERS.contains(around.lower(at))) {
                return -1;
            }
            at += step;
        }
        return -1;
    }
}
