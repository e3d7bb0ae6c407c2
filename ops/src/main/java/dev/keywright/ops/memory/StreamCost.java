package dev.keywright.ops.memory;

/** What one stream takes, told node by node, then group by group. The layouts are those of {@link Streams}. */
final class StreamCost {

    private final Blocks blocks;
    private final Streams streams;
    private final History history;
    private final Tally tally;
    private final RadixTree nodes;
    private final RadixTree pending;

    private long lastNodeBytes;
    private long groups;
    private boolean inGroup;

    StreamCost(Profile profile, History history, Tally tally) {
        this.blocks = new Blocks(profile);
        this.streams = new Streams(blocks, profile);
        this.history = history;
        this.tally = tally;
        this.nodes = new RadixTree(blocks);
        this.pending = new RadixTree(blocks);
    }

    void clear() {
        nodes.clear();
        lastNodeBytes = 0;
        groups = 0;
        inGroup = false;
    }

    void node(long millis, long sequence, long bytes) {
        nodes.add(millis, sequence);
        lastNodeBytes = bytes;
        tally.block(bytes);
    }

    /** A group; its pending ids and then its consumers follow. */
    void group(long nameBytes, long pendingEntries) {
        endPending();
        inGroup = true;
        groups++;
        tally.structures(1, Streams.GROUP);
        tally.structures(pendingEntries, Streams.PENDING);
        tally.unseen(RadixTree.branchOfName(blocks, nameBytes));
        tally.unseen(RadixTree.empty(blocks));
    }

    /** A consumer; its pending ids follow. */
    void consumer(long nameBytes) {
        endPending();
        inGroup = true;
        tally.structures(1, streams.consumerBytes());
        tally.claimed(nameBytes);
        tally.unseen(blocks.text(nameBytes));
        tally.unseen(RadixTree.branchOfName(blocks, nameBytes));
    }

    void pending(long millis, long sequence) {
        pending.add(millis, sequence);
    }

    private void endPending() {
        if (inGroup) {
            tree(pending);
        }
        pending.clear();
    }

    private void tree(RadixTree tree) {
        tree.close();
        tally.claimed(tree.guessedBytes());
        tally.unseen(tree.bytes());
    }

    Layout stream() {
        endPending();
        tree(nodes);
        if (groups > 0) {
            tally.unseen(RadixTree.empty(blocks));
        }
        if (history == History.GROWN && lastNodeBytes < streams.preallocated() && lastNodeBytes > 0) {
            tally.sized(blocks.size(streams.preallocated()) - blocks.size(lastNodeBytes));
        }
        tally.structures(1, Blocks.OBJECT);
        tally.structures(1, Streams.STREAM);
        return Layout.STREAM;
    }
}
