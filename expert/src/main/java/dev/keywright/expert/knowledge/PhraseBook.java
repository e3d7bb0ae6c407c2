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

    /** Two places among the words, both within. */
    private record Stretch(int first, int last) {
        Stretch with(Stretch other) {
            return new Stretch(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private final Map<String, List<Owned>> byFirstStem = new HashMap<>();

    public PhraseBook(Map<String, List<Phrase>> phrases) {
        phrases.forEach((owner, own) -> own.forEach(phrase -> phrase.runs()
                .get(0)
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
                    Optional<Stretch> found = stretch(owned.phrase(), words, i);
                    found.ifPresent(at -> hits.put(owned, hit(owned, words, at.first(), at.last())));
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
        boolean article =
                first - at > 1 && ARTICLES.contains(words.get(first - 1).lower());
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

    /** From the first to the last word of a phrase whose first run begins at {@code first}. */
    private static Optional<Stretch> stretch(Phrase phrase, List<Word> words, int first) {
        int last = lastWord(phrase.runs().get(0), words, first);
        if (last < 0) {
            return Optional.empty();
        }
        Stretch whole = new Stretch(first, last);
        for (List<Phrase.Part> run : phrase.runs().subList(1, phrase.runs().size())) {
            Optional<Stretch> beside = beside(run, words, whole);
            if (beside.isEmpty()) {
                return Optional.empty();
            }
            whole = whole.with(beside.get());
        }
        return Optional.of(whole);
    }

    /** Where a further run stands in the same sentence, before or behind what was found so far. */
    private static Optional<Stretch> beside(List<Phrase.Part> run, List<Word> words, Stretch found) {
        int sentence = words.get(found.first()).sentence();
        int from = Math.max(0, found.first() - Phrase.REACH);
        int to = Math.min(words.size() - 1, found.last() + Phrase.REACH);
        for (int i = from; i <= to; i++) {
            boolean apart = i < found.first() || i > found.last();
            boolean opens = words.get(i).sentence() == sentence
                    && run.get(0).stems().contains(words.get(i).stem());
            if (apart && opens) {
                int last = lastWord(run, words, i);
                if (last >= 0 && (last < found.first() || i > found.last())) {
                    return Optional.of(new Stretch(i, last));
                }
            }
        }
        return Optional.empty();
    }

    /** The last word of a run that begins at {@code first}, or -1. */
    private static int lastWord(List<Phrase.Part> run, List<Word> words, int first) {
        int at = first;
        for (int p = 1; p < run.size() && at >= 0; p++) {
            at = next(run.get(p), words, at, words.get(first).sentence());
        }
        return at;
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
