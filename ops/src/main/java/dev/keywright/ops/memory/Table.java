package dev.keywright.ops.memory;

/**
 * The hash table of keys, fields and members: a power of two of slots, doubled when one more than that arrives. Inside a key
 * a table moves on only by commands on that key, so an idle one may keep both for good. Source: {@code dict.c}.
 */
final class Table {

    static final int ENTRY = 24;
    static final int BARE_ENTRY = 16;
    static final int SLOT_LINKS = 16;
    private static final int HEAD = 56;
    private static final int FEWEST_SLOTS = 4;
    private static final int POINTER = 8;

    private final Blocks blocks;
    private final boolean visited;

    /** @param visited whether the bucket that a command visits is the one that moves */
    Table(Blocks blocks, boolean visited) {
        this.blocks = blocks;
        this.visited = visited;
    }

    /**
     * A table inside a key.
     *
     * @param entries in it
     * @param presized for so many entries it was made at once
     * @param lookups each insertion takes
     */
    record Growth(long entries, long presized, int lookups, History history) {}

    double head() {
        return blocks.size(HEAD);
    }

    double slots(long entries) {
        return blocks.size(POINTER * slotCount(entries));
    }

    static long slotCount(long entries) {
        return entries <= FEWEST_SLOTS ? FEWEST_SLOTS : Long.highestOneBit(entries - 1) << 1;
    }

    /** The head and one table, or two where the older one is likely not yet moved. */
    Cost bytes(Growth growth) {
        double both = moving(growth);
        double old = both == 0 ? 0 : slots(slotCount(growth.entries()) / 2);
        return new Cost(head() + slots(growth.entries()) + both * old, both * (1 - both) * old * old, 0);
    }

    /** The probability that the table is still moving. */
    private double moving(Growth growth) {
        long slots = slotCount(growth.entries());
        if (growth.history() == History.LOADED || slots <= slotCount(growth.presized())) {
            return 0;
        }
        double old = slots / 2.0;
        double steps = steps(growth);
        double mean = occupied(old, old);
        double variance = old * (old - 1) * Math.pow(1 - 2 / old, old)
                + old * Math.pow(1 - 1 / old, old)
                - Math.pow(old * Math.pow(1 - 1 / old, old), 2);
        return Normal.below((mean - steps - 0.5) / Math.sqrt(variance));
    }

    /** How many buckets the insertions since the table doubled have moved. */
    private static double steps(Growth growth) {
        long old = slotCount(growth.entries()) / 2;
        return (double) (growth.entries() - old - 1) * growth.lookups();
    }

    /** Buckets that so many entries fill, of so many. */
    static double occupied(double slots, double entries) {
        return slots <= 1 ? Math.min(slots, entries) : slots * (1 - Math.pow(1 - 1 / slots, entries));
    }

    /** Entries of a table that has none for the last member of each bucket. */
    double bareEntries(Growth growth) {
        double slots = (double) slotCount(growth.entries());
        double members = (double) growth.entries();
        double still = moving(growth);
        double done = chained(slots, members);
        return still == 0 ? done : still * moving(slots / 2, members, steps(growth)) + (1 - still) * done;
    }

    /**
     * The same while both tables are there; {@code steps} buckets of the {@code old} have moved: the first in order, or those
     * that the newcomers hash to.
     */
    private double moving(double old, double members, double steps) {
        double crowded = old - occupied(old, old);
        double left = Math.max(0, 1 - steps / occupied(old, old));
        if (visited) {
            return chained(2 * old, members) + left * (crowded - chained(2 * old, old));
        }
        double fresh = members - old;
        double part = 1 - left;
        return left * crowded + chained(2 * old * part, (old + fresh) * part) + chained(2 * old * left, fresh * left);
    }

    /** Entries that are not alone or last in their bucket. */
    private static double chained(double slots, double entries) {
        return entries - occupied(slots, entries);
    }
}
