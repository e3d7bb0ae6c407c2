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

    private static final Set<String> TURNS_AWAY = Set.of("no", "without", "instead");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final Set<String> OPENS = Set.of("no", "not", "dont", "rather", "other");

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

    private static Hit hit(Owned owned, List<Word> words, int first, int last) {
        return new Hit(
                owned.owner(),
                owned.phrase(),
                words.get(first).start(),
                words.get(last).end(),
                isTurnedAway(words, first));
    }

    /**
     * Whether the words before a phrase say that it is not wanted: "instead of X", "rather than X", "no X", "no need for
     * X", "not an X", "without X". Not turned away is what must not happen: "never lose X", "without losing X".
     */
    private static boolean isTurnedAway(List<Word> words, int first) {
        int at = before(words, first);
        if (at < 0) {
            return false;
        }
        String word = words.get(at).lower();
        boolean article = first - at > 1 && ARTICLES.contains(words.get(first - 1).lower());
        boolean gerund = words.get(first).lower().endsWith("ing");
        if (word.equals("need") || word.equals("than")) {
            int further = before(words, at);
            return further >= 0 && OPENS.contains(words.get(further).lower());
        }
        return TURNS_AWAY.contains(word) && !gerund || word.equals("not") && article;
    }

    /** The next word to the left in the same sentence that is no filler, or -1. */
    private static int before(List<Word> words, int at) {
        int left = at - 1;
        while (left >= 0 && Words.FILLERS.contains(words.get(left).lower())) {
            left--;
        }
        return left >= 0 && words.get(left).sentence() == words.get(at).sentence() ? left : -1;
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
