package dev.keywright.ops.backup;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import dev.keywright.ops.wire.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A server that takes writes.
 *
 * @param slots of a cluster, as CLUSTER NODES writes them, such as {@code 0-5460 9000}; empty otherwise
 */
record Primary(Node node, String slots) {

    private static final int FIRST_SLOT_WORD = 8;

    /** Those behind a connection; in a cluster the ones that serve slots and are not known to have failed, by first slot. */
    static List<Primary> of(Connection connection) {
        Topology topology = connection.topology();
        if (topology.kind() == Topology.Kind.CLUSTER) {
            return cluster(connection);
        }
        List<Topology.Node> masters = topology.masters();
        Topology.Node node = masters.isEmpty() ? topology.nodes().get(0) : masters.get(0);
        return List.of(new Primary(new Node(node.host(), node.port()), ""));
    }

    private static List<Primary> cluster(Connection connection) {
        String view = connection
                .call(Command.named("CLUSTER").argument("NODES").buildRepeatable())
                .orThrow("CLUSTER NODES on " + connection)
                .text();
        Topology topology = connection.topology();
        List<Primary> primaries = new ArrayList<>();
        for (String line : view.split("\n", -1)) {
            String[] words = line.strip().split(" ");
            if (words.length > FIRST_SLOT_WORD) {
                List<String> flags = List.of(words[2].split(","));
                List<String> slots = Arrays.stream(words, FIRST_SLOT_WORD, words.length)
                        .filter(slot -> !slot.startsWith("["))
                        .toList();
                if (flags.contains("master") && !flags.contains("fail") && !slots.isEmpty()) {
                    primaries.add(new Primary(address(words[0], words[1], topology), String.join(" ", slots)));
                }
            }
        }
        primaries.sort(Comparator.comparingInt(Primary::firstSlot));
        return primaries;
    }

    /**
     * {@code 10.0.0.1:7000@17000,name}: the host, the port and what clients do not need. A node that has met no other does not know
     * its own host; the connection knows it.
     */
    private static Node address(String id, String text, Topology topology) {
        String plain = text.split("[@,]", 2)[0];
        int colon = plain.lastIndexOf(':');
        Node told = new Node(plain.substring(0, colon), Integer.parseInt(plain.substring(colon + 1)));
        return topology.nodes().stream()
                .filter(node ->
                        told.host().isEmpty() && node.id().filter(id::equals).isPresent())
                .map(node -> new Node(node.host(), node.port()))
                .findFirst()
                .orElse(told);
    }

    private int firstSlot() {
        return Integer.parseInt(slots.split("[ -]", 2)[0]);
    }

    IntStream eachSlot() {
        return eachSlot(slots);
    }

    static IntStream eachSlot(String slots) {
        return Arrays.stream(slots.split(" ")).flatMapToInt(range -> {
            String[] ends = range.split("-");
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        });
    }

    int count() {
        return (int) eachSlot().count();
    }
}
