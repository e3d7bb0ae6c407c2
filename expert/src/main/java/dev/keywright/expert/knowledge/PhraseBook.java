package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds phrases in a text; an index by first word keeps it linear in the text. Immutable, any number of threads. */
public final class PhraseBook {

    private static final Set<String> TURNS_AWAY = Set.of("not", "no", "without", "instead", "rather", "never", "neither");

    private record Owned(String owner, Phrase phrase) {}

    private final Map<String, List<Owned>> byFirstStem = new HashMap<>();

    public PhraseBook(Map<String, List<Phrase>> phrases) {
        phrases.forEach((owner, own) -> own.forEach(phrase -> phrase.parts()
                .get(0)
                .stems()
                .forEach(stem -> byFirstStem
                        .computeIfAbsent(stem, key -> new ArrayList<>())
                        .add(new Owned(owner, phrase)))));
    }

    /** All hits, in the order of the text. One phrase counts once, however often it is said. */
    public List<Hit> find(List<Word> words) {
        Map<Owned, Hit> hits = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i++) {
            for (Owned owned : byFirstStem.getOrDefault(words.get(i).stem(), List.of())) {
                if (!hits.containsKey(owned)) {
                    Optional<Integer> last = lastWord(owned.phrase(), words, i);
                    if (last.isPresent()) {
                        hits.put(owned, hit(owned, words, i, last.get()));
                    }
                }
            }
        }
        return List.copyOf(hits.values());
    }

    private static Hit hit(Owned owned, List<Word> content, int first, int last) {
        return new Hit(
                owned.owner(),
                owned.phrase(),
                content.get(first).start(),
                content.get(last).end(),
                isTurnedAway(content, first));
    }

    /** "instead of X", "rather than X", "no X needed", "not a X"; "do not lose X" turns nothing away. */
    private static boolean isTurnedAway(List<Word> content, int first) {
        for (int back = 1; back <= 2 && first - back >= 0; back++) {
            Word before = content.get(first - back);
            if (before.sentence() != content.get(first).sentence()) {
                return false;
            }
            boolean direct = back == 1 && TURNS_AWAY.contains(before.lower());
            boolean needed = back == 2
                    && before.lower().equals("no")
                    && content.get(first - 1).lower().equals("need");
            boolean than = back == 2
                    && before.lower().equals("rather")
                    && content.get(first - 1).lower().equals("than");
            if (direct || needed || than) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Integer> lastWord(Phrase phrase, List<Word> words, int first) {
        int at = first;
        for (int p = 1; p < phrase.parts().size(); p++) {
            at = next(phrase.parts().get(p), words, at, words.get(first).sentence());
            if (at < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(at);
    }

    /** Where the next word of a phrase stands: fillers are skipped, with a gap up to {@link Phrase#GAP} other words too. */
    private static int next(Phrase.Part part, List<Word> words, int after, int sentence) {
        int others = 0;
        for (int j = after + 1; j < words.size(); j++) {
            Word word = words.get(j);
            if (word.sentence() > sentence + (part.gapBefore() ? 1 : 0)) {
                return -1;
            }
            if (part.stems().contains(word.stem())) {
                return j;
            }
            boolean skipped = Words.FILLERS.contains(word.lower());
            if (!skipped && (!part.gapBefore() || ++others > Phrase.GAP)) {
                return -1;
            }
        }
        return -1;
    }
}
