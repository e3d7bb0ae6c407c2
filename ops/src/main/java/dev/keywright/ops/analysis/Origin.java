package dev.keywright.ops.analysis;

import dev.keywright.ops.memory.Profile;
import java.util.List;
import java.util.Optional;

/**
 * Where keys come from, as their source tells when all are told.
 *
 * @param name of a deployment or file; never with a password
 * @param kind in a few words: {@code replica}, {@code cluster of 3 shards}, {@code RDB file of version 10}
 * @param server product and version, as far as known
 * @param profile what decides how much memory the data takes there
 * @param cluster whether keys live in slots
 * @param keysThere how many keys there are; of those, how many the tallies were told follows from them
 * @param sampledRatio of how many keys facts were read; 1 for all
 * @param usedMemoryBytes {@code used_memory} of all masters or of the servers read; empty where only a prediction can be had
 * @param others parts of it that are not keys
 * @param shards where there are several, one each
 * @param evictionPolicy where it is known
 * @param lfu whether the server counts use instead of idle time
 * @param tookSeconds how long reading took
 * @param notes sentences: what was assumed, refused or left out
 * @param problems sentences: why not all was read; empty when all was
 */
public record Origin(
        String name,
        String kind,
        String server,
        Profile profile,
        boolean cluster,
        long keysThere,
        double sampledRatio,
        Optional<Long> usedMemoryBytes,
        List<AnalysisReport.Part> others,
        List<AnalysisReport.Shard> shards,
        Optional<String> evictionPolicy,
        boolean lfu,
        double tookSeconds,
        List<String> notes,
        List<String> problems) {

    public Origin {
        others = List.copyOf(others);
        shards = List.copyOf(shards);
        notes = List.copyOf(notes);
        problems = List.copyOf(problems);
    }
}
