package dev.keywright.ops.memory;

/** The normal distribution. */
final class Normal {

    private Normal() {}

    /** The share below {@code x} standard deviations; error below 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
    static double below(double x) {
        double z = Math.abs(x) / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * z);
        double tail = t
                * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
                * Math.exp(-z * z);
        return x < 0 ? tail / 2 : 1 - tail / 2;
    }
}
