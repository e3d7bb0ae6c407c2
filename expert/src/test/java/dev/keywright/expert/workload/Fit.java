package dev.keywright.expert.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Fits the weights of a multinomial logistic regression: stochastic gradient descent with per-weight steps (Duchi and
 * others, "Adaptive Subgradient Methods", 2011) and a ridge penalty. The same samples give the same weights.
 */
final class Fit {

    /** One text: what is seen in it and how much of it, and the classes that are right (any of them). */
    record Sample(Map<String, Double> features, List<String> right) {}

    private static final int ROUNDS = 40;
    private static final double STEP = 0.25;
    private static final double LEAST_WEIGHT = 0.1;

    /** Smaller ones were tried too: the classes of tasks by other authors were found as well, by three times the weights. */
    private static final double RIDGE = 0.002;

    /** A feature of fewer texts is left out. */
    private static final int FEWEST = 3;

    private static final int FEWEST_OF_A_PAIR = 6;

    private final List<String> classes;

    Fit(List<String> classes) {
        this.classes = List.copyOf(classes);
    }

    /** The weights by feature, in the order of the classes. */
    Map<String, double[]> weights(List<Sample> samples) {
        Map<String, Integer> texts = new HashMap<>();
        samples.forEach(sample -> sample.features().keySet().forEach(f -> texts.merge(f, 1, Integer::sum)));
        Map<String, Integer> place = new HashMap<>();
        List<String> names = new ArrayList<>(new TreeMap<>(texts).keySet());
        names.removeIf(name -> texts.getOrDefault(name, 0) < (name.indexOf(' ') > 0 ? FEWEST_OF_A_PAIR : FEWEST));
        names.forEach(name -> place.put(name, place.size()));
        int k = classes.size();
        double[][] weights = new double[names.size()][k];
        double[][] seen = new double[names.size()][k];
        List<Sample> order = new ArrayList<>(samples);
        Random random = new Random(17);
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(order, random);
            for (Sample sample : order) {
                learn(sample, place, weights, seen);
            }
        }
        Map<String, double[]> found = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            found.put(names.get(i), weights[i]);
        }
        return found;
    }

    private void learn(Sample sample, Map<String, Integer> place, double[][] weights, double[][] seen) {
        int k = classes.size();
        double[] scores = new double[k];
        sample.features().forEach((name, amount) -> {
            Integer at = place.get(name);
            if (at != null) {
                for (int c = 0; c < k; c++) {
                    scores[c] += weights[at][c] * amount;
                }
            }
        });
        double[] shares = shares(scores);
        double right = 0;
        for (String each : sample.right()) {
            right += shares[classes.indexOf(each)];
        }
        double[] slope = new double[k];
        for (int c = 0; c < k; c++) {
            double target = sample.right().contains(classes.get(c)) ? shares[c] / Math.max(right, 1e-9) : 0;
            slope[c] = shares[c] - target;
        }
        sample.features().forEach((name, amount) -> {
            Integer at = place.get(name);
            if (at != null) {
                for (int c = 0; c < k; c++) {
                    double gradient = slope[c] * amount + RIDGE * weights[at][c];
                    seen[at][c] += gradient * gradient;
                    weights[at][c] -= STEP * gradient / Math.sqrt(seen[at][c] + 1e-8);
                }
            }
        });
    }

    static double[] shares(double[] scores) {
        double most = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        double[] shares = new double[scores.length];
        for (int c = 0; c < scores.length; c++) {
            shares[c] = Math.exp(scores[c] - most);
            sum += shares[c];
        }
        for (int c = 0; c < scores.length; c++) {
            shares[c] /= sum;
        }
        return shares;
    }

    /** As the program reads them: the classes and of which texts, then a line per feature with what it weighs, small weights left out. */
    static String written(List<String> classes, String digest, Map<String, double[]> weights) {
        StringBuilder text = new StringBuilder(String.join(" ", classes))
                .append('\t')
                .append(digest)
                .append('\n');
        weights.forEach((name, values) -> {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < values.length; c++) {
                if (Math.abs(values[c]) >= LEAST_WEIGHT) {
                    line.append(line.isEmpty() ? "" : " ")
                            .append(c)
                            .append(':')
                            .append(String.format(Locale.ROOT, "%.1f", values[c]));
                }
            }
            if (!line.isEmpty()) {
                text.append(name).append('\t').append(line).append('\n');
            }
        });
        return text.toString();
    }
}
