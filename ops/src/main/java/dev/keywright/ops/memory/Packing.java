package dev.keywright.ops.memory;

import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;

/**
 * Pieces of uneven sizes packed into nodes in the order they come. A node ends with the piece that no longer fits, so nodes
 * are full to different degrees, and of how that falls between the allocator's sizes there is no closed form: some thousand
 * nodes are filled with chance pieces, always the same.
 *
 * @param perNode pieces that fill a node
 * @param nodeBytes what a full node takes
 */
record Packing(double perNode, double nodeBytes) {

    private static final int NODES = 20_000;
    private static final long MOST_PIECES = 400_000;
    private static final long SEED = 5;

    /** A piece: its room in the node, and its length as the server looks at it before it is added. */
    record Piece(long packed, long bare) {}

    /** Draws one; knows how many are in the node. */
    interface Source {
        Piece next(SplittableRandom chance, long count);
    }

    /** Whether a node of so many bytes and pieces takes one more. */
    interface Rule {
        boolean takes(long bytes, long count, Piece piece);
    }

    /**
     * @param head bytes of an empty node
     * @param even whether all pieces are alike, so that one node tells it all
     */
    static Packing of(long head, boolean even, Source source, Rule rule, LongToDoubleFunction block) {
        SplittableRandom chance = new SplittableRandom(SEED);
        double taken = 0;
        long pieces = 0;
        int nodes = 0;
        Piece piece = source.next(chance, 0);
        while (nodes < (even ? 1 : NODES) && pieces < MOST_PIECES) {
            long bytes = head;
            long count = 0;
            do {
                bytes += piece.packed();
                piece = source.next(chance, ++count);
            } while (rule.takes(bytes, count, piece));
            nodes++;
            pieces += count;
            taken += block.applyAsDouble(bytes);
        }
        return new Packing((double) pieces / nodes, taken / nodes);
    }
}
