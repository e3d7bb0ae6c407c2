package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The same data held otherwise: the best of each kind of change, by the model. */
final class Alternatives {

    private static final double NOTABLE = 0.002;
    private static final long LONGEST_COMPACT = 1_024;
    private static final long MOST_COMPACT = 2_000;
    private static final int BUCKET = 100;
    private static final long SMALL_VALUE = 512;
    /** Quotes, colon and comma around a field of JSON. */
    private static final int JSON_MARKS = 6;

    private final SizeTask task;
    private final Profile profile;
    private final double now;

    Alternatives(SizeTask task) {
        this.task = task;
        boolean cluster = task.target().masters() > 0;
        this.profile = cluster
                ? task.target().profile().withSlots(Profile.ALL_SLOTS)
                : task.target().profile();
        this.now = bytes(profile, UnaryOperator.identity());
    }

    List<SizeReport.Choice> choices() {
        return Stream.of(best(limits()), best(structures()), best(allocators()), best(versions()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingDouble(SizeReport.Choice::bytes))
                .toList();
    }

    private Optional<SizeReport.Choice> best(List<SizeReport.Choice> choices) {
        return choices.stream()
                .filter(choice -> Math.abs(choice.ratio() - 1) > NOTABLE)
                .min(Comparator.comparingDouble(SizeReport.Choice::bytes));
    }

    private double bytes(Profile where, UnaryOperator<DataSet> change) {
        return new MemoryModel(where)
                .estimate(task.items().stream()
                        .map(SizeTask.Item::data)
                        .map(change)
                        .toList())
                .totalBytes();
    }

    private SizeReport.Choice choice(String what, double bytes) {
        return new SizeReport.Choice(what, bytes, now == 0 ? 1 : bytes / now);
    }

    private List<SizeReport.Choice> allocators() {
        Allocator other = profile.allocator() == Allocator.JEMALLOC_8 ? Allocator.JEMALLOC_16 : Allocator.JEMALLOC_8;
        Profile there =
                new Profile(other, profile.version(), profile.limits(), profile.slots(), profile.sharesIntegers());
        String title = other == Allocator.JEMALLOC_16
                ? "jemalloc with a quantum of 16 (Debian's package)"
                : "jemalloc with a quantum of 8 (official images)";
        return List.of(choice(title, bytes(there, UnaryOperator.identity())));
    }

    private List<SizeReport.Choice> versions() {
        return Stream.of(Version.REDIS_7_0, Version.REDIS_8_0, Version.VALKEY_8_0)
                .filter(version -> version != profile.version())
                .map(version -> choice(
                        version.toString(),
                        bytes(
                                new Profile(
                                        profile.allocator(),
                                        version,
                                        profile.limits(),
                                        profile.slots(),
                                        profile.sharesIntegers()),
                                UnaryOperator.identity())))
                .toList();
    }

    /** Limits just high enough for collections that are somewhat too large for the compact form. */
    private List<SizeReport.Choice> limits() {
        List<String> changed = new ArrayList<>();
        Limits limits = profile.limits();
        long[] hash = raised(changed, "hash", limits.hashEntries(), limits.hashBytes(), Value.Hash.class);
        long[] zset =
                raised(changed, "zset", limits.sortedSetEntries(), limits.sortedSetBytes(), Value.SortedSet.class);
        Limits higher = new Limits(
                hash[0],
                hash[1],
                limits.intsetEntries(),
                limits.setEntries(),
                limits.setBytes(),
                zset[0],
                zset[1],
                limits.listNode(),
                limits.listPlainEnds(),
                limits.streamNodeBytes(),
                limits.streamNodeEntries(),
                limits.sparseBytes());
        return changed.isEmpty()
                ? List.of()
                : List.of(choice(
                        String.join(", ", changed), bytes(profile.withLimits(higher), UnaryOperator.identity())));
    }

    private long[] raised(List<String> changed, String type, long entries, long bytes, Class<? extends Value> kind) {
        long mostEntries = entries;
        long mostBytes = bytes;
        for (SizeTask.Item item : task.items()) {
            Value value = item.data().value();
            long elements = Spread.of(Scale.count(value)).most();
            long longest = longest(value);
            if (kind.isInstance(value) && elements <= MOST_COMPACT && longest <= LONGEST_COMPACT) {
                mostEntries = Math.max(mostEntries, elements);
                mostBytes = Math.max(mostBytes, longest);
            }
        }
        if (mostEntries > entries) {
            changed.add(type + "-max-listpack-entries " + mostEntries);
        }
        if (mostBytes > bytes) {
            changed.add(type + "-max-listpack-value " + mostBytes);
        }
        return new long[] {mostEntries, mostBytes};
    }

    private static long longest(Value value) {
        if (value instanceof Value.Hash hash) {
            return Math.max(longest(hash.names()), longest(hash.values()));
        }
        return value instanceof Value.SortedSet set ? longest(set.content()) : 0;
    }

    private static long longest(Content content) {
        return content.pieces().stream().mapToLong(Content.Piece::bytes).max().orElse(0);
    }

    private List<SizeReport.Choice> structures() {
        List<SizeReport.Choice> choices = new ArrayList<>();
        if (task.items().stream().anyMatch(item -> item.data().value() instanceof Value.Hash)) {
            choices.add(choice("each hash as one JSON string", bytes(profile, Alternatives::asJson)));
        }
        if (task.items().stream().anyMatch(item -> isSmall(item.data()))) {
            choices.add(choice(
                    "small strings as fields of hashes, " + BUCKET + " in each",
                    bytes(profile, Alternatives::bucketed)));
        }
        return choices;
    }

    private static DataSet asJson(DataSet set) {
        if (!(set.value() instanceof Value.Hash hash)) {
            return set;
        }
        double field = mean(hash.names()) + mean(hash.values()) + JSON_MARKS;
        List<Long> lengths = Spread.of(hash.fields()).coarse().shares().stream()
                .flatMap(share -> Stream.generate(() -> Math.round(2 + share.size() * field))
                        .limit(Math.max(1, Math.round(share.weight() * MOST_COMPACT))))
                .toList();
        Value text = new Value.Text(new Content.Text(new Sizes.Sample(lengths)));
        return new DataSet(set.keys(), set.names(), set.expiringRatio(), text, set.history());
    }

    private static boolean isSmall(DataSet set) {
        return set.value() instanceof Value.Text text
                && set.expiringRatio() == 0
                && set.keys() > 10L * BUCKET
                && longest(text.content()) <= SMALL_VALUE;
    }

    private static DataSet bucketed(DataSet set) {
        if (!isSmall(set) || !(set.value() instanceof Value.Text text)) {
            return set;
        }
        Value hash = new Value.Hash(Sizes.of(BUCKET), new Content.Integers(0, BUCKET - 1), text.content());
        return new DataSet(set.keys() / BUCKET, set.names(), 0, hash, set.history());
    }

    private static double mean(Content content) {
        return content.pieces().stream()
                .mapToDouble(piece -> piece.bytes() * piece.weight())
                .sum();
    }
}
