package dev.keywright.ops.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Data sets that no table holds: spread sizes, odd counts, mixed types. Each is small enough to load in a second or two. */
final class SpotChecks {

    private SpotChecks() {}

    static Map<String, List<DataSet>> all(Version version) {
        Map<String, List<DataSet>> checks = new LinkedHashMap<>();
        strings(checks);
        hashes(checks);
        sets(checks);
        lists(checks);
        streams(checks);
        if (version.has(Trait.FIELD_TTL)) {
            put(
                    checks,
                    "hash, half its fields expire",
                    1_000,
                    new Value.Hash(Sizes.of(12), text(6, 10), text(5, 40), 0.5));
            put(checks, "large hash, fields expire", 5, new Value.Hash(Sizes.of(3_000), text(6, 10), text(5, 40), 1));
        }
        checks.put(
                "everything at once",
                checks.values().stream().limit(20).flatMap(List::stream).toList());
        return checks;
    }

    private static void strings(Map<String, List<DataSet>> checks) {
        checks.put(
                "strings 1-200, keys 4-60, 30 % expire",
                List.of(DataSet.of(7_000, new Sizes.Range(4, 60), new Value.Text(text(1, 200)))
                        .withTtl(0.3)));
        put(checks, "strings about 300", 5_000, new Value.Text(new Content.Text(new Sizes.Around(300, 250, 1, 9_000))));
        put(checks, "integers", 6_000, new Value.Text(new Content.Integers(-5_000, 20_000)));
        put(checks, "strings 40 kB", 50, Value.text(40_000));
        put(checks, "appended", 500, new Value.Appended(new Sizes.Range(2, 40), Sizes.of(17)));
        put(checks, "bitmap ascending", 40, new Value.Bitmap(Sizes.of(123_457), 64));
        put(checks, "hyperloglog 20-120", 300, new Value.HyperLogLog(new Sizes.Range(20, 120)));
        checks.put(
                "strings, loaded",
                List.of(DataSet.of(5_000, Sizes.of(25), new Value.Text(text(1, 90)))
                        .withTtl(1)
                        .withHistory(History.LOADED)));
    }

    private static void hashes(Map<String, List<DataSet>> checks) {
        put(checks, "hash 3-20 fields", 1_000, new Value.Hash(new Sizes.Range(3, 20), text(4, 12), text(1, 60)));
        put(
                checks,
                "hash 4-10 fields about the limit",
                1_000,
                new Value.Hash(new Sizes.Range(4, 10), text(4, 9), text(30, 70)));
        put(
                checks,
                "hash of integers",
                500,
                new Value.Hash(Sizes.of(30), text(5, 5), new Content.Integers(0, 100_000)));
        put(checks, "hash 700-1300 fields", 20, new Value.Hash(new Sizes.Range(700, 1_300), text(8, 8), text(5, 30)));
        checks.put(
                "hash 1100 fields, loaded",
                List.of(DataSet.of(10, Sizes.of(12), new Value.Hash(Sizes.of(1_100), text(8, 8), text(5, 30)))
                        .withHistory(History.LOADED)));
    }

    private static void sets(Map<String, List<DataSet>> checks) {
        put(checks, "set 5-300 texts", 200, new Value.SetOf(new Sizes.Range(5, 300), text(6, 30)));
        put(checks, "set 6000 texts", 3, new Value.SetOf(Sizes.of(6_000), text(8, 20)));
        put(checks, "set 9000 texts", 3, new Value.SetOf(Sizes.of(9_000), text(8, 20)));
        put(
                checks,
                "set 20-900 integers",
                150,
                new Value.SetOf(new Sizes.Range(20, 900), new Content.Integers(0, 5_000_000)));
        put(
                checks,
                "zset 20-300",
                200,
                new Value.SortedSet(new Sizes.Range(20, 300), text(6, 30), new Content.Integers(0, 9_999_999)));
        put(checks, "zset 5000", 4, new Value.SortedSet(Sizes.of(5_000), text(6, 12), new Content.Integers(0, 999)));
        put(
                checks,
                "zset long members",
                300,
                new Value.SortedSet(Sizes.of(7), text(60, 70), new Content.Integers(0, 999)));
    }

    private static void lists(Map<String, List<DataSet>> checks) {
        put(
                checks,
                "list of integers",
                300,
                new Value.ListOf(new Sizes.Range(1, 200), new Content.Integers(0, 100_000)));
        put(checks, "list of 200 to 300", 40, new Value.ListOf(Sizes.of(333), text(200, 300)));
        put(checks, "list of 20 to 2000", 40, new Value.ListOf(new Sizes.Range(50, 150), text(20, 2_000)));
        put(checks, "list of 10 kB", 20, new Value.ListOf(Sizes.of(20), text(9_000, 11_000)));
    }

    private static void streams(Map<String, List<DataSet>> checks) {
        put(checks, "stream of 5", 500, new Value.Stream(Sizes.of(5), 2, text(4, 4), text(10, 30), 1_000));
        put(
                checks,
                "stream of 150-900",
                40,
                new Value.Stream(new Sizes.Range(150, 900), 3, text(5, 5), new Content.Integers(0, 70_000), 7));
        put(checks, "stream of 4000 crowded", 5, new Value.Stream(Sizes.of(4_000), 1, text(5, 5), text(20, 20), 0.25));
        put(checks, "stream of long entries", 20, new Value.Stream(Sizes.of(200), 2, text(5, 5), text(200, 400), 50));
        put(
                checks,
                "stream with pending",
                5,
                new Value.Stream(Sizes.of(2_000), 2, text(5, 5), text(10, 20), 20, new Value.Consumers(2, 4, 800)));
    }

    private static void put(Map<String, List<DataSet>> checks, String name, long keys, Value value) {
        checks.put(name, List.of(DataSet.of(keys, new Sizes.Range(10, 20), value)));
    }

    private static Content text(long low, long high) {
        return new Content.Text(low == high ? Sizes.of(low) : new Sizes.Range(low, high));
    }
}
