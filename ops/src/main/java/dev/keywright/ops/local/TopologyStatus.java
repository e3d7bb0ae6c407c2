package dev.keywright.ops.local;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a topology is, node by node.
 *
 * @param uri where clients connect; without a password
 * @param whole whether every server is up, every replica linked and every slot served
 */
public record TopologyStatus(String topology, String uri, boolean whole, List<NodeStatus> nodes) {

    private static final int SLOTS = 16_384;

    public TopologyStatus {
        nodes = List.copyOf(nodes);
    }

    /** Asks every node a URI leads to. */
    public static TopologyStatus of(String uri) {
        try (Connection connection = Connection.open(uri)) {
            List<String> addresses = connection.topology().nodes().stream()
                    .map(node -> node.host() + ":" + node.port())
                    .toList();
            return asked(connection, connection.toString(), addresses, Map.of());
        }
    }

    /** Asks every process of a topology that another process keeps. */
    public static TopologyStatus of(Running running) {
        Map<String, Long> pids = new LinkedHashMap<>();
        running.nodes().forEach(node -> pids.put(node.address(), node.pid()));
        try (Connection connection = Connection.open(running.uri())) {
            return asked(connection, running.shownUri(), List.copyOf(pids.keySet()), pids);
        } catch (KeywrightException.Unavailable nobody) {
            List<NodeStatus> nodes = pids.entrySet().stream()
                    .map(node -> NodeStatus.silent(node.getKey(), node.getValue(), "down"))
                    .toList();
            return new TopologyStatus(running.topology(), running.shownUri(), false, nodes);
        }
    }

    private static TopologyStatus asked(
            Connection connection, String uri, List<String> addresses, Map<String, Long> pids) {
        Map<String, String> infos = new HashMap<>();
        Map<String, Integer> slots = new HashMap<>();
        boolean cluster = connection.topology().kind() == dev.keywright.connection.Topology.Kind.CLUSTER;
        List<NodeStatus> nodes = new ArrayList<>();
        for (String address : addresses) {
            int colon = address.lastIndexOf(':');
            try (Connection node =
                    connection.node(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
                String info = text(node, Command.named("INFO").argument("everything"));
                infos.put(address, info);
                if (cluster && slots.isEmpty()) {
                    slots.putAll(slots(text(node, Command.named("CLUSTER").argument("NODES"))));
                }
                nodes.add(NodeStatus.of(address, info, Optional.ofNullable(slots.get(address))));
            } catch (KeywrightException silent) {
                nodes.add(NodeStatus.silent(address, pids.getOrDefault(address, 0L), "down"));
            }
        }
        String kind = connection.topology().kind().name().toLowerCase(Locale.ROOT);
        return of(kind, uri, nodes, infos, cluster);
    }

    private static String text(Connection node, Command.Builder command) {
        return node.call(command.buildRepeatable()).orThrow("status").text();
    }

    /** Asks every process: INFO, and one node of a cluster for the slots. */
    static TopologyStatus of(Redis redis, String uri) {
        Map<String, Integer> slots = redis instanceof Cluster ? slots(redis.nodes()) : Map.of();
        Map<String, String> infos = new HashMap<>();
        List<NodeStatus> nodes = new ArrayList<>();
        for (Standalone node : LocalTopology.processes(redis)) {
            String address = "127.0.0.1:" + node.port();
            try {
                String info = node.command("INFO", "everything");
                infos.put(address, info);
                nodes.add(NodeStatus.of(address, info, Optional.ofNullable(slots.get(address))));
            } catch (ServerException silent) {
                nodes.add(NodeStatus.silent(
                        address, node.isRunning() ? node.pid() : 0, node.isRunning() ? "frozen" : "down"));
            }
        }
        return of(redis.topology().name().toLowerCase(Locale.ROOT), uri, nodes, infos, redis instanceof Cluster);
    }

    /** @param infos what each node that answered said of itself, by address */
    static TopologyStatus of(
            String topology, String uri, List<NodeStatus> nodes, Map<String, String> infos, boolean cluster) {
        List<NodeStatus> measured =
                nodes.stream().map(node -> withLag(node, infos)).toList();
        boolean up = measured.stream()
                .allMatch(node -> node.state().equals("up") && node.linkUp().orElse(true));
        int served = measured.stream().mapToInt(node -> node.slots().orElse(0)).sum();
        return new TopologyStatus(topology, uri, up && (!cluster || served == SLOTS), measured);
    }

    private static NodeStatus withLag(NodeStatus node, Map<String, String> infos) {
        Optional<String> master = node.master().map(infos::get);
        if (master.isEmpty()) {
            return node;
        }
        Optional<Long> sent = NodeStatus.number(NodeStatus.fields(master.get()), "master_repl_offset");
        Optional<Long> received =
                NodeStatus.number(NodeStatus.fields(infos.getOrDefault(node.address(), "")), "slave_repl_offset");
        return sent.isPresent() && received.isPresent() ? node.behind(sent.get(), received.get()) : node;
    }

    private static Map<String, Integer> slots(List<Standalone> nodes) {
        for (Standalone node : nodes) {
            if (node.isRunning()) {
                try {
                    return slots(node.command("CLUSTER", "NODES"));
                } catch (ServerException silent) {
                    // The next one may answer.
                }
            }
        }
        return Map.of();
    }

    /** Slots per {@code host:port}, from the lines of {@code CLUSTER NODES}. */
    static Map<String, Integer> slots(String lines) {
        Map<String, Integer> slots = new HashMap<>();
        lines.lines().forEach(line -> {
            String[] words = line.strip().split(" ");
            if (words.length >= 8 && words[2].contains("master")) {
                String address = words[1].replaceFirst("[@,].*", "");
                int count = 0;
                for (int i = 8; i < words.length; i++) {
                    count += count(words[i]);
                }
                slots.put(address, count);
            }
        });
        return slots;
    }

    /** {@code 0-5460} or {@code 77}; an open slot stands in brackets and is counted where it is served. */
    private static int count(String range) {
        if (range.startsWith("[")) {
            return 0;
        }
        String[] ends = range.split("-");
        return Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
    }
}
