package dev.keywright.ops.scan;

/**
 * A figure estimated from a sample.
 *
 * @param value the best guess
 * @param error with a confidence of 95 % the truth is not farther away than this
 */
public record Interval(double value, double error) {

    /** Half the width of an interval that holds 95 % of a normal distribution, in standard deviations. */
    private static final double DEVIATIONS = 1.96;

    /**
     * The total of a population from the sums of a sample drawn without regard to the values.
     *
     * @param sampled how many were drawn
     * @param sum of the sampled values
     * @param squares sum of their squares
     * @param population how many there are
     */
    public static Interval of(long sampled, double sum, double squares, long population) {
        if (sampled == 0 || sampled >= population) {
            return new Interval(sum, 0);
        }
        double mean = sum / sampled;
        double variance = sampled < 2 ? mean * mean : Math.max(0, squares - sampled * mean * mean) / (sampled - 1);
        double left = 1 - (double) sampled / population;
        return new Interval(mean * population, DEVIATIONS * population * Math.sqrt(variance / sampled * left));
    }

    public double low() {
        return Math.max(0, value - error);
    }

    public double high() {
        return value + error;
    }
}
