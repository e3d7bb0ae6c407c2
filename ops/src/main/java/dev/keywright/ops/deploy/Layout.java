package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where every process of a deployment runs. No host holds two copies of the same keys, and hosts are filled evenly.
 *
 * @param servers those that hold data: primaries first, then replicas
 * @param sentinels those that watch
 */
public record Layout(List<Node> servers, List<Node> sentinels) {

    private static final String HERE = "127.0.0.1";
    private static final int SENTINEL_OFFSET = 20_000;

    public static Layout of(Deployment deployment) {
        return new Spreader(deployment).spread();
    }

    List<Node> primaries() {
        return servers.stream().filter(node -> !node.isReplica()).toList();
    }

    List<Node> replicas() {
        return servers.stream().filter(Node::isReplica).toList();
    }

    /** Hands out hosts and ports. */
    private static final class Spreader {

        private final Deployment deployment;
        private final List<String> hosts;
        private final Map<String, Integer> load = new HashMap<>();
        private final List<Node> servers = new ArrayList<>();

        Spreader(Deployment deployment) {
            this.deployment = deployment;
            this.hosts = deployment.isLocal() ? List.of(HERE) : deployment.hosts();
        }

        Layout spread() {
            for (int shard = 0; shard < deployment.shards(); shard++) {
                add(hosts.get(shard % hosts.size()), Optional.empty());
            }
            List<Node> primaries = List.copyOf(servers);
            for (int copy = 0; copy < deployment.replicas(); copy++) {
                primaries.forEach(this::addReplica);
            }
            List<Node> sentinels = new ArrayList<>();
            for (int i = 0; i < deployment.sentinels(); i++) {
                int port = deployment.port() + SENTINEL_OFFSET + (deployment.isLocal() ? i : 0);
                sentinels.add(
                        new Node("sentinel-" + (i + 1), i + 1, hosts.get(i % hosts.size()), port, Optional.empty()));
            }
            return new Layout(List.copyOf(servers), List.copyOf(sentinels));
        }

        /** To the least laden host without a copy of these keys; among equals, to the first after the primary's. */
        private void addReplica(Node primary) {
            List<String> taken = servers.stream()
                    .filter(node -> node.equals(primary)
                            || node.primary().filter(primary::equals).isPresent())
                    .map(Node::host)
                    .toList();
            int after = hosts.indexOf(primary.host()) + 1;
            String host = hosts.stream()
                    .filter(candidate -> deployment.isLocal() || !taken.contains(candidate))
                    .min(Comparator.<String>comparingInt(candidate -> load.getOrDefault(candidate, 0))
                            .thenComparingInt(
                                    candidate -> Math.floorMod(hosts.indexOf(candidate) - after, hosts.size())))
                    .orElse(primary.host());
            add(host, Optional.of(primary));
        }

        private void add(String host, Optional<Node> primary) {
            int before = load.merge(host, 1, Integer::sum) - 1;
            int number = servers.size() + 1;
            String name = switch (deployment.topology()) {
                case STANDALONE -> "redis";
                case CLUSTER -> "node-" + number;
                case REPLICA, SENTINEL -> primary.isEmpty() ? "primary" : "replica-" + (number - 1);
            };
            servers.add(new Node(name, number, host, deployment.port() + before, primary));
        }
    }
}
