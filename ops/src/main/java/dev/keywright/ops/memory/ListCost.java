package dev.keywright.ops.memory;

/** What one list takes, told node by node as stored, or item by item. The layouts are those of {@link Lists}. */
final class ListCost {

    private final Lists lists;
    private final boolean barePossible;
    private final boolean plainPossible;
    private final Tally tally;

    private long nodes;
    private boolean plain;
    private long nodeBytes;
    private long nodeItems;

    private long openBytes;
    private long openItems;

    ListCost(Profile profile, Tally tally) {
        this.lists = new Lists(new Blocks(profile), profile);
        this.barePossible = profile.has(Trait.SMALL_LISTS);
        this.plainPossible = profile.has(Trait.PLAIN_NODES);
        this.tally = tally;
    }

    void clear() {
        nodes = 0;
        openItems = 0;
    }

    /** A node that is kept as it is stored. */
    void node(long bytes, long items, boolean isPlain) {
        nodes++;
        plain = isPlain;
        nodeBytes = bytes;
        nodeItems = items;
        tally.block(bytes);
    }

    /** An item of a node that is kept; {@link #endNode} ends it. */
    void item(long packed) {
        openBytes = openItems == 0 ? Listpack.FRAME + packed : openBytes + packed;
        openItems++;
    }

    /** An item that is pushed to the end, to the last node where it has room. */
    void push(long bytes, long packed) {
        if (plainPossible && bytes > lists.nodeBytes()) {
            endNode();
            node(bytes, 1, true);
            return;
        }
        if (openItems > 0 && !lists.fits((double) openBytes + bytes + Lists.FRAME_GUESS, openItems + 1)) {
            endNode();
        }
        item(packed);
    }

    void endNode() {
        if (openItems > 0) {
            node(openBytes, openItems, false);
            openItems = 0;
        }
    }

    Layout list() {
        endNode();
        tally.structures(1, Blocks.OBJECT);
        if (barePossible && nodes == 1 && !plain && lists.fits((double) nodeBytes, nodeItems)) {
            return Layout.LISTPACK;
        }
        tally.structures(1, Lists.CHAIN);
        tally.structures(nodes, Lists.NODE);
        return Layout.QUICKLIST;
    }
}
