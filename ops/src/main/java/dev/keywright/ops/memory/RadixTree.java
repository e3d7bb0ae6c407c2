package dev.keywright.ops.memory;

import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/**
 * The tree that streams keep their nodes and pending entries in, by 16-byte ids: built from ids and measured, since its
 * shape follows from where they differ. Source: {@code rax.c}.
 */
final class RadixTree {

    private static final int HEAD = 24;
    private static final int NODE = 4;
    private static final int POINTER = 8;
    private static final int ID = 16;
    /** Of larger trees a part is built and the rest reckoned from it. */
    private static final int MOST_BUILT = 65_536;

    private final Blocks blocks;
    private final byte[][] keys;

    private RadixTree(Blocks blocks, byte[][] keys) {
        this.blocks = blocks;
        this.keys = keys;
    }

    static double empty(Blocks blocks) {
        return blocks.size(HEAD) + blocks.size(POINTER);
    }

    /**
     * A tree of {@code count} ids.
     *
     * @param millis of each, ascending
     * @param sequence number of each within its millisecond
     */
    static double bytes(Blocks blocks, long count, LongUnaryOperator millis, LongUnaryOperator sequence) {
        if (count == 0) {
            return empty(blocks);
        }
        int built = (int) Math.min(count, MOST_BUILT);
        byte[][] keys = new byte[built][];
        for (int i = 0; i < built; i++) {
            keys[i] = ByteBuffer.allocate(ID)
                    .putLong(millis.applyAsLong(i))
                    .putLong(sequence.applyAsLong(i))
                    .array();
        }
        double nodes = new RadixTree(blocks, keys).nodes(0, built, 0);
        return blocks.size(HEAD) + nodes * count / built;
    }

    /** A tree with one short name in it. */
    static double ofName(Blocks blocks, long bytes) {
        return blocks.size(HEAD) + blocks.size(node(bytes, 1)) + leaf(blocks);
    }

    private static double leaf(Blocks blocks) {
        return blocks.size(node(0, 1));
    }

    /** A node of so many characters and pointers, aligned. */
    private static long node(long characters, long pointers) {
        return (NODE + characters + POINTER - 1) / POINTER * POINTER + POINTER * pointers;
    }

    /** Keys {@code from} to {@code to}, alike up to {@code depth}. */
    private double nodes(int from, int to, int depth) {
        int common = commonEnd(from, to, depth);
        double run = common > depth ? blocks.size(node(common - depth, 1)) : 0;
        if (common == ID) {
            return run + leaf(blocks);
        }
        double below = 0;
        int children = 0;
        for (int start = from; start < to; ) {
            int end = start;
            while (end < to && keys[end][common] == keys[start][common]) {
                end++;
            }
            below += nodes(start, end, common + 1);
            children++;
            start = end;
        }
        return run + blocks.size(node(children, children)) + below;
    }

    /** Ascending keys agree as far as the first and the last do. */
    private int commonEnd(int from, int to, int depth) {
        int at = depth;
        while (at < ID && keys[from][at] == keys[to - 1][at]) {
            at++;
        }
        return at;
    }
}
