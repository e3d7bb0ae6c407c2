package dev.keywright.ops.scan;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Topology;
import dev.keywright.ops.wire.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A master and its replicas, as the deployment tells them.
 *
 * @param master the server the URI leads to, where that is a replica
 * @param slots it serves in a cluster
 */
record Shard(Node master, List<Node> replicas, int slots) {

    /** All shards, and whether they make a cluster. */
    record All(List<Shard> shards, boolean cluster, List<String> notes) {

        /** Who stands where that shard stood. */
        Optional<Shard> like(Shard earlier) {
            return shards.stream()
                    .filter(each -> each.members().stream().anyMatch(earlier.members()::contains))
                    .findFirst()
                    .or(() -> shards.size() == 1 && !cluster ? Optional.of(shards.get(0)) : Optional.empty());
        }
    }

    /** @throws KeywrightException when nobody tells */
    static All find(RedisUri uri) {
        try (Connection connection = Connection.open(uri, ConnectionOptions.DEFAULTS)) {
            return of(connection.topology());
        } catch (KeywrightException.Misused refused) {
            if (uri.kind() != Topology.Kind.STANDALONE
                    || !String.valueOf(refused.getMessage()).contains("NOPERM")) {
                throw refused;
            }
            Endpoint only = uri.hosts().get(0);
            Shard shard = new Shard(new Node(only.host(), only.port()), List.of(), 0);
            return new All(
                    List.of(shard),
                    false,
                    List.of("ROLE is refused, so replicas are not known and " + only + " itself is read. Grant the user"
                            + " +role."));
        }
    }

    private static All of(Topology topology) {
        boolean cluster = topology.kind() == Topology.Kind.CLUSTER;
        List<Shard> shards = new ArrayList<>();
        if (topology.kind() == Topology.Kind.REPLICA) {
            shards.add(new Shard(node(topology.nodes().get(0)), List.of(), 0));
        }
        for (Topology.Node master : topology.masters()) {
            if (!cluster || master.slots() > 0) {
                List<Node> replicas = topology.replicas().stream()
                        .filter(replica -> replica.master()
                                .filter(master.endpoint()::equals)
                                .isPresent())
                        .map(Shard::node)
                        .toList();
                shards.add(new Shard(node(master), replicas, master.slots()));
            }
        }
        return new All(shards, cluster, List.of());
    }

    private static Node node(Topology.Node node) {
        return new Node(node.host(), node.port());
    }

    String name() {
        return master.toString();
    }

    List<Node> members() {
        List<Node> members = new ArrayList<>(replicas);
        members.add(master);
        return members;
    }

    /** Who is asked, in this order. */
    List<Node> candidates(Source from) {
        return switch (from) {
            case REPLICA -> members();
            case MASTER -> List.of(master);
        };
    }
}
