package dev.keywright.ops.memory;

import java.util.List;

/**
 * A sample of described data in a real server, and what follows for all of it.
 *
 * @param server what it was loaded into
 * @param checks one for each kind of data
 * @param totalBytes measured keys and values with modelled tables, for the number of keys, the allocator and the version asked
 *     for
 */
public record Verification(String server, List<Check> checks, double totalBytes) {

    public Verification {
        checks = List.copyOf(checks);
    }

    /**
     * One kind of data.
     *
     * @param note how the sample differs from what was described; empty where it is only smaller
     */
    public record Check(String name, long keys, double measuredBytes, double modelBytes, double error, String note) {}

    /** The largest error, whatever its sign. */
    public double worstError() {
        return checks.stream()
                .mapToDouble(check -> Math.abs(check.error()))
                .max()
                .orElse(0);
    }
}
