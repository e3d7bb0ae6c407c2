package dev.keywright.ops.memory;

/**
 * The model held against what a real server took for the same data. Tables of keys are left out where one is carried over to
 * the other: they grow by doubling, values grow evenly.
 *
 * @param items how many were loaded
 * @param measuredBytes what the server took
 * @param modelBytes what the model says for that server
 * @param tableBytes what of both are tables of keys
 */
public record SampleCheck(long items, double measuredBytes, double modelBytes, double tableBytes) {

    /** How much more the model says than the server took: 0.01 for a hundredth. */
    public double error() {
        return measuredBytes == 0 ? 0 : modelBytes / measuredBytes - 1;
    }

    /** Measured bytes of one item, its part of the tables apart. */
    public double itemBytes() {
        return items == 0 ? 0 : (measuredBytes - tableBytes) / items;
    }

    /** What to multiply the model's figure for keys and values with, to have what was measured. */
    public double correction() {
        double model = modelBytes - tableBytes;
        return model <= 0 ? 1 : (measuredBytes - tableBytes) / model;
    }
}
