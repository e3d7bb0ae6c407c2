package dev.keywright.unique;

/**
 * How many different members there were.
 *
 * @param value the number, or its estimate
 * @param exact whether it is the number
 */
public record UniqueCount(long value, boolean exact) {

    /** The standard error of an estimate: 1.04 / sqrt(16384). Two thirds of all estimates are nearer, 997 of 1,000 within three times it. */
    public static final double SIGMA = 0.0081;

    /** How far from the truth the value may be by one standard error; 0 when it is exact. */
    public double error() {
        return exact ? 0 : SIGMA * value;
    }
}
