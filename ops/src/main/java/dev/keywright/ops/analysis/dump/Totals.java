package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.memory.Estimate;
import java.util.List;

/**
 * What the keys of a dump add up to: {@code used_memory} of an idle server that holds them, part by part, before any client comes.
 *
 * @param values as the allocator gives them; MEMORY USAGE counts them otherwise
 * @param names of keys, with their entries
 * @param expiryEntries one for each key with a TTL
 * @param keyTables of all databases; in a cluster of 7.4 and newer, of all hash slots
 * @param expiryTables the same for keys with a TTL
 * @param slotHeads what each hash slot in use has beside its tables, in such a cluster
 * @param functions sources of libraries
 * @param server the same server when it is empty
 * @param usage the sum over all keys as MEMORY USAGE counts them: no part of the total
 */
public record Totals(
        double values,
        double names,
        double expiryEntries,
        double keyTables,
        double expiryTables,
        double slotHeads,
        double functions,
        double server,
        double usage) {

    /** What the dump adds to an empty server. */
    public double dataBytes() {
        return values + names + expiryEntries + keyTables + expiryTables + slotHeads + functions;
    }

    public double totalBytes() {
        return dataBytes() + server;
    }

    /** All that the total consists of. */
    public List<Estimate.Part> parts() {
        return List.of(
                new Estimate.Part("values", values),
                new Estimate.Part("keys", names),
                new Estimate.Part("expiry entries", expiryEntries),
                new Estimate.Part("key tables", keyTables),
                new Estimate.Part("expiry tables", expiryTables),
                new Estimate.Part("hash slots", slotHeads),
                new Estimate.Part("functions", functions),
                new Estimate.Part("empty server", server));
    }
}
