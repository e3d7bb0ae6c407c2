package dev.keywright.expert.design;

import java.util.Locale;

/** What the data takes, in bytes, with the range it may lie in, the machine to buy and where the figures come from. */
public record MemoryEstimate(long totalBytes, long lowBytes, long highBytes, long machineBytes, String basis) {

    public static final MemoryEstimate UNKNOWN = new MemoryEstimate(0, 0, 0, 0, "nothing to size");

    /** Ends the basis of an estimate that stands on the model alone. */
    static final String NOT_MEASURED = "; not measured)";

    private static final double NEGLIGIBLE = 0.02;

    /**
     * The estimate after the model was held against a sample, corrected where it was off. One that does not stand on the model
     * alone stays as it is.
     *
     * @param items size of the sample
     * @param error how much more the model says than the server took: 0.1 for a tenth
     */
    public MemoryEstimate checked(long items, double error) {
        if (!basis.endsWith(NOT_MEASURED)) {
            return this;
        }
        String checked = String.format(
                Locale.ROOT,
                "model, checked by a sample of %s: error %.1f %%",
                Amounts.count((double) items),
                100 * error);
        return Math.abs(error) <= NEGLIGIBLE
                ? Sizing.scaled(this, 1, checked)
                : Sizing.scaled(this, 1 / (1 + error), checked + ", corrected by it");
    }
}
