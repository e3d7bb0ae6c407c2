package dev.keywright.ops.memory;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A data set by chance, with limits by chance: types, sizes, numbers of keys from a thousand on, with and without TTL. Nobody has seen
 * it before, and the same seed gives the same one.
 */
record SizeTrial(DataSet data, Map<String, String> directives) {

    private static final String[] LIMITS = {
        "hash-max-listpack-entries", "hash-max-listpack-value", "zset-max-listpack-entries", "set-max-intset-entries"
    };
    /** Of them the first six are those of rows measured before. */
    private static final int KINDS = 9;

    private static final int[] VALUES = {8, 24, 100, 300, 1_000};

    /** @param commands how many may write it */
    static SizeTrial of(long seed, long fewestKeys, long mostKeys, long commands) {
        SplittableRandom chance = new SplittableRandom(seed);
        Map<String, String> directives = new LinkedHashMap<>();
        if (chance.nextInt(3) == 0) {
            directives.put(
                    LIMITS[chance.nextInt(LIMITS.length)], Integer.toString(VALUES[chance.nextInt(VALUES.length)]));
        }
        int type = chance.nextInt(KINDS);
        long keys = Math.round(fewestKeys * Math.pow((double) mostKeys / fewestKeys, chance.nextDouble()));
        long elements = type == 0 ? 1 : Math.max(1, Math.min(400, commands / keys));
        Sizes count = type == 0 ? Sizes.of(1) : sizes(chance, 1, elements);
        Value value = switch (type) {
            case 0 -> new Value.Text(content(chance, 400));
            case 1 -> new Value.Hash(count, new Content.Text(sizes(chance, 4, 14)), content(chance, 90));
            case 2 -> new Value.ListOf(count, content(chance, 200));
            case 3 -> new Value.SetOf(count, new Content.Text(sizes(chance, 6, 40)));
            case 4 ->
                new Value.SortedSet(count, new Content.Text(sizes(chance, 6, 60)), new Content.Integers(0, 1_000_000));
            case 5 -> new Value.SetOf(count, new Content.Integers(0, 1_000_000_000L));
            default -> wide(type, chance, count, elements);
        };
        double expiring = new double[] {0, 0, 1, 0.5}[chance.nextInt(4)];
        return new SizeTrial(DataSet.of(keys, sizes(chance, 8, 50), value).withTtl(expiring), directives);
    }

    /** Kinds that are seldom kept in many keys. */
    private static Value wide(int type, SplittableRandom chance, Sizes count, long elements) {
        return switch (type) {
            case 6 ->
                new Value.Stream(
                        count,
                        1 + chance.nextInt(6),
                        new Content.Text(sizes(chance, 3, 14)),
                        content(chance, 90),
                        1 + chance.nextInt(200),
                        Value.Consumers.NONE);
            case 7 -> new Value.HyperLogLog(sizes(chance, 1, 10 * elements));
            default -> new Value.Bitmap(sizes(chance, 1, 4_000), 1 + chance.nextInt(60));
        };
    }

    private static Content content(SplittableRandom chance, long most) {
        return chance.nextInt(4) == 0
                ? new Content.Integers(0, 10L << chance.nextInt(40))
                : new Content.Text(sizes(chance, 1, most));
    }

    private static Sizes sizes(SplittableRandom chance, long low, long high) {
        long from = low + chance.nextLong(Math.max(1, high - low + 1));
        long to = from + chance.nextLong(Math.max(1, high - from + 1));
        return chance.nextBoolean() || to == from ? Sizes.of(from) : new Sizes.Range(from, to);
    }

    /** How many commands write all its elements one by one. */
    double writes() {
        double each = Spread.of(Scale.count(data.value())).mean();
        return data.keys() * (data.value() instanceof Value.Bitmap bitmap ? 1 + each / bitmap.stride() : each);
    }

    /** How much more the model says than a fresh server of that kind takes. */
    double error(Optional<Path> binary, long seed) {
        Lab lab = new Lab(binary, directives);
        double measured = lab.measure(List.of(data), seed);
        return new MemoryModel(lab.profile()).estimate(data).totalBytes() / measured - 1;
    }
}
