package dev.keywright.ops.memory;

/** What one hash, set or sorted set takes, from the sums over its elements. The layouts are those of {@link Aggregates}. */
final class AggregateCost {

    private final Profile profile;
    private final History history;
    private final boolean byLimits;
    private final Blocks blocks;
    private final Aggregates aggregates;
    private final Table table;
    private final Tally tally;
    private final double skipListNode;

    AggregateCost(Profile profile, History history, Encodings encodings, Tally tally) {
        this.profile = profile;
        this.history = history;
        this.byLimits = encodings == Encodings.BY_LIMITS;
        this.blocks = new Blocks(profile);
        this.aggregates = new Aggregates(blocks, profile);
        this.table = new Table(blocks, profile.has(Trait.VISITED_BUCKETS));
        this.tally = tally;
        this.skipListNode = aggregates.levels().mean();
    }

    /** @param blobBytes the listpack as stored; 0 when it is to be made of the elements */
    Layout hash(Layout stored, Elements elements, long blobBytes) {
        return hash(stored, elements, blobBytes, stored == Layout.HASH_TABLE);
    }

    /** A listpack is made of it only where none of its elements is too long. */
    Layout zipmap(Elements elements, long blobBytes) {
        return hash(Layout.LISTPACK, elements, blobBytes, true);
    }

    /** @param minding whether loading minds how long elements are */
    private Layout hash(Layout stored, Elements elements, long blobBytes, boolean minding) {
        Limits limits = profile.limits();
        long fields = elements.count() / 2;
        boolean tabled = stored == Layout.HASH_TABLE;
        boolean fits = fields <= limits.hashEntries() && !(minding && elements.longest() > limits.hashBytes());
        boolean timed = stored == Layout.LISTPACK_TTL || elements.timed() > 0;
        tally.structures(1, Blocks.OBJECT);
        if (byLimits ? fits : !tabled) {
            if (timed) {
                tally.block(Aggregates.COMPACT_WITH_TTL);
                tally.unseen(aggregates.timer());
            }
            long made = tabled && timed ? elements.timedListpackBytes() : elements.listpackBytes();
            tally.block(blobBytes > 0 ? blobBytes : made);
            return timed ? Layout.LISTPACK_TTL : Layout.LISTPACK;
        }
        tally.structures(1, Table.HEAD);
        if (timed) {
            tally.unseen(blocks.size(Aggregates.TABLE_WITH_TTL) - blocks.size(Table.HEAD));
            tally.unseen((elements.timed() + 1) * aggregates.timer());
        }
        slots(hashSlots(fields, elements, tabled, timed));
        tally.structures(fields, Table.ENTRY);
        tally.sized(elements.blockBytes());
        return Layout.HASH_TABLE;
    }

    /** A table of fields with a TTL is not made for as many as are to come. */
    private Table.Slots hashSlots(long fields, Elements elements, boolean tabled, boolean timed) {
        Limits limits = profile.limits();
        boolean spoilt = elements.longest() > limits.hashBytes();
        if (history == History.GROWN) {
            int lookups = profile.has(Trait.SINGLE_LOOKUP_HASH) ? 1 : 2;
            return table.grown(new Table.Growth(fields, spoilt ? 0 : limits.hashEntries() + 1, lookups, history));
        }
        if (tabled && timed && fields > limits.hashEntries()) {
            return table.grown(new Table.Growth(fields, 0, 1, History.GROWN));
        }
        return tabled && spoilt && fields <= limits.hashEntries()
                ? Table.converted(fields, elements.beforeLong() / 2)
                : Table.atRest(fields);
    }

    /** @param blobBytes the listpack or intset as stored */
    Layout set(Layout stored, Elements elements, long blobBytes) {
        long members = elements.count();
        Layout layout = byLimits ? setByLimits(stored, elements) : stored;
        tally.structures(1, Blocks.OBJECT);
        if (layout != Layout.HASH_TABLE) {
            tally.block(blobBytes > 0 ? blobBytes : compactSet(layout, elements));
            return layout;
        }
        Limits limits = profile.limits();
        long most = elements.onlyIntegers() ? limits.intsetEntries() : listpackSetEntries();
        boolean spoilt = most == 0 || !elements.onlyIntegers() && elements.longest() > limits.setBytes();
        Table.Growth growth = new Table.Growth(members, spoilt ? 0 : most + 1, 1, history);
        tally.structures(1, Table.HEAD);
        slots(history == History.GROWN ? table.grown(growth) : Table.atRest(members));
        if (!profile.has(Trait.BARE_MEMBERS)) {
            tally.structures(members, Table.ENTRY);
        } else if (profile.has(Trait.COUNTED_ENTRIES)) {
            tally.likely(table.bareEntries(growth), Table.BARE_ENTRY);
        } else {
            tally.claimed(members * Table.ENTRY);
            tally.unseen(table.bareEntries(growth) * blocks.size(Table.BARE_ENTRY));
        }
        tally.sized(elements.blockBytes());
        return Layout.HASH_TABLE;
    }

    private Layout setByLimits(Layout stored, Elements elements) {
        Limits limits = profile.limits();
        long members = elements.count();
        if (stored == Layout.INTSET) {
            return members <= limits.intsetEntries() ? Layout.INTSET : Layout.HASH_TABLE;
        }
        boolean packs = members <= listpackSetEntries();
        if (stored == Layout.LISTPACK) {
            return packs ? Layout.LISTPACK : Layout.HASH_TABLE;
        }
        if (members > limits.intsetEntries()) {
            return Layout.HASH_TABLE;
        }
        return elements.onlyIntegers()
                ? Layout.INTSET
                : packs && elements.longest() <= limits.setBytes() ? Layout.LISTPACK : Layout.HASH_TABLE;
    }

    private long listpackSetEntries() {
        return profile.has(Trait.SMALL_SETS) ? profile.limits().setEntries() : 0;
    }

    private static long compactSet(Layout layout, Elements elements) {
        return layout == Layout.INTSET
                ? Aggregates.INTSET_HEAD + elements.count() * elements.width()
                : elements.listpackBytes();
    }

    /** @param blobBytes the listpack as stored; 0 when it is to be made of the elements */
    Layout sortedSet(Layout stored, Elements elements, long blobBytes) {
        Limits limits = profile.limits();
        long members = elements.count();
        boolean listed = stored == Layout.SKIP_LIST;
        boolean fits =
                members <= limits.sortedSetEntries() && !(listed && elements.longest() > limits.sortedSetBytes());
        tally.structures(1, Blocks.OBJECT);
        if (byLimits ? fits : !listed) {
            tally.block(blobBytes > 0 ? blobBytes : elements.listpackBytes());
            return Layout.LISTPACK;
        }
        tally.structures(1, Aggregates.SORTED_SET);
        tally.structures(1, Aggregates.SKIPLIST);
        tally.structures(1, Table.HEAD);
        tally.block(Aggregates.SKIPLIST_NODE + (long) Aggregates.LEVELS * Aggregates.SKIPLIST_LEVEL);
        slots(sortedSetSlots(members, elements, listed));
        tally.structures(members, Table.ENTRY);
        tally.sized(elements.blockBytes() + members * skipListNode);
        return Layout.SKIP_LIST;
    }

    private Table.Slots sortedSetSlots(long members, Elements elements, boolean listed) {
        Limits limits = profile.limits();
        boolean presizes = profile.has(Trait.PRESIZED_SORTED_SETS);
        if (history == History.GROWN) {
            boolean spoilt = elements.longest() > limits.sortedSetBytes();
            return table.grown(new Table.Growth(
                    members, presizes && !spoilt ? limits.sortedSetEntries() + 1 : 0, 2, History.GROWN));
        }
        return listed || presizes ? Table.atRest(members) : table.grown(new Table.Growth(members, 0, 1, History.GROWN));
    }

    private void slots(Table.Slots slots) {
        tally.structures(1, Table.POINTER * slots.slots());
        tally.likely(slots.stillThere(), Table.POINTER * slots.old());
    }
}
