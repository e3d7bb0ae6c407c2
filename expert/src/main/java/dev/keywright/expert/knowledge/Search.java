package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ranks documents by the words they share with a text: BM25 over weighted fields (BM25F), on stems.
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009. Immutable, any number of threads.
 *
 * @param <D> what is ranked
 */
public final class Search<D> {

    private static final double K1 = 1.2;
    private static final double B = 0.4;

    /** A document found and how well it fits. */
    public record Found<D>(D document, double score) {}

    private record Posting(int document, double frequency) {}

    private final List<D> documents;
    private final Map<String, List<Posting>> postings;
    private final double[] lengths;
    private final double meanLength;

    private Search(List<D> documents, Map<String, List<Posting>> postings, double[] lengths) {
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

        /** Adds a document whose fields are texts with weights. */
        public Builder<D> add(D document, Map<String, Double> fields) {
            Map<String, Double> frequency = new TreeMap<>();
            fields.forEach((text, weight) -> {
                for (Word word : Words.of(text)) {
                    if (!Words.FILLERS.contains(word.lower())) {
                        frequency.merge(word.stem(), weight, Double::sum);
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
                    lengths[document] += frequency;
                });
            }
            return new Search<>(documents, postings, lengths);
        }
    }

    /** The documents that share a word with the text, best first; equal ones in the order they were added. */
    public List<Found<D>> find(List<Word> words) {
        double[] scores = new double[lengths.length];
        words.stream()
                .filter(word -> !Words.FILLERS.contains(word.lower()))
                .map(Word::stem)
                .distinct()
                .forEach(stem -> score(stem, scores));
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

    private void score(String stem, double[] scores) {
        double rarity = rarity(stem);
        for (Posting posting : postings.getOrDefault(stem, List.of())) {
            double norm = 1 - B + B * lengths[posting.document()] / meanLength;
            double frequency = posting.frequency() / norm;
            scores[posting.document()] += rarity * frequency * (K1 + 1) / (K1 + frequency);
        }
    }
}
