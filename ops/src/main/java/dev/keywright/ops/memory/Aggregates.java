package dev.keywright.ops.memory;

import java.util.List;
import java.util.function.LongToDoubleFunction;

/** Hashes, sets and sorted sets, each compact up to a limit and a hash table beyond. Source: {@code t_hash.c} and its like. */
final class Aggregates {

    static final int INTSET_HEAD = 8;
    static final int SORTED_SET = 16;
    static final int SKIPLIST = 32;
    static final int SKIPLIST_NODE = 24;
    static final int SKIPLIST_LEVEL = 16;
    static final int LEVELS = 32;
    /** A level is one of four times as rare as the one below. */
    private static final double PROMOTED = 0.25;

    static final int COMPACT_WITH_TTL = 32;
    static final int TABLE_WITH_TTL = 88;
    static final int FIELD_TTL = 18;
    private static final long EXPIRY = 1_800_000_000_000L;
    /** Items with a TTL are kept in groups of up to 16 that split in halves, each in a radix tree. */
    private static final double TTL_GROUP = 11;

    private static final int TTL_GROUP_HEAD = 16;
    private static final int TTL_TREE_SHARE = 40;

    private final Blocks blocks;
    private final Profile profile;
    private final Table table;

    Aggregates(Blocks blocks, Profile profile) {
        this.blocks = blocks;
        this.profile = profile;
        this.table = new Table(blocks, profile.has(Trait.VISITED_BUCKETS));
    }

    /**
     * What elements are like.
     *
     * @param entry room in the compact form, of those that fit
     * @param fits probability that one does
     * @param most how many fit
     * @param member blocks of one in the table form
     * @param fitting the same of those that would fit
     */
    private record Elements(Spread entry, double fits, long most, Cost member, Cost fitting) {

        /** Blocks of one in a table, where not all fit with that probability: then they are longer than others. */
        Cost inTable(double allFit) {
            double mean = (member.mean() - allFit * fitting.mean()) / (1 - allFit);
            return new Cost(mean, member.variance(), member.doubt());
        }
    }

    Cost hash(Value.Hash hash, History history) {
        Limits limits = profile.limits();
        double ratio = profile.has(Trait.FIELD_TTL) ? hash.expiringRatio() : 0;
        boolean expiring = ratio > 0;
        double timer = expiring ? timer() : 0;
        List<Content.Piece> names = fitting(hash.names(), limits.hashBytes());
        List<Content.Piece> values = fitting(hash.values(), limits.hashBytes());
        Spread pair = packed(names).plus(packed(values));
        Elements fields = new Elements(
                expiring ? pair.plus(expiries(ratio)) : pair,
                weight(names) * weight(values),
                limits.hashEntries(),
                field(hash.names().pieces(), hash.values().pieces(), ratio),
                field(names, values, ratio));
        int lookups = profile.has(Trait.SINGLE_LOOKUP_HASH) ? 1 : 2;
        double compactHead = expiring ? timer + blocks.size(COMPACT_WITH_TTL) : 0;
        double tableHead = expiring ? timer + blocks.size(TABLE_WITH_TTL) - table.head() : 0;
        return cost(
                Spread.of(hash.fields()),
                fields,
                sum -> compactHead + blocks.listpack(sum),
                (count, spoilt) -> table.bytes(
                                new Table.Growth(count, spoilt ? 0 : limits.hashEntries() + 1, lookups, history))
                        .plus(tableHead));
    }

    private Cost field(List<Content.Piece> names, List<Content.Piece> values, double expiring) {
        Cost name = Blocks.of(
                names,
                piece -> expiring * blocks.size(FIELD_TTL + Blocks.textBytes(piece.bytes()))
                        + (1 - expiring) * blocks.text(piece.bytes()));
        return name.plus(Blocks.of(values, piece -> blocks.text(piece.bytes())))
                .plus(blocks.size(Table.ENTRY) + expiring * timer())
                .withDoubt(expiring * timer() / 2);
    }

    /** The third part of a field in the compact form. */
    private static Spread expiries(double ratio) {
        return Spread.of(List.of(
                new Sizes.Share(Listpack.integer(0), 1 - ratio), new Sizes.Share(Listpack.integer(EXPIRY), ratio)));
    }

    Cost set(Value.SetOf set, History history) {
        List<Content.Piece> pieces = set.content().pieces();
        boolean integers = pieces.stream().allMatch(Content.Piece::integer);
        Elements members = integers ? integers(pieces) : texts(set.content());
        return cost(
                Spread.of(set.members()),
                members,
                sum -> integers ? blocks.size(INTSET_HEAD + sum) : blocks.listpack(sum),
                (count, spoilt) -> setTable(
                        new Table.Growth(count, spoilt || members.most() == 0 ? 0 : members.most() + 1, 1, history)));
    }

    private Elements integers(List<Content.Piece> pieces) {
        int width = pieces.stream().mapToInt(Aggregates::width).max().orElse(2);
        Cost member = Blocks.of(pieces, piece -> blocks.text(piece.bytes()));
        return new Elements(Spread.of(Sizes.of(width)), 1, profile.limits().intsetEntries(), member, member);
    }

    private Elements texts(Content content) {
        Limits limits = profile.limits();
        List<Content.Piece> fitting = fitting(content, limits.setBytes());
        return new Elements(
                packed(fitting),
                weight(fitting),
                profile.has(Trait.SMALL_SETS) ? limits.setEntries() : 0,
                Blocks.of(content, piece -> blocks.text(piece.bytes())),
                Blocks.of(fitting, piece -> blocks.text(piece.bytes())));
    }

    private Cost setTable(Table.Growth growth) {
        if (!profile.has(Trait.BARE_MEMBERS)) {
            return table.bytes(growth).plus(growth.entries() * blocks.size(Table.ENTRY));
        }
        double entries = table.bareEntries(growth);
        double each = blocks.size(Table.BARE_ENTRY);
        return table.bytes(growth).plus(new Cost(entries * each, entries * each * each, 0));
    }

    Cost sortedSet(Value.SortedSet set, History history) {
        Limits limits = profile.limits();
        List<Content.Piece> fitting = fitting(set.content(), limits.sortedSetBytes());
        Cost node = levels().plus(blocks.size(Table.ENTRY));
        Elements members = new Elements(
                packed(fitting).plus(packed(set.scores().pieces())),
                weight(fitting),
                limits.sortedSetEntries(),
                Blocks.of(set.content(), piece -> blocks.text(piece.bytes())).plus(node),
                Blocks.of(fitting, piece -> blocks.text(piece.bytes())).plus(node));
        double head =
                blocks.size(SORTED_SET) + blocks.size(SKIPLIST) + blocks.size(SKIPLIST_NODE + LEVELS * SKIPLIST_LEVEL);
        long presized = profile.has(Trait.PRESIZED_SORTED_SETS) ? limits.sortedSetEntries() + 1 : 0;
        return cost(
                Spread.of(set.members()),
                members,
                blocks::listpack,
                (count, spoilt) -> table.bytes(new Table.Growth(count, spoilt ? 0 : presized, 2, history))
                        .plus(head));
    }

    /** The node of a member in a skip list, by how many levels chance gives it. */
    Cost levels() {
        double mean = 0;
        double squares = 0;
        double probability = 1 - PROMOTED;
        for (int level = 1; level <= LEVELS; level++) {
            double bytes = blocks.size(SKIPLIST_NODE + (long) SKIPLIST_LEVEL * level);
            mean += probability * bytes;
            squares += probability * bytes * bytes;
            probability *= PROMOTED;
        }
        return new Cost(mean, squares - mean * mean, 0);
    }

    /** What the timer of one item takes in the groups of items by the time they expire at. */
    double timer() {
        return (blocks.size(TTL_GROUP_HEAD) + TTL_TREE_SHARE) / TTL_GROUP;
    }

    /** The table form of so many members, without them; spoilt when a piece was too long for the compact one. */
    private interface Tabled {
        Cost of(long members, boolean spoilt);
    }

    private Cost cost(Spread counts, Elements elements, LongToDoubleFunction compact, Tabled tabled) {
        Spread some = elements.entry().isFixed() ? counts : counts.coarse();
        return Costs.over(some, count -> {
                    double allFit = count > elements.most() ? 0 : Math.pow(elements.fits(), (double) count);
                    Cost small = allFit == 0
                            ? Cost.NOTHING
                            : Costs.of(elements.entry().times(count), compact);
                    Cost large = allFit == 1
                            ? Cost.NOTHING
                            : tabled.of(count, elements.fits() < 1)
                                    .plus(elements.inTable(allFit).times(count));
                    return small.or(allFit, large);
                })
                .plus(blocks.object());
    }

    private static List<Content.Piece> fitting(Content content, long most) {
        return content.pieces().stream().filter(piece -> piece.bytes() <= most).toList();
    }

    private static double weight(List<Content.Piece> pieces) {
        double weight = 0;
        for (Content.Piece piece : pieces) {
            weight += piece.weight();
        }
        return weight > Spread.ALMOST_ALL ? 1 : weight;
    }

    /** The room of a piece in a listpack, among those given. */
    private static Spread packed(List<Content.Piece> pieces) {
        double weight = weight(pieces);
        return pieces.isEmpty()
                ? Spread.of(Sizes.of(0))
                : Spread.of(pieces.stream()
                        .map(piece -> new Sizes.Share(Listpack.entry(piece), piece.weight() / weight))
                        .toList());
    }

    /** The widest integer decides for all of a set. */
    private static int width(Content.Piece piece) {
        return width(piece.number());
    }

    static int width(long number) {
        return number == (short) number ? 2 : number == (int) number ? 4 : 8;
    }
}
