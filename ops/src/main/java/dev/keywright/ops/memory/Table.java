package dev.keywright.ops.memory;

/**
 * The hash table of keys, fields and members: a power of two of slots, doubled when one more than that arrives. Inside a key
 * a table moves on only by commands on that key, so an idle one may keep both for good. Source: {@code dict.c}.
 */
final class Table {

    static final int ENTRY = 24;
    static final int BARE_ENTRY = 16;
    static final int SLOT_LINKS = 16;
    static final int HEAD = 56;
    private static final int FEWEST_SLOTS = 4;
    static final int POINTER = 8;

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

    /**
     * The slots of a table.
     *
     * @param old those of the older one, if it may still be there
     * @param stillThere with what probability
     */
    record Slots(long slots, long old, double stillThere) {}

    /** A table as it is at rest. */
    static Slots atRest(long entries) {
        return new Slots(slotCount(entries), 0, 0);
    }

    /** A table as insertions one by one leave it. */
    Slots grown(Growth growth) {
        double moving = moving(growth);
        long slots = slotCount(growth.entries());
        return new Slots(slots, moving > 0 ? slots / 2 : 0, moving);
    }

    /**
     * The table of a hash that the server began to load as a listpack: made for the fields {@code before} the one that is too
     * long for that, then for as many as are still to come, then doubled; and left moving when the last field is in.
     */
    static Slots converted(long entries, long before) {
        long slots = slotCount(before);
        long used = before + 1;
        long left = entries - used;
        long old = 0;
        long inOld = 0;
        long steps = 0;
        if (before == slots || left > FEWEST_SLOTS && used <= left && slotCount(left) > slots) {
            old = slots;
            inOld = before == slots ? before : used;
            slots = slotCount(before == slots ? used : left);
        }
        while (used < entries) {
            if (old > 0) {
                steps = Math.min(entries - used, (long) Math.ceil(occupied((double) old, (double) inOld)));
                used += steps;
                old = used < entries ? 0 : old;
            } else if (used < slots) {
                used = Math.min(entries, slots);
            } else {
                old = slots;
                inOld = used;
                slots = slotCount(++used);
                steps = 0;
            }
        }
        return new Slots(slots, old, old > 0 ? unmoved((double) old, (double) inOld, (double) steps) : 0);
    }

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
        return unmoved(old, old, steps(growth));
    }

    /** The probability that more buckets than these steps moved were filled by so many entries. */
    private static double unmoved(double old, double entries, double steps) {
        double empty = old * Math.pow(1 - 1 / old, entries);
        double variance = old * (old - 1) * Math.pow(1 - 2 / old, entries) + empty - empty * empty;
        return Normal.below((old - empty - steps - 0.5) / Math.sqrt(Math.max(0, variance)));
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
