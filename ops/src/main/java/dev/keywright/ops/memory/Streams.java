package dev.keywright.ops.memory;

import java.util.List;

/** Streams: listpacks of some kilobytes in a radix tree, and the lists of pending entries. Source: {@code t_stream.c}. */
final class Streams {

    static final int STREAM = 80;
    static final int GROUP = 40;
    private static final int CONSUMER = 24;
    static final int PENDING = 24;
    private static final int NAME = 10;
    private static final int PREALLOCATED = 4096;
    private static final int MOST_NODE_BYTES = 1 << 30;
    /** The first id of a stream of our days. */
    private static final long START = 1_799_999_987_654L;

    /** Where ids begin decides on the trees' shape: by so much it may differ. */
    private static final double UNSURE = 0.002;

    private static final double UNSURE_GROUPS = 0.008;
    private static final double ALMOST_NOTHING = 1e-9;

    private final Blocks blocks;
    private final Profile profile;

    Streams(Blocks blocks, Profile profile) {
        this.blocks = blocks;
        this.profile = profile;
    }

    /**
     * What entries are like.
     *
     * @param head bytes of a node before its first entry, field names among them
     * @param values what the values of one take in the mean
     * @param nodes how they fill nodes
     */
    private record Entries(Value.Stream stream, long head, double values, Packing nodes) {}

    Cost cost(Value.Stream stream, History history) {
        long names = Math.round(
                stream.fields() * Blocks.of(stream.names(), Listpack::entry).mean());
        Cost values = Blocks.of(stream.values(), Listpack::entry).times(stream.fields());
        long head = Listpack.FRAME + 3L * Listpack.integer(0) + Listpack.integer(stream.fields()) + names;
        Entries entries = new Entries(stream, head, values.mean(), packing(stream, head));
        double groups = groups(stream);
        return Costs.over(Spread.of(stream.entries()).coarse(), count -> {
                    double bytes = nodes(entries, count, history);
                    return new Cost(bytes + groups, values.variance() * count, UNSURE * bytes + UNSURE_GROUPS * groups);
                })
                .plus(blocks.object() + blocks.size(STREAM));
    }

    private Packing packing(Value.Stream stream, long head) {
        Limits limits = profile.limits();
        long mostBytes = limits.streamNodeBytes() == 0 ? MOST_NODE_BYTES : limits.streamNodeBytes();
        long most = limits.streamNodeEntries() == 0 ? Long.MAX_VALUE : limits.streamNodeEntries();
        List<Content.Piece> values = stream.values().pieces();
        Draw draw = new Draw(values);
        long names = Math.round(stream.fields()
                * Blocks.of(stream.names(), Content.Piece::bytes).mean());
        return Packing.of(
                head,
                values.size() == 1,
                (chance, index) -> {
                    long packed = frame(stream, index);
                    long bare = names;
                    for (int field = 0; field < stream.fields(); field++) {
                        Content.Piece value = draw.next(chance);
                        packed += Listpack.entry(value);
                        bare += value.bytes();
                    }
                    return new Packing.Piece(packed, bare);
                },
                (bytes, count, entry) -> count < most && bytes + entry.bare() < mostBytes,
                blocks::size);
    }

    private double nodes(Entries entries, long count, History history) {
        if (count == 0) {
            return RadixTree.empty(blocks);
        }
        double perNode = entries.nodes().perNode();
        long closed = (long) Math.ceil(count / perNode - ALMOST_NOTHING) - 1;
        long open = nodeBytes(entries, Math.round(count - closed * perNode));
        double apart = entries.stream().millisApart();
        double tree = RadixTree.bytes(
                blocks,
                closed + 1,
                node -> START + (long) (node * perNode * apart),
                node -> sequence((long) (node * perNode), apart));
        return tree
                + closed * entries.nodes().nodeBytes()
                + blocks.size(history == History.GROWN ? Math.max(open, preallocated()) : open);
    }

    /** What the node that takes new entries asks for at least, while the server runs. */
    long preallocated() {
        long limit = profile.limits().streamNodeBytes();
        return limit > 0 ? Math.min(limit, PREALLOCATED) : PREALLOCATED;
    }

    private static long nodeBytes(Entries entries, long count) {
        double bytes = entries.head();
        for (long i = 0; i < count; i++) {
            bytes += frame(entries.stream(), i) + entries.values();
        }
        return Math.round(bytes) + Listpack.integer(count) - Listpack.integer(0);
    }

    /** Of an entry: flags, distance from the node's first id in milliseconds and sequence, how many parts there are. */
    private static long frame(Value.Stream stream, long index) {
        double apart = stream.millisApart();
        return Listpack.integer(0)
                + Listpack.integer((long) (index * apart))
                + Listpack.integer(sequence(index, apart))
                + Listpack.integer(stream.fields() + 3L);
    }

    /** Entries of the same millisecond are told apart by a number. */
    private static long sequence(long index, double apart) {
        return apart >= 1 ? 0 : index - (long) Math.ceil((long) (index * apart) / Math.max(apart, 1e-9));
    }

    private double groups(Value.Stream stream) {
        Value.Consumers consumers = stream.consumers();
        if (consumers.groups() == 0) {
            return 0;
        }
        double apart = Math.max(1, stream.millisApart());
        long each = consumers.each() == 0 ? 0 : consumers.pending() / consumers.each();
        double group = blocks.size(GROUP)
                + RadixTree.ofName(blocks, NAME)
                + pending(consumers.pending(), apart)
                + consumers.pending() * blocks.size(PENDING)
                + consumers.each()
                        * (blocks.size(consumerBytes())
                                + blocks.text(NAME)
                                + RadixTree.ofName(blocks, NAME)
                                + pending(each, apart));
        return consumers.groups() * group;
    }

    long consumerBytes() {
        return profile.has(Trait.ACTIVE_CONSUMERS) ? CONSUMER + 8L : CONSUMER;
    }

    private double pending(long count, double apart) {
        return RadixTree.bytes(blocks, count, entry -> START + (long) (entry * apart), entry -> 0);
    }
}
