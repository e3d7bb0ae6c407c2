package dev.keywright.ops.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/** Lists: listpacks of some kilobytes in a chain. Source: {@code quicklist.c}, {@code t_list.c}. */
final class Lists {

    static final int CHAIN = 40;
    static final int NODE = 40;
    /** What the server reckons for the frame of an entry it has not yet written. */
    static final int FRAME_GUESS = 8;

    private static final int SAFE_NODE = 8192;
    private static final int LEAST_COMPRESSED = 48;
    private static final int COMPRESSED_HEAD = 8;
    private static final double UNEVEN = 0.002;
    private static final double ALMOST_NOTHING = 1e-9;

    private final Blocks blocks;
    private final Profile profile;

    Lists(Blocks blocks, Profile profile) {
        this.blocks = blocks;
        this.profile = profile;
    }

    /**
     * What the elements of a list are like.
     *
     * @param packed room of one in a listpack
     * @param textBytes mean length
     * @param bareNode what a node with nothing but one of them takes
     * @param longest of them
     * @param nodes how they fill nodes
     * @param compressed the same of the nodes that are compressed
     */
    private record Elements(
            Spread packed, double textBytes, Cost bareNode, long longest, Packing nodes, Packing compressed) {}

    Cost cost(Value.ListOf list) {
        Elements elements = elements(list);
        Spread counts = Spread.of(list.elements());
        Spread some = elements.packed().isFixed() ? counts : counts.coarse();
        Map<Long, Cost> lastNodes = new HashMap<>();
        return Costs.over(some, count -> list(count, elements, lastNodes)).plus(blocks.object());
    }

    private Elements elements(Value.ListOf list) {
        Content content = list.content();
        Spread packed = Spread.of(content.pieces().stream()
                .map(piece -> new Sizes.Share(Listpack.entry(piece), piece.weight()))
                .toList());
        Packing nodes = packing(content, blocks::size);
        boolean compressed = profile.limits().listPlainEnds() > 0 && list.compressedRatio() < 1;
        return new Elements(
                packed,
                Blocks.of(content, Content.Piece::bytes).mean(),
                Blocks.of(content, piece -> blocks.size(piece.bytes())).plus(blocks.size(NODE)),
                content.pieces().stream().mapToLong(Content.Piece::bytes).max().orElse(0),
                nodes,
                compressed ? packing(content, bytes -> compressed(bytes, list.compressedRatio())) : nodes);
    }

    private Packing packing(Content content, LongToDoubleFunction block) {
        List<Content.Piece> pieces = content.pieces();
        Draw draw = new Draw(pieces);
        return Packing.of(
                Listpack.FRAME,
                pieces.size() == 1,
                (chance, count) -> {
                    Content.Piece piece = draw.next(chance);
                    return new Packing.Piece(Listpack.entry(piece), piece.bytes());
                },
                (bytes, count, piece) -> fits((double) bytes + piece.bare() + FRAME_GUESS, count + 1),
                block);
    }

    /** @param lastNodes what nodes of so many elements cost, as far as it was asked before */
    private Cost list(long count, Elements elements, Map<Long, Cost> lastNodes) {
        if (elements.longest() > nodeBytes() && profile.has(Trait.PLAIN_NODES)) {
            return elements.bareNode().times(count).plus(blocks.size(CHAIN));
        }
        double perNode = elements.nodes().perNode();
        boolean alone = alone(count, elements);
        double full = alone || count <= perNode ? 0 : Math.ceil(count / perNode - ALMOST_NOTHING) - 1;
        long last = Math.round(count - full * perNode);
        Cost lastNode = lastNodes.computeIfAbsent(
                last, some -> Costs.of(elements.packed().times(some), blocks::listpack));
        if (alone) {
            return lastNode;
        }
        double plain = Math.min(full, Math.max(0.0, 2.0 * profile.limits().listPlainEnds() - 1));
        double fullNodes = plain * elements.nodes().nodeBytes()
                + (full - plain) * elements.compressed().nodeBytes();
        return lastNode.plus(blocks.size(CHAIN) + (full + 1) * blocks.size(NODE) + fullNodes)
                .plus(new Cost(0, elements.packed().variance() * count, doubt(elements.packed(), fullNodes)));
    }

    /** How full nodes get is exact only where all elements are alike. */
    private static double doubt(Spread packed, double bytes) {
        return packed.isFixed() ? 0 : UNEVEN * bytes;
    }

    /** Whether all stay in one bare listpack, which the server reckons by other rules than the nodes of a chain. */
    private boolean alone(long count, Elements elements) {
        double before = Listpack.FRAME + (count - 1) * elements.packed().mean();
        return profile.has(Trait.SMALL_LISTS) && fits(before + elements.textBytes(), count);
    }

    private double compressed(long bytes, double ratio) {
        long packed = Math.round(bytes * ratio);
        boolean worth = bytes >= LEAST_COMPRESSED && packed + COMPRESSED_HEAD < bytes;
        return blocks.size(worth ? COMPRESSED_HEAD + packed : bytes);
    }

    boolean fits(double bytes, long count) {
        long limit = profile.limits().listNode();
        return bytes <= nodeBytes() && (limit < 0 || count <= limit);
    }

    /** -1 stands for 4 kB, each further one for twice as much up to 64 kB. */
    long nodeBytes() {
        long limit = profile.limits().listNode();
        return limit >= 0 ? SAFE_NODE : 2048L << Math.min(5, -limit);
    }
}
