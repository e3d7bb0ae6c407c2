package dev.keywright.expert.design;

/** What the data takes, in bytes, with the range it may lie in, the machine to buy and where the figures come from. */
public record MemoryEstimate(long totalBytes, long lowBytes, long highBytes, long machineBytes, String basis) {

    public static final MemoryEstimate UNKNOWN = new MemoryEstimate(0, 0, 0, 0, "nothing to size");
}
