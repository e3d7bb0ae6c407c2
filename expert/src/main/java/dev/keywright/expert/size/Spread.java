package dev.keywright.expert.size;

import java.util.Optional;

/**
 * Lengths of which more than one figure is said, as one log-normal notation: a middle with a percentile or with a deviation, the
 * least with the most.
 */
final class Spread {

    static final String AVERAGE = "average ";
    static final String MEDIAN = "median ";
    static final String LEAST = "least ";
    static final String DEVIATION = " deviation ";
    private static final String MOST = "1-";

    /** Wider ones say more of giants than of the rest. */
    private static final double WIDEST = 2;

    private Spread() {}

    /** As a notation the model reads. */
    static String plain(String notation) {
        return notation.startsWith(MEDIAN)
                ? AVERAGE + notation.substring(MEDIAN.length())
                : notation.startsWith(LEAST) ? notation.substring(LEAST.length()) : notation;
    }

    /** Both as one; empty where they do not fit together, so that the later one counts. */
    static Optional<String> joined(String first, String second) {
        return leastAndMost(first, second).or(() -> leastAndMost(second, first));
    }

    private static Optional<String> leastAndMost(String least, String most) {
        return least.startsWith(LEAST)
                        && most.startsWith(MOST)
                        && Said.middle(least) < Double.parseDouble(most.substring(MOST.length()))
                ? Optional.of(least.substring(LEAST.length()) + "-" + most.substring(MOST.length()))
                : Optional.empty();
    }

    /** Whether it tells less than what is known: the most, where the average is known. */
    static boolean isLess(String known, String notation) {
        boolean middle = known.startsWith(AVERAGE) || known.startsWith(MEDIAN);
        return middle && (notation.startsWith(MOST) || notation.startsWith(LEAST));
    }

    /** A middle with how far lengths stray from it. */
    static String straying(String middle, double by) {
        return AVERAGE + SizeWords.number(Said.middle(middle)) + DEVIATION + SizeWords.number(Math.max(1, by));
    }

    /**
     * A middle with a percentile; empty where that is not above it.
     *
     * @param deviations where the percentile stands in a normal distribution
     */
    static Optional<String> tailed(String middle, double deviations, double tail) {
        double centre = Said.middle(middle);
        if (centre <= 0 || tail <= centre || middle.contains("integers")) {
            return Optional.empty();
        }
        double far = Math.log(tail / centre);
        boolean median = middle.startsWith(MEDIAN);
        double root = deviations * deviations - 2 * far;
        double sigma = Math.min(WIDEST, median ? far / deviations : deviations - Math.sqrt(Math.max(0, root)));
        double mean = median ? centre * Math.exp(sigma * sigma / 2) : centre;
        double deviation = mean * Math.sqrt(Math.expm1(sigma * sigma));
        return Optional.of(AVERAGE
                + SizeWords.number(Math.rint(mean))
                + DEVIATION
                + SizeWords.number(Math.max(1, Math.rint(deviation))));
    }
}
