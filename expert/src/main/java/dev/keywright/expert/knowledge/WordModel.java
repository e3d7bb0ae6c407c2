package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Word;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Says which of several classes a text belongs to, by what each of its words, pairs of neighbouring words and signs
 * weighs for each class: a multinomial logistic regression. The weights lie in {@code weights/<name>.tsv}; they are
 * fitted to sample texts that are no part of the program (see {@code docs/knowledge.md}), and can be read: one line
 * says what a word speaks for. Immutable, any number of threads.
 */
public final class WordModel {

    private static final String ROOT = "/dev/keywright/expert/weights/";
    private static final String NUMBER = "#";

    private final List<String> classes;
    private final Map<String, Weights> weights;

    /** What one feature weighs for the classes it says something about. */
    private static final class Weights {
        private final int[] classes;
        private final double[] values;

        /** @param written class and weight, such as {@code 0:1.3 2:-0.4} */
        Weights(String written) {
            String[] pairs = written.split(" ");
            classes = new int[pairs.length];
            values = new double[pairs.length];
            for (int i = 0; i < pairs.length; i++) {
                int colon = pairs[i].indexOf(':');
                classes[i] = Integer.parseInt(pairs[i], 0, colon, 10);
                values[i] = Double.parseDouble(pairs[i].substring(colon + 1));
            }
        }

        void addTo(double[] scores, double amount) {
            for (int i = 0; i < classes.length; i++) {
                scores[classes[i]] += values[i] * amount;
            }
        }
    }

    private WordModel(List<String> classes, Map<String, Weights> weights) {
        this.classes = classes;
        this.weights = weights;
    }

    static WordModel load(String name) {
        String path = ROOT + name + ".tsv";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(
                        WordModel.class.getResourceAsStream(path),
                        () -> path + " is missing from the program; build it again"),
                StandardCharsets.UTF_8))) {
            String head = lines.readLine(); // the classes, then which texts the weights were fitted to
            List<String> classes = List.of(head.split("\t")[0].split(" "));
            Map<String, Weights> weights = new HashMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                weights.put(line.substring(0, tab), new Weights(line.substring(tab + 1)));
            }
            return new WordModel(classes, weights);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be read", e);
        }
    }

    public List<String> classes() {
        return classes;
    }

    /** The share of each class, 0 to 1, together 1; {@code signs} are what else is seen in the text, and how much of it. */
    public Map<String, Double> shares(List<Word> words, Map<String, Double> signs) {
        double[] scores = new double[classes.size()];
        Set<String> features = features(words, weights.keySet());
        double each = weightOfOne(features.size());
        features.forEach(feature -> add(scores, feature, each));
        signs.forEach((sign, amount) -> add(scores, sign, amount));
        double most = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - most);
            sum += scores[i];
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            shares.put(classes.get(i), scores[i] / sum);
        }
        return shares;
    }

    private void add(double[] scores, String feature, double amount) {
        Weights found = weights.get(feature);
        if (found != null) {
            found.addTo(scores, amount);
        }
    }

    /** A text of many words says no more than one of few: what each counts, of {@code features} in all. */
    public static double weightOfOne(int features) {
        return features == 0 ? 0 : 3 / Math.sqrt(features + 4.0);
    }

    /**
     * What the words of a text are to a model: their stems and pairs of them. A word that the model does not know as it
     * was written stands as it was mended.
     */
    public static Set<String> features(List<Word> words, Set<String> known) {
        Set<String> features = new LinkedHashSet<>();
        String before = "^";
        int sentence = -1;
        for (Word word : words) {
            if (word.sentence() != sentence) {
                before = "^";
                sentence = word.sentence();
            }
            String stem = stem(word, known);
            features.add(stem);
            features.add(before + " " + stem);
            before = stem;
        }
        return features;
    }

    private static String stem(Word word, Set<String> known) {
        if (Character.isDigit(word.lower().charAt(0))) {
            return NUMBER;
        }
        String written = Stemmer.stem(word.lower());
        return known.contains(written) ? written : word.stem();
    }
}
