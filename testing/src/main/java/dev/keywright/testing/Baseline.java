package dev.keywright.testing;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How servers were right after their start, and the way back there. */
final class Baseline {

    private final Redis redis;
    private final List<Node> nodes;
    private final String bond;

    private record Node(Standalone server, Map<String, String> configuration, String users, boolean master) {}

    Baseline(Redis redis) {
        this.redis = redis;
        this.nodes = redis.nodes().stream()
                .map(node -> new Node(node, node.configuration(), node.command("ACL", "LIST"), isMaster(node)))
                .toList();
        this.bond = bond();
    }

    Redis redis() {
        return redis;
    }

    /** @throws ServerException when they cannot be brought back; then only new servers will do */
    void restore() {
        expectNoFailover();
        nodes.forEach(node -> revive(node.server()));
        restoreRoles();
        nodes.forEach(Baseline::resetConfiguration);
        nodes.forEach(node -> node.server().command("CLIENT", "UNPAUSE"));
        redis.flushAll();
        for (Node node : nodes) {
            Standalone server = node.server();
            server.command("SCRIPT", "FLUSH", "SYNC");
            if (isMaster(server)) {
                server.command("FUNCTION", "FLUSH", "SYNC");
            }
            server.command("CONFIG", "RESETSTAT");
            server.command("SLOWLOG", "RESET");
            if (!server.command("ACL", "LIST").equals(node.users())) {
                throw new ServerException("The users were changed (" + server + "). Start a new server.");
            }
        }
    }

    /** A primary that comes back while its replicas elect another is waited for longer than a start takes. */
    private void expectNoFailover() {
        boolean failsOver = redis.topology() == Topology.SENTINEL
                || redis.topology() == Topology.CLUSTER && nodes.stream().anyMatch(node -> !node.master());
        if (failsOver
                && nodes.stream()
                        .anyMatch(node -> node.master() && !node.server().isRunning())) {
            throw new ServerException(
                    "A primary is dead and may be replaced at any moment (" + redis + "). Start new ones.");
        }
    }

    private static void revive(Standalone server) {
        if (server.isRunning()) {
            server.thaw();
            server.freeDisk();
        } else {
            server.restart();
        }
    }

    /** Makes masters and replicas of those that were, where that is quicker than to start anew. */
    private void restoreRoles() {
        if (redis instanceof Replication replication) {
            restoreRoles(replication);
        } else if (redis instanceof Sentinel sentinel) {
            sentinel.sentinels().forEach(Baseline::revive);
            expectBond();
            sentinel.awaitAgreement();
        } else if (redis instanceof Cluster cluster) {
            cluster.awaitAgreement();
        } else {
            nodes.stream()
                    .map(Node::server)
                    .filter(server -> !isMaster(server))
                    .forEach(server -> server.command("REPLICAOF", "NO", "ONE"));
        }
        expectBond();
    }

    private static void restoreRoles(Replication replication) {
        List<Standalone> all = replication.nodes();
        Standalone first = all.get(0);
        if (!isMaster(first)) {
            first.command("REPLICAOF", "NO", "ONE");
        }
        for (Standalone replica : all.subList(1, all.size())) {
            replica.command("REPLICAOF", "127.0.0.1", Integer.toString(first.port()));
        }
        replication.awaitInSync();
    }

    private void expectBond() {
        if (!bond().equals(bond)) {
            throw new ServerException(
                    "The nodes have other roles or slots than at their start (" + redis + "). Start new ones.");
        }
    }

    /** What binds the nodes together, so far as it cannot be brought back quickly. */
    private String bond() {
        if (redis instanceof Sentinel sentinel) {
            return sentinel.sentinels().stream().map(Baseline::watch).collect(Collectors.joining("; "));
        }
        return redis.topology() == Topology.CLUSTER
                ? nodes.stream().map(node -> shards(node.server())).collect(Collectors.joining("; "))
                : "";
    }

    /** Whom a Sentinel takes for the primary, since when, and how it watches. */
    private static String watch(Standalone sentinel) {
        List<String> lines = sentinel.command("SENTINEL", "MASTER", Sentinel.MASTER_NAME)
                .lines()
                .toList();
        return Stream.of(
                        "port",
                        "config-epoch",
                        "quorum",
                        "down-after-milliseconds",
                        "failover-timeout",
                        "parallel-syncs")
                .map(name -> name + " " + lines.get(lines.indexOf(name) + 1))
                .collect(Collectors.joining(" "));
    }

    /** Ids, roles and slots as a node tells them, without what changes all the time. */
    private static String shards(Standalone node) {
        return node.command("CLUSTER", "NODES")
                .lines()
                .map(line -> line.split(" "))
                .map(words -> words[0] + (words[2].contains("master") ? " master " : " replica ") + words[3] + " "
                        + String.join(" ", Arrays.asList(words).subList(8, words.length)))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static boolean isMaster(Standalone server) {
        return server.command("ROLE").startsWith("master");
    }

    private static void resetConfiguration(Node node) {
        Map<String, String> changed = new LinkedHashMap<>(node.configuration());
        changed.entrySet().removeAll(node.server().configuration().entrySet());
        changed.forEach((name, value) -> node.server().command("CONFIG", "SET", name, value));
    }
}
