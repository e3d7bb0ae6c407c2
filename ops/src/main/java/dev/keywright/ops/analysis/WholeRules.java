package dev.keywright.ops.analysis;

import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.analysis.AnalysisRule.Found;
import dev.keywright.ops.analysis.AnalysisRule.Weight;
import dev.keywright.ops.analysis.Patterns.Learned;
import dev.keywright.ops.wire.HashSlot;
import java.util.List;
import java.util.function.ToLongFunction;

/** All keys together, and how they lie in slots, shards and databases. */
final class WholeRules {

    private static final long ENTRY_AND_OBJECT = 40;
    private static final double MUCH_OVERHEAD = 0.3;
    private static final double WELL_EXPLAINED = 0.9;
    private static final long SMALL_SERVER = 10_000_000;
    private static final double DOMINANT = 0.5;
    private static final int FEWEST_PATTERNS = 3;
    private static final long FEWEST_KEYS = 1_000;
    private static final double HOT_SLOT = 0.01;
    private static final long FEWEST_IN_SLOT = 100;
    private static final double KEY_SKEW = 0.02;
    private static final double BYTE_SKEW = 0.2;
    private static final long FEWEST_PER_SHARD = 10_000;
    private static final double TIMES = 0.9;

    private WholeRules() {}

    static List<AnalysisRule> all() {
        return List.of(
                new AnalysisRule(
                        "key-overhead",
                        INFO,
                        "entries, objects and tables of keys take over 30 % of used memory, with 1,000 keys or more",
                        "Many tiny keys: what the server keeps about each weighs as much as what it holds.",
                        WholeRules::overhead),
                new AnalysisRule(
                        "unexplained-memory",
                        INFO,
                        "keys and all known parts are less than 90 % of used memory, on a server above 10 MB",
                        "Something that is no key takes memory: buffers, modules, fragmentation within blocks; or"
                                + " tables that are moving.",
                        WholeRules::unexplained),
                new AnalysisRule(
                        "dominant-pattern",
                        INFO,
                        "one of three patterns or more has over half of the bytes of all keys",
                        "What is saved here counts; the rest hardly does.",
                        WholeRules::dominant),
                new AnalysisRule(
                        "time-series-in-zset",
                        INFO,
                        "90 % or more of a pattern's sorted sets have times for scores",
                        "A stream keeps entries in order of time in a fraction of the memory, and can be trimmed by"
                                + " time.",
                        (subject, found) -> subject.patterns().forEach(pattern -> timeSeries(subject, pattern, found))),
                new AnalysisRule(
                        "several-databases",
                        INFO,
                        "more than one database has keys",
                        "A cluster has but database 0, and all of them share one thread and one eviction.",
                        WholeRules::databases),
                new AnalysisRule(
                        "hot-slot",
                        WARNING,
                        "one slot has over 1 % of the keys and 100 or more, through hash tags (info outside of a"
                                + " cluster)",
                        "A slot cannot be split: all of it stays on one node.",
                        WholeRules::hotSlot),
                new AnalysisRule(
                        "shard-skew",
                        WARNING,
                        "a shard has 2 % more keys than the mean (info), or uses 20 % more memory",
                        "The fullest shard decides when memory is bought.",
                        WholeRules::shardSkew));
    }

    private static void overhead(Subject subject, Found found) {
        long bytes = subject.keys() * ENTRY_AND_OBJECT
                + Math.round(subject.model().tables(subject.keys(), subject.expiring()));
        double ratio = (double) bytes / subject.usedBytes();
        if (subject.keys() >= FEWEST_KEYS && ratio > MUCH_OVERHEAD) {
            found.add(
                    "What the server keeps about " + Spoken.keys(subject.keys()) + " takes " + Spoken.bytes(bytes)
                            + ", " + Spoken.percent(ratio) + " of used memory.",
                    "Keep what is read together in one hash; see bucketable-strings.",
                    Weight.of(subject.read(subject.keys()), subject.read(bytes)));
        }
    }

    private static void unexplained(Subject subject, Found found) {
        boolean whole = subject.origin().problems().isEmpty();
        if (whole
                && subject.origin().usedMemoryBytes().isPresent()
                && subject.usedBytes() > SMALL_SERVER
                && (double) subject.explainedBytes() < WELL_EXPLAINED * (double) subject.usedBytes()) {
            long rest = subject.usedBytes() - subject.explainedBytes();
            found.add(
                    Spoken.bytes(rest) + " of " + Spoken.bytes(subject.usedBytes())
                            + " used memory are neither keys nor any" + " part the server names.",
                    "Look at MEMORY STATS and MEMORY DOCTOR.",
                    Weight.of(0, subject.read(rest)));
        }
    }

    private static void dominant(Subject subject, Found found) {
        if (subject.patterns().size() < FEWEST_PATTERNS) {
            return;
        }
        Learned first = subject.patterns().get(0);
        double ratio = (double) subject.scaled(first.tally().bytes()) / Math.max(1, subject.keyBytes());
        if (ratio > DOMINANT) {
            found.add(
                    first,
                    first.text() + " has " + Spoken.percent(ratio) + " of the bytes of all keys.",
                    "Begin here.",
                    Weight.of(first.tally().keys(), first.tally().bytes()));
        }
    }

    private static void timeSeries(Subject subject, Learned pattern, Found found) {
        pattern.tally().shapes().ifPresent(shapes -> {
            if (shapes.sortedSets() > 0 && (double) shapes.timeScores() >= TIMES * (double) shapes.sortedSets()) {
                long keys = pattern.tally().keys(KeyType.ZSET);
                long bytes = pattern.tally().bytes() * keys / pattern.tally().keys();
                if ((double) subject.scaled(bytes) >= subject.worthBytes()) {
                    found.add(
                            pattern,
                            "Scores of the sorted sets of " + pattern.text() + " are times.",
                            "If entries are only appended and read by time, use a stream (XADD, XRANGE, XTRIM MINID).",
                            Weight.of(keys, bytes));
                }
            }
        });
    }

    private static void databases(Subject subject, Found found) {
        List<Databases.Database> all = subject.tally().databases().all();
        if (all.size() > 1) {
            long others =
                    all.stream().skip(1).mapToLong(Databases.Database::keys).sum();
            found.add(
                    all.size() + " databases have keys: "
                            + String.join(
                                    ", ",
                                    all.stream()
                                            .limit(10)
                                            .map(database -> Integer.toString(database.number()))
                                            .toList())
                            + (all.size() > 10 ? " and more." : "."),
                    "Tell them apart by a prefix, or run servers of their own.",
                    Weight.of(others, 0));
        }
    }

    private static void hotSlot(Subject subject, Found found) {
        KeyTally tally = subject.tally();
        int fullest = 0;
        for (int slot = 1; slot < HashSlot.COUNT; slot++) {
            if (tally.slotKeys(slot) > tally.slotKeys(fullest)) {
                fullest = slot;
            }
        }
        long keys = tally.slotKeys(fullest);
        if (subject.scaled(keys) >= FEWEST_IN_SLOT
                && (double) keys > HOT_SLOT * (double) tally.keys()
                && tally.slotTag(fullest).isPresent()) {
            found.add(
                    subject.origin().cluster() ? WARNING : INFO,
                    "Slot " + fullest + " has " + Spoken.keys(subject.scaled(keys)) + ", "
                            + Spoken.percent((double) keys / tally.keys()) + " of all, by hash tags as in "
                            + tally.slotTag(fullest).map(ByteString::toString).orElse("") + ".",
                    "Use a hash tag with more values, or none where commands need one key.",
                    Weight.of(keys, tally.slotBytes(fullest)));
        }
    }

    private static void shardSkew(Subject subject, Found found) {
        List<AnalysisReport.Shard> shards = subject.origin().shards();
        if (!subject.origin().cluster() || shards.size() < 2) {
            return;
        }
        Skew keys = Skew.of(shards, AnalysisReport.Shard::keys);
        Skew bytes = Skew.of(shards, AnalysisReport.Shard::usedMemoryBytes);
        if (bytes.over() > BYTE_SKEW) {
            found.add(
                    bytes.name() + " uses " + Spoken.percent(bytes.over())
                            + " more memory than the mean of the shards.",
                    "keywright cluster plan --rebalance; look for its largest keys first.",
                    Weight.of(0, 0));
        } else if (keys.over() > KEY_SKEW && keys.mean() >= FEWEST_PER_SHARD) {
            found.add(
                    INFO,
                    keys.name() + " has " + Spoken.percent(keys.over()) + " more keys than the mean of the shards.",
                    "keywright cluster plan --rebalance.",
                    Weight.of(0, 0));
        }
    }

    /** The largest of several figures. */
    private record Skew(String name, double mean, double over) {
        static Skew of(List<AnalysisReport.Shard> shards, ToLongFunction<AnalysisReport.Shard> figure) {
            double mean = shards.stream().mapToLong(figure).average().orElse(0);
            AnalysisReport.Shard largest = shards.get(0);
            for (AnalysisReport.Shard shard : shards) {
                if (figure.applyAsLong(shard) > figure.applyAsLong(largest)) {
                    largest = shard;
                }
            }
            return new Skew(largest.name(), mean, mean == 0 ? 0 : (double) figure.applyAsLong(largest) / mean - 1);
        }
    }
}
