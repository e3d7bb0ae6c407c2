package dev.keywright.ops.watch;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/**
 * The nodes of a cluster, as the first of those asked tells that answers; one that hangs holds up nobody.
 *
 * @param shards each node with the lowest slot of its master, 0 where a master has none
 */
record ClusterRoster(Map<Node, String> shards) {

    private static final int FIRST_SLOTS = 8;

    /** Empty where a node is of no cluster, may not be asked, or nobody answers within the patience. */
    static Optional<ClusterRoster> ask(
            ExecutorService threads, Collection<Node> nodes, Access access, Duration patience) {
        List<Callable<Optional<ClusterRoster>>> questions = nodes.stream()
                .map(node -> (Callable<Optional<ClusterRoster>>) () -> ask(node, access, patience))
                .toList();
        try {
            return threads.invokeAny(questions);
        } catch (ExecutionException nobody) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What is not allowed or not known costs the server an error it counts, so a server alone is not asked for a cluster. */
    private static Optional<ClusterRoster> ask(Node node, Access access, Duration patience) throws IOException {
        try (Wire wire = Wire.open(node, access, patience)) {
            return Info.parse(wire.ask("INFO", "cluster")).isCluster()
                    ? Optional.of(parse(wire.ask("CLUSTER", "NODES"), node))
                    : Optional.empty();
        }
    }

    /** @param asked who may leave out its own host */
    static ClusterRoster parse(String lines, Node asked) {
        List<String[]> rows = lines.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length >= FIRST_SLOTS && !words[2].matches(".*(noaddr|handshake).*"))
                .toList();
        Map<String, String> lowest = new HashMap<>();
        for (String[] words : rows) {
            if (words.length > FIRST_SLOTS && !words[FIRST_SLOTS].startsWith("[")) {
                lowest.put(words[0], words[FIRST_SLOTS].replaceFirst("-.*", ""));
            }
        }
        Map<Node, String> shards = new LinkedHashMap<>();
        for (String[] words : rows) {
            String address = words[1].replaceFirst("[@,].*", "");
            int colon = address.lastIndexOf(':');
            String host = colon == 0 ? asked.host() : address.substring(0, colon);
            String master = words[3].equals("-") ? words[0] : words[3];
            shards.put(
                    new Node(host, Integer.parseInt(address.substring(colon + 1))), lowest.getOrDefault(master, "0"));
        }
        return new ClusterRoster(shards);
    }
}
