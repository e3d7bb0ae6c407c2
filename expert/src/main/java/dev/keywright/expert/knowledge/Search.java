package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Ranks documents by the words they share with a text: BM25 over weighted fields (BM25F), on stems, pairs of neighbouring
 * stems and names written in capitals.
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009. Immutable, any number of threads.
 *
 * @param <D> what is ranked
 */
public final class Search<D> {

    /**
     * How much each thing found counts beside a word.
     *
     * @param saturation how slowly a word said often stops to count more (k1 of BM25)
     * @param length how much a long document is held back (b of BM25)
     * @param pair two neighbouring words
     * @param name a command or setting in capitals
     * @param meant a word that is meant, not said
     * @param plain a word that shapes a question rather than says what it is about
     */
    public record Weights(double saturation, double length, double pair, double name, double meant, double plain) {

        /** Words only. */
        public static final Weights WORDS = new Weights(1.2, 0.4, 0, 0, 0, 1);

        /**
         * For questions to a body of knowledge. Measured with half of the 4,700 ways of asking left out and asked: 38 % of
         * them find their entry first, 57 % among the first three.
         */
        public static final Weights QUESTIONS = new Weights(2, 0.5, 0.15, 1.5, 0.5, 0.4);
    }

    /** Pairs are kept of fields that weigh at least this: titles, questions, terms, errors. */
    private static final double PAIRS_FROM = 1.5;

    /** Words that shape a question rather than say what it is about. */
    private static final Set<String> PLAIN_WORDS = Set.of(
            "how",
            "what",
            "whats",
            "which",
            "why",
            "when",
            "where",
            "who",
            "is",
            "are",
            "was",
            "were",
            "do",
            "does",
            "did",
            "if",
            "or",
            "not",
            "no",
            "but",
            "than",
            "then",
            "get",
            "gets",
            "got",
            "getting",
            "want",
            "need",
            "know",
            "tell",
            "see",
            "say",
            "says",
            "said",
            "think",
            "way",
            "best",
            "good",
            "bad",
            "ok",
            "okay",
            "thing",
            "things",
            "use",
            "used",
            "using",
            "help",
            "one",
            "two",
            "new",
            "now",
            "still",
            "always",
            "never",
            "like",
            "about",
            "after",
            "before",
            "out",
            "up",
            "down",
            "off",
            "over",
            "same",
            "other",
            "more",
            "much",
            "many",
            "only",
            "too",
            "come",
            "comes",
            "goes",
            "go",
            "make",
            "makes",
            "take",
            "takes",
            "give",
            "gives",
            "put",
            "keep",
            "happen",
            "happens",
            "happened",
            "actually",
            "work",
            "works",
            "between",
            "instead",
            "explain",
            "mean",
            "means",
            "better",
            "difference",
            "problem",
            "cause");

    /** A document found and how well it fits. */
    public record Found<D>(D document, double score) {}

    private record Posting(int document, double frequency) {}

    private final List<D> documents;
    private final Map<String, List<Posting>> postings;
    private final double[] lengths;
    private final double meanLength;
    private final Weights weights;

    private Search(List<D> documents, Map<String, List<Posting>> postings, double[] lengths, Weights weights) {
        this.weights = weights;
        this.documents = List.copyOf(documents);
        this.postings = postings;
        this.lengths = lengths;
        double sum = 0;
        for (double length : lengths) {
            sum += length;
        }
        this.meanLength = documents.isEmpty() ? 1 : sum / documents.size();
    }

    /** Collects documents and their weighted fields. */
    public static final class Builder<D> {
        private final List<D> documents = new ArrayList<>();
        private final List<Map<String, Double>> frequencies = new ArrayList<>();
        private final Weights weights;

        public Builder(Weights weights) {
            this.weights = weights;
        }

        /** Adds a document whose fields are texts with weights. */
        public Builder<D> add(D document, Map<String, Double> fields) {
            Map<String, Double> frequency = new TreeMap<>();
            fields.forEach((text, weight) -> {
                List<Word> words = telling(Words.of(text));
                for (int i = 0; i < words.size(); i++) {
                    Word word = words.get(i);
                    frequency.merge(word.stem(), weight, Double::sum);
                    if (weights.name() > 0 && isName(word)) {
                        frequency.merge(name(word), weight, Double::sum);
                    }
                    if (weights.pair() > 0 && weight >= PAIRS_FROM && isPair(words, i)) {
                        frequency.merge(pair(words, i), weight, Double::sum);
                    }
                }
            });
            documents.add(document);
            frequencies.add(frequency);
            return this;
        }

        public Search<D> build() {
            Map<String, List<Posting>> postings = new HashMap<>();
            double[] lengths = new double[documents.size()];
            for (int i = 0; i < lengths.length; i++) {
                int document = i;
                frequencies.get(i).forEach((stem, frequency) -> {
                    postings.computeIfAbsent(stem, key -> new ArrayList<>()).add(new Posting(document, frequency));
                    lengths[document] += isWord(stem) ? frequency : 0;
                });
            }
            return new Search<>(documents, postings, lengths, weights);
        }
    }

    /** The documents that share a word with the text, best first; equal ones in the order they were added. */
    public List<Found<D>> find(List<Word> words) {
        return find(words, List.of());
    }

    /** As {@link #find(List)}; {@code meant} are stems that the text means without saying them. */
    public List<Found<D>> find(List<Word> words, Collection<String> meant) {
        double[] scores = new double[lengths.length];
        asked(words, meant).forEach((term, weight) -> score(term, weight, scores));
        List<Found<D>> found = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > 0) {
                found.add(new Found<>(documents.get(i), scores[i]));
            }
        }
        found.sort(Comparator.comparingDouble((Found<D> f) -> -f.score()));
        return found;
    }

    /** How telling a stem is: high for rare ones, near 0 for those in most documents. */
    public double rarity(String stem) {
        int n = postings.getOrDefault(stem, List.of()).size();
        return Math.log(1 + (documents.size() - n + 0.5) / (n + 0.5));
    }

    /** What is looked for and how much each counts: the words, their pairs, names in capitals, what is meant. */
    private Map<String, Double> asked(List<Word> said, Collection<String> meant) {
        List<Word> words = telling(said);
        Map<String, Double> asked = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            boolean plain = PLAIN_WORDS.contains(word.lower());
            asked.merge(word.stem(), plain ? weights.plain() : 1.0, Math::max);
            if (isName(word)) {
                asked.put(name(word), weights.name());
            }
            if (isPair(words, i)
                    && !(plain && PLAIN_WORDS.contains(words.get(i - 1).lower()))) {
                asked.put(pair(words, i), weights.pair());
            }
        }
        meant.forEach(stem -> asked.merge(stem, weights.meant(), Math::max));
        return asked;
    }

    private static List<Word> telling(List<Word> words) {
        return words.stream()
                .filter(word -> !Words.FILLERS.contains(word.lower()))
                .toList();
    }

    /** A command or setting as manuals write it, such as WAIT, which is not the word "wait". */
    private static boolean isName(Word word) {
        return word.text().length() > 1
                && Character.isLetter(word.text().charAt(0))
                && word.text().equals(word.text().toUpperCase(Locale.ROOT));
    }

    private static String name(Word word) {
        return "=" + word.text();
    }

    private static boolean isPair(List<Word> words, int second) {
        return second > 0
                && words.get(second - 1).sentence() == words.get(second).sentence();
    }

    private static String pair(List<Word> words, int second) {
        return words.get(second - 1).stem() + ' ' + words.get(second).stem();
    }

    private static boolean isWord(String term) {
        return term.charAt(0) != '=' && term.indexOf(' ') < 0;
    }

    private void score(String term, double weight, double[] scores) {
        double rarity = weight * rarity(term);
        for (Posting posting : postings.getOrDefault(term, List.of())) {
            double norm = 1 - weights.length() + weights.length() * lengths[posting.document()] / meanLength;
            double frequency = posting.frequency() / norm;
            scores[posting.document()] +=
                    rarity * frequency * (weights.saturation() + 1) / (weights.saturation() + frequency);
        }
    }
}
