package dev.keywright.server;

import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * A line of CLUSTER NODES: what one node believes of another, or of itself.
 *
 * @param master the id of the master a replica follows, {@code -} at a master
 * @param slots that a master owns
 */
record ClusterEntry(String id, int port, Set<String> flags, String master, long epoch, BitSet slots) {

    static List<ClusterEntry> all(String clusterNodes) {
        return clusterNodes.lines().map(ClusterEntry::of).toList();
    }

    private static ClusterEntry of(String line) {
        String[] words = line.split(" ");
        String address = words[1].split("[@,]", 2)[0];
        BitSet slots = new BitSet();
        for (int i = 8; i < words.length; i++) {
            if (!words[i].startsWith("[")) { // [slot->-id]: on its way
                String[] ends = words[i].split("-");
                slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return new ClusterEntry(
                words[0],
                Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)),
                Set.of(words[2].split(",")),
                words[3],
                Long.parseLong(words[6]),
                slots);
    }

    boolean is(String flag) {
        return flags.contains(flag);
    }

    /** What all nodes must agree on. */
    String facts() {
        return "127.0.0.1:" + port + (is("master") ? " master of " + slots : " replica of " + master);
    }
}
