package dev.keywright.ops.memory;

import java.util.Optional;

/** Data that becomes more: keys where there are many, elements where there is but one key. */
final class Scale {

    private Scale() {}

    static DataSet of(DataSet set, double factor) {
        if (factor == 1) {
            return set;
        }
        return set.keys() > 1
                ? set.withKeys(Math.round(set.keys() * factor))
                : new DataSet(
                        set.keys(),
                        set.names(),
                        set.expiringRatio(),
                        withCount(set.value(), times(count(set.value()), factor)),
                        set.history());
    }

    /** How many elements each key has; 1 for a string. */
    static Sizes count(Value value) {
        if (value instanceof Value.Hash hash) {
            return hash.fields();
        } else if (value instanceof Value.SetOf set) {
            return set.members();
        } else if (value instanceof Value.SortedSet set) {
            return set.members();
        } else if (value instanceof Value.ListOf list) {
            return list.elements();
        } else if (value instanceof Value.Stream stream) {
            return stream.entries();
        } else if (value instanceof Value.HyperLogLog registers) {
            return registers.distinct();
        } else if (value instanceof Value.Bitmap bitmap) {
            return bitmap.bits();
        }
        return Sizes.of(1);
    }

    static Value withCount(Value value, Sizes count) {
        if (value instanceof Value.Hash hash) {
            return new Value.Hash(count, hash.names(), hash.values(), hash.expiringRatio());
        } else if (value instanceof Value.SetOf set) {
            return new Value.SetOf(count, set.content());
        } else if (value instanceof Value.SortedSet set) {
            return new Value.SortedSet(count, set.content(), set.scores());
        } else if (value instanceof Value.ListOf list) {
            return new Value.ListOf(count, list.content(), list.compressedRatio());
        } else if (value instanceof Value.Stream stream) {
            return new Value.Stream(
                    count, stream.fields(), stream.names(), stream.values(), stream.millisApart(), stream.consumers());
        } else if (value instanceof Value.HyperLogLog) {
            return new Value.HyperLogLog(count);
        } else if (value instanceof Value.Bitmap bitmap) {
            return new Value.Bitmap(count, bitmap.stride());
        }
        return value;
    }

    private static Sizes times(Sizes sizes, double factor) {
        if (sizes instanceof Sizes.Fixed fixed) {
            return Sizes.of(Math.round(fixed.size() * factor));
        } else if (sizes instanceof Sizes.Range range) {
            return new Sizes.Range(Math.round(range.low() * factor), Math.round(range.high() * factor));
        } else if (sizes instanceof Sizes.Around around) {
            return new Sizes.Around(
                    around.mean() * factor,
                    around.deviation() * factor,
                    around.low(),
                    Math.round(around.high() * factor));
        }
        return new Sizes.Sample(sizes.shares().stream()
                .map(share -> Math.round(share.size() * factor))
                .toList());
    }

    /** The jump when collections of a fixed size outgrow their compact form, if that is near. */
    static Optional<Step> leavingCompact(SizeTask.Item item, MemoryModel model, double horizon) {
        Value value = item.data().value();
        long limit = limit(value, model.profile());
        if (limit <= 0 || !(count(value) instanceof Sizes.Fixed fixed)) {
            return Optional.empty();
        }
        if (fixed.size() > limit || fixed.size() * horizon <= limit) {
            return Optional.empty();
        }
        double before = model.value(withCount(value, Sizes.of(limit)));
        double after = model.value(withCount(value, Sizes.of(limit + 1)));
        return Optional.of(new Step(
                "compact form of " + item.name(),
                limit + 1,
                (after - before) * item.data().keys(),
                0));
    }

    private static long limit(Value value, Profile profile) {
        Limits limits = profile.limits();
        if (value instanceof Value.Hash) {
            return limits.hashEntries();
        } else if (value instanceof Value.SortedSet) {
            return limits.sortedSetEntries();
        } else if (value instanceof Value.SetOf set) {
            boolean integers = set.content().pieces().stream().allMatch(Content.Piece::integer);
            return integers ? limits.intsetEntries() : profile.has(Trait.SMALL_SETS) ? limits.setEntries() : 0;
        }
        return 0;
    }
}
