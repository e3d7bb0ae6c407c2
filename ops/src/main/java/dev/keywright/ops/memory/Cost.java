package dev.keywright.ops.memory;

/**
 * Bytes of one item among many alike.
 *
 * @param mean expected bytes
 * @param variance between items, in bytes squared: what a data set of few items may stray by
 * @param doubt bytes by which the mean itself may be wrong
 */
record Cost(double mean, double variance, double doubt) {

    static final Cost NOTHING = new Cost(0, 0, 0);

    static Cost exactly(double bytes) {
        return new Cost(bytes, 0, 0);
    }

    Cost plus(double bytes) {
        return new Cost(mean + bytes, variance, doubt);
    }

    Cost plus(Cost other) {
        return new Cost(mean + other.mean, variance + other.variance, doubt + other.doubt);
    }

    /** So many items, each on its own. */
    Cost times(long count) {
        return new Cost(mean * count, variance * count, doubt * count);
    }

    Cost withDoubt(double bytes) {
        return new Cost(mean, variance, doubt + bytes);
    }

    /** This with a probability, the other otherwise. */
    Cost or(double probability, Cost other) {
        double rest = 1 - probability;
        double between = mean - other.mean;
        return new Cost(
                probability * mean + rest * other.mean,
                probability * variance + rest * other.variance + probability * rest * between * between,
                probability * doubt + rest * other.doubt);
    }
}
