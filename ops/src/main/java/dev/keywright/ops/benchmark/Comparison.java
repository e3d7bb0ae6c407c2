package dev.keywright.ops.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How two servers did in rounds that took turns.
 *
 * @param confidence of every interval
 * @param ratios of the second to the first
 */
public record Comparison(String first, String second, double confidence, List<Ratio> ratios) {

    public Comparison {
        ratios = List.copyOf(ratios);
    }

    /** What an interval says. */
    public enum Verdict {
        /** It holds 1. */
        NO_DIFFERENCE_SEEN,
        HIGHER,
        LOWER
    }

    /**
     * A figure of the second server divided by the same of the first.
     *
     * @param median of all pairs of rounds
     * @param low the interval that holds the true median with the confidence asked for; absent for too few pairs
     */
    public record Ratio(
            String figure, double median, Optional<Double> low, Optional<Double> high, int pairs, Verdict verdict) {}

    /**
     * The median of ratios and its interval by signs: each ratio lies above the true median with a chance of one half, whatever its
     * distribution, so the k-th from both ends enclose it with a chance that the binomial distribution tells.
     */
    static Ratio ratio(String figure, double[] ratios, double confidence) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        double median = median(sorted);
        int outer = outer(sorted.length, confidence);
        if (outer < 0) {
            return new Ratio(
                    figure,
                    rounded(median),
                    Optional.empty(),
                    Optional.empty(),
                    sorted.length,
                    Verdict.NO_DIFFERENCE_SEEN);
        }
        double low = sorted[outer];
        double high = sorted[sorted.length - 1 - outer];
        Verdict verdict = low > 1 ? Verdict.HIGHER : high < 1 ? Verdict.LOWER : Verdict.NO_DIFFERENCE_SEEN;
        return new Ratio(
                figure, rounded(median), Optional.of(rounded(low)), Optional.of(rounded(high)), sorted.length, verdict);
    }

    /** How many ratios may be left out at each end; -1 when even all of them do not suffice. */
    private static int outer(int count, double confidence) {
        double missed = 0;
        double chance = Math.pow(0.5, count);
        int outer = -1;
        for (int k = 0; k < count / 2; k++) {
            missed += 2 * chance;
            if (1 - missed < confidence) {
                break;
            }
            outer = k;
            chance = chance * (count - k) / (k + 1);
        }
        return outer;
    }

    static Comparison of(
            String first, String second, List<Measured> ofFirst, List<Measured> ofSecond, double confidence) {
        return new Comparison(
                first,
                second,
                confidence,
                List.of(
                        ratio("throughput", ratios(ofFirst, ofSecond, Measured::perSecond), confidence),
                        ratio("p50", ratios(ofFirst, ofSecond, round -> Latency.at(round.all(), 50)), confidence),
                        ratio("p99", ratios(ofFirst, ofSecond, round -> Latency.at(round.all(), 99)), confidence)));
    }

    private static double[] ratios(List<Measured> ofFirst, List<Measured> ofSecond, ToDoubleFunction<Measured> figure) {
        double[] ratios = new double[Math.min(ofFirst.size(), ofSecond.size())];
        for (int i = 0; i < ratios.length; i++) {
            double base = figure.applyAsDouble(ofFirst.get(i));
            ratios[i] = base > 0 ? figure.applyAsDouble(ofSecond.get(i)) / base : 1;
        }
        return ratios;
    }

    /** Of figures in order. */
    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double rounded(double ratio) {
        return Math.round(ratio * 1e4) / 1e4;
    }
}
