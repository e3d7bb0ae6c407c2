package dev.keywright.ops.benchmark;

import dev.keywright.connection.Connection;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The servers under load: one, the master that Sentinels watch, or the masters of a Cluster. */
final class Target implements Closeable {

    /** Of the memory that is left, how much a benchmark may take. */
    private static final double SHARE = 0.5;

    /** How near to its limit a server may come. */
    private static final double FULL = 0.9;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Connection connection;
    private final Access access;
    private final int database;
    private final Topology.Kind kind;
    private final Routes routes;
    private final Map<Node, Double> mostBytes = new HashMap<>();

    private Target(Connection connection, Access access, int database, Topology.Kind kind, Map<Node, int[]> slots) {
        this.connection = connection;
        this.access = access;
        this.database = database;
        this.kind = kind;
        this.routes = new Routes(slots);
    }

    /** @throws OpsException when it leads to a replica */
    static Target open(String uri) {
        Connection connection = Connection.open(uri);
        try {
            Topology topology = connection.topology();
            if (topology.kind() == Topology.Kind.REPLICA) {
                throw new OpsException(
                        connection + " is a replica and takes no writes. Give the address of its master.");
            }
            Access access = Access.of(uri);
            return new Target(
                    connection, access, RedisUri.parse(uri).database(), topology.kind(), look(topology, access));
        } catch (IOException e) {
            connection.close();
            throw new OpsException("No answer from " + connection + " (" + e.getMessage() + "). Is it running?", e);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Map<Node, int[]> look(Topology topology, Access access) throws IOException {
        List<Topology.Node> masters = topology.masters();
        if (topology.kind() != Topology.Kind.CLUSTER) {
            Node master = new Node(masters.get(0).host(), masters.get(0).port());
            return Map.of(master, new int[] {0, HashSlot.COUNT - 1});
        }
        IOException failure = new IOException("no master is known");
        for (Topology.Node each : masters) {
            Node node = new Node(each.host(), each.port());
            try (Wire wire = Wire.open(node, access)) {
                return slots(node, Wire.orThrow(wire.call("CLUSTER", "SLOTS")));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** Of CLUSTER SLOTS: from, to, the master and its replicas, range by range. A node that does not know its host was reached by ours. */
    private static Map<Node, int[]> slots(Node asked, Answer answer) {
        Map<Node, int[]> slots = new LinkedHashMap<>();
        for (Answer each : ((Answer.Many) answer).items()) {
            List<Answer> range = ((Answer.Many) each).items();
            List<Answer> master = ((Answer.Many) range.get(2)).items();
            String host = master.get(0).text();
            Node node = new Node(
                    host.isEmpty() || host.equals("?") ? asked.host() : host,
                    Integer.parseInt(master.get(1).text()));
            int[] before = slots.getOrDefault(node, new int[0]);
            int[] all = Arrays.copyOf(before, before.length + 2);
            all[before.length] = Integer.parseInt(range.get(0).text());
            all[before.length + 1] = Integer.parseInt(range.get(1).text());
            slots.put(node, all);
        }
        return slots;
    }

    /** Asks again who serves which slot; keeps what was known when nobody answers. */
    void refresh() {
        try {
            routes.replace(look(connection.topology(), access));
        } catch (IOException | RuntimeException stillDown) {
            // The next look may find more.
        }
    }

    boolean isCluster() {
        return kind == Topology.Kind.CLUSTER;
    }

    Routes routes() {
        return routes;
    }

    Link link(Node node) throws IOException {
        return Link.open(node, access, database);
    }

    /** A blocking connection, with the database chosen. */
    Wire wire(Node node) throws IOException {
        return wire(node, PATIENCE);
    }

    Wire wire(Node node, Duration patience) throws IOException {
        Wire wire = Wire.open(node, access, patience);
        if (database != 0) {
            wire.ask("SELECT", Integer.toString(database));
        }
        return wire;
    }

    /** Product and version, as far as the servers tell. */
    String server() {
        Map<String, String> info = info(routes.nodes().get(0), "server");
        String valkey = info.get("valkey_version");
        return valkey == null
                ? "Redis " + info.getOrDefault("redis_version", "of unknown version")
                : "Valkey " + valkey;
    }

    /**
     * Refuses what would not fit, and remembers how much memory each server may use.
     *
     * @param bytes what is to be written, over all servers
     */
    void requireRoom(double bytes) {
        List<Node> nodes = routes.nodes();
        for (Node node : nodes) {
            Map<String, String> info = info(node, "memory");
            double used = number(info, "used_memory");
            double limit = number(info, "maxmemory");
            double machine = number(info, "total_system_memory");
            double left = limit > 0 ? FULL * limit - used : SHARE * (machine - number(info, "used_memory_rss"));
            if (machine > 0 && bytes / nodes.size() > left) {
                throw new OpsException("The keys take about " + megabytes(bytes / nodes.size()) + " MB and " + node
                        + " has room for " + megabytes(Math.max(0, left))
                        + " MB. Give fewer keys or smaller values.");
            }
            mostBytes.put(node, machine > 0 ? used + left : Double.MAX_VALUE);
        }
    }

    private static long megabytes(double bytes) {
        return Math.round(bytes / 1e6);
    }

    /** Whether a server came near to its limit. */
    Predicate<Node> isFull() {
        return node -> number(info(node, "memory"), "used_memory") > mostBytes.getOrDefault(node, Double.MAX_VALUE);
    }

    private static double number(Map<String, String> info, String field) {
        String text = info.getOrDefault(field, "0");
        return text.matches("\\d+") ? Double.parseDouble(text) : 0;
    }

    /** Empty where INFO is not allowed or nobody answers. */
    private Map<String, String> info(Node node, String section) {
        Map<String, String> fields = new HashMap<>();
        try (Wire wire = Wire.open(node, access)) {
            wire.call("INFO", section)
                    .text()
                    .lines()
                    .filter(line -> line.indexOf(':') > 0)
                    .forEach(line -> {
                        int colon = line.indexOf(':');
                        fields.put(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    });
        } catch (IOException unknown) {
            return Map.of();
        }
        return fields;
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return connection.toString();
    }

    @Override
    public void close() {
        connection.close();
    }
}
