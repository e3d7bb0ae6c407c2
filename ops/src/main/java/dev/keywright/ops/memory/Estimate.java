package dev.keywright.ops.memory;

import java.util.List;

/**
 * What data will add to an empty server's {@code used_memory}.
 *
 * @param totalBytes expected
 * @param lowBytes what it may come down to: the data as after a restart, chance on its side
 * @param highBytes what it may reach at rest: grown in place, chance against it
 * @param keys of all data sets together
 * @param parts what takes it; they add up to the total
 */
public record Estimate(double totalBytes, double lowBytes, double highBytes, long keys, List<Part> parts) {

    public Estimate {
        parts = List.copyOf(parts);
    }

    /** One thing that takes memory. */
    public record Part(String name, double bytes) {}

    public double perKeyBytes() {
        return keys == 0 ? 0 : totalBytes / keys;
    }
}
