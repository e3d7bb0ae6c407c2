package dev.keywright.ops.drill;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/** Which servers hold which slots, at one moment. */
record Layout(Kind kind, List<Shard> shards) {

    /** How the servers stand to each other. */
    enum Kind {
        STANDALONE,
        REPLICA,
        SENTINEL,
        CLUSTER
    }

    /** A primary, its replicas and the slots they hold. */
    record Shard(Endpoint primary, List<Endpoint> replicas, BitSet slots) {
        Shard {
            replicas = List.copyOf(replicas);
        }
    }

    Layout {
        shards = List.copyOf(shards);
    }

    /** Asks the servers behind a connection that was opened with this URI. */
    static Layout read(Connection connection, String uri) {
        if (connection.topology().kind() == Topology.Kind.CLUSTER) {
            return cluster(connection);
        }
        Topology.Node master = connection.topology().masters().stream()
                .findFirst()
                .orElseThrow(() -> new OpsException("There is no primary behind " + connection
                        + ". Give the URI of a primary, or of its Sentinels."));
        List<Endpoint> replicas = new ArrayList<>();
        Reply role = connection.call(Command.named("ROLE").build()).orThrow("ROLE on " + connection);
        for (Reply replica : role.items().get(2).items()) {
            replicas.add(new Endpoint(
                    replica.items().get(0).text(),
                    Integer.parseInt(replica.items().get(1).text())));
        }
        BitSet all = new BitSet();
        all.set(0, KeySet.SLOTS);
        Kind kind = RedisUri.parse(uri).kind() == Topology.Kind.SENTINEL
                ? Kind.SENTINEL
                : replicas.isEmpty() ? Kind.STANDALONE : Kind.REPLICA;
        return new Layout(kind, List.of(new Shard(new Endpoint(master.host(), master.port()), replicas, all)));
    }

    /** From CLUSTER NODES: CLUSTER SLOTS leaves out a replica until others have heard how far it has read. */
    private static Layout cluster(Connection connection) {
        String text = Panel.words(connection
                .call(Command.named("CLUSTER").argument("NODES").buildRepeatable())
                .orThrow("CLUSTER NODES on " + connection));
        List<Line> lines = text.lines().map(Line::parse).toList();
        return new Layout(
                Kind.CLUSTER,
                lines.stream()
                        .filter(line -> !line.slots().isEmpty())
                        .map(primary -> new Shard(primary.node(), replicas(lines, primary.id()), primary.slots()))
                        .toList());
    }

    private static List<Endpoint> replicas(List<Line> lines, String primary) {
        return lines.stream()
                .filter(line -> line.primary().equals(primary))
                .map(Line::node)
                .toList();
    }

    /** A line of CLUSTER NODES: {@code id host:port@bus flags primary ping pong epoch link slots...}. */
    private record Line(String id, Endpoint node, String primary, BitSet slots) {

        private static final int FIRST_SLOTS = 8;

        static Line parse(String text) {
            String[] fields = text.split(" ", -1);
            String address = fields[1].replaceFirst("@.*", "");
            int colon = address.lastIndexOf(':');
            BitSet slots = new BitSet();
            for (int i = FIRST_SLOTS; i < fields.length; i++) {
                if (!fields[i].startsWith("[")) { // a slot on the move is listed where it still is
                    String[] ends = fields[i].split("-", -1);
                    slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
                }
            }
            Endpoint node = new Endpoint(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            return new Line(fields[0], node, fields[3], slots);
        }
    }

    Shard owning(int slot) {
        return shards.stream()
                .filter(shard -> shard.slots().get(slot))
                .findFirst()
                .orElseThrow(() -> new OpsException(
                        "No primary serves slot " + slot + ". Bring the cluster into order before you drill it."));
    }

    /** Whether a replica takes the place of the lost primary of this slot without anybody's help. */
    boolean takesOver(int slot) {
        boolean watched = kind == Kind.SENTINEL || kind == Kind.CLUSTER;
        return watched && !owning(slot).replicas().isEmpty();
    }

    int replicas() {
        return shards.stream().mapToInt(shard -> shard.replicas().size()).sum();
    }

    /** Primaries first. */
    List<Endpoint> nodes() {
        return Stream.concat(
                        shards.stream().map(Shard::primary),
                        shards.stream().flatMap(shard -> shard.replicas().stream()))
                .toList();
    }
}
