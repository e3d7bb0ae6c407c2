package dev.keywright.testing;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How servers were right after their start, and the way back there. */
final class Baseline {

    private final Redis redis;
    private final List<Node> nodes;

    private record Node(Standalone server, Map<String, String> configuration, String users, String slots) {}

    Baseline(Redis redis) {
        this.redis = redis;
        this.nodes = redis.nodes().stream()
                .map(node -> new Node(node, node.configuration(), node.command("ACL", "LIST"), slots(redis, node)))
                .toList();
    }

    Redis redis() {
        return redis;
    }

    /** @throws ServerException when they cannot be brought back; then only new servers will do */
    void restore() {
        nodes.forEach(Baseline::revive);
        if (redis instanceof Cluster cluster) {
            cluster.awaitAgreement();
        }
        for (Node node : nodes) {
            resetConfiguration(node);
            Standalone server = node.server();
            server.command("CLIENT", "UNPAUSE");
            server.command("FLUSHALL", "SYNC");
            server.command("SCRIPT", "FLUSH", "SYNC");
            server.command("FUNCTION", "FLUSH", "SYNC");
            server.command("CONFIG", "RESETSTAT");
            server.command("SLOWLOG", "RESET");
            if (!server.command("ACL", "LIST").equals(node.users())) {
                throw new ServerException("The users were changed (" + server + "). Start a new server.");
            }
            if (!slots(redis, server).equals(node.slots())) {
                throw new ServerException("The slots were moved (" + server + "). Start a new cluster.");
            }
        }
    }

    private static void revive(Node node) {
        Standalone server = node.server();
        if (server.isRunning()) {
            server.thaw();
        } else {
            server.restart();
        }
        if (node.slots().isEmpty() && !server.info("role").equals("master")) {
            server.command("REPLICAOF", "NO", "ONE");
        }
    }

    private static void resetConfiguration(Node node) {
        Map<String, String> changed = new LinkedHashMap<>(node.configuration());
        changed.entrySet().removeAll(node.server().configuration().entrySet());
        changed.forEach((name, value) -> node.server().command("CONFIG", "SET", name, value));
    }

    private static String slots(Redis redis, Standalone node) {
        return redis instanceof Cluster ? node.command("CLUSTER", "SLOTS") : "";
    }
}
