package dev.keywright.ops.memory;

import java.util.function.LongUnaryOperator;

/**
 * The tree that streams keep their nodes and pending entries in, by 16-byte ids. Ids are told in ascending order and not
 * kept: what an id takes follows from how many bytes it shares with its neighbours. Source: {@code rax.c}.
 */
final class RadixTree {

    private static final int HEAD = 24;
    private static final int NODE = 4;
    private static final int POINTER = 8;
    private static final int ID = 16;
    /** MEMORY USAGE counts each node with room for so many pointers, and the id of each key. */
    private static final int GUESSED_POINTERS = 30;
    /** Of larger trees a part is built and the rest reckoned from it. */
    private static final int MOST_BUILT = 65_536;

    private final Blocks blocks;
    private final double[] runs = new double[ID + 1];
    private final double leaf;

    /** Where on the way to the last id the tree branches: after how many bytes, and how often so far. */
    private final int[] depths = new int[ID];

    private final int[] children = new int[ID];
    private int branches;

    private long lastMillis;
    private long lastSequence;
    private long ids;
    private long nodes;
    private double bytes;

    RadixTree(Blocks blocks) {
        this.blocks = blocks;
        this.leaf = leaf(blocks);
        for (int length = 1; length <= ID; length++) {
            runs[length] = blocks.size(node(length, 1));
        }
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
        int built = (int) Math.min(count, MOST_BUILT);
        RadixTree tree = new RadixTree(blocks);
        for (int i = 0; i < built; i++) {
            tree.add(millis.applyAsLong(i), sequence.applyAsLong(i));
        }
        tree.close();
        return count == 0 ? empty(blocks) : blocks.size(HEAD) + tree.bytes * count / built;
    }

    /** A tree with one short name in it. */
    static double ofName(Blocks blocks, long bytes) {
        return blocks.size(HEAD) + branchOfName(blocks, bytes);
    }

    /** What a name adds to a tree, but for the bytes it shares with others. */
    static double branchOfName(Blocks blocks, long bytes) {
        return blocks.size(node(bytes, 1)) + leaf(blocks);
    }

    private static double leaf(Blocks blocks) {
        return blocks.size(node(0, 1));
    }

    /** A node of so many characters and pointers, aligned. */
    private static long node(long characters, long pointers) {
        return (NODE + characters + POINTER - 1) / POINTER * POINTER + POINTER * pointers;
    }

    void clear() {
        branches = 0;
        ids = 0;
        nodes = 0;
        bytes = 0;
    }

    /** An id that is not below those before it. */
    void add(long millis, long sequence) {
        if (ids > 0) {
            int common = common(millis, sequence);
            if (common == ID) {
                return;
            }
            leave(common);
            branch(common);
        }
        lastMillis = millis;
        lastSequence = sequence;
        ids++;
    }

    /** After the last id. */
    void close() {
        if (ids == 0) {
            bytes = blocks.size(POINTER);
            nodes = 1;
        } else {
            leave(-1);
        }
    }

    /** What the tree takes, once it is closed. */
    double bytes() {
        return blocks.size(HEAD) + bytes;
    }

    /** What MEMORY USAGE takes it for, once it is closed. */
    long guessedBytes() {
        return ids * ID + nodes * (NODE + (long) POINTER * GUESSED_POINTERS);
    }

    private int common(long millis, long sequence) {
        return millis == lastMillis
                ? Long.BYTES + Long.numberOfLeadingZeros(sequence ^ lastSequence) / Byte.SIZE
                : Long.numberOfLeadingZeros(millis ^ lastMillis) / Byte.SIZE;
    }

    /** The last id and all branches beyond {@code depth} get no more children. */
    private void leave(int depth) {
        run(ID - 1 - Math.max(depth, innermost()));
        bytes += leaf;
        nodes++;
        while (innermost() > depth) {
            branches--;
            bytes += blocks.size(node(children[branches], children[branches]));
            nodes++;
            run(depths[branches] - 1 - Math.max(depth, innermost()));
        }
    }

    private void branch(int depth) {
        if (innermost() == depth) {
            children[branches - 1]++;
        } else {
            depths[branches] = depth;
            children[branches++] = 2;
        }
    }

    private int innermost() {
        return branches == 0 ? -1 : depths[branches - 1];
    }

    /** Bytes without a branch share a node. */
    private void run(int length) {
        if (length > 0) {
            bytes += runs[length];
            nodes++;
        }
    }
}
