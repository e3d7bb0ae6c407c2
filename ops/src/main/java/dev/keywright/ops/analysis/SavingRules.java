package dev.keywright.ops.analysis;

import static dev.keywright.ops.Severity.INFO;

import dev.keywright.ops.analysis.AnalysisRule.Check;
import dev.keywright.ops.analysis.AnalysisRule.Found;
import dev.keywright.ops.analysis.AnalysisRule.Weight;
import dev.keywright.ops.analysis.Patterns.Learned;
import dev.keywright.ops.analysis.ShapeTally.Suspects;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Content;
import dev.keywright.ops.memory.History;
import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Sizes;
import dev.keywright.ops.memory.Value;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What would take less memory if it were kept otherwise. Of each pattern some suspects are put through the model of the server's
 * memory as they are and as they would be; what that gives is brought up to all of them.
 */
final class SavingRules {

    private static final long FEWEST_BUCKETED = 1_000;
    private static final double LONGEST_BUCKETED = 64;
    private static final int BUCKET = 100;
    private static final double LONG_VALUE = 200;
    private static final double COMPRESSIBLE = 0.7;
    private static final int SHORT_NAME = 2;
    private static final int MOST_SORTED = 256;

    private static final String LATER = " Keys already there change when they are written anew or the server restarts.";

    private SavingRules() {}

    static List<AnalysisRule> all() {
        return List.of(
                rule(
                        "integer-set-over-limit",
                        "sets of integers alone, hash tables because they have more members than"
                                + " set-max-intset-entries",
                        "A hash table takes 5 to 10 times the memory of an intset; looking up a member of an intset"
                                + " takes slightly longer.",
                        Suspect.LARGE_INTEGER_SET,
                        SavingRules::largeIntegerSet),
                rule(
                        "integer-set-spoiled",
                        "sets of integers but for under 1 % of their members, or one; or that hold integers alone and"
                                + " are hash tables below set-max-intset-entries",
                        "One member that is no integer, or has zeros in front, made the set a hash table for good.",
                        Suspect.SPOILED_INTEGER_SET,
                        SavingRules::spoiledIntegerSet),
                rule(
                        "padded-ids",
                        "sets of numbers of one length with zeros in front",
                        "With zeros in front a number is text to the server, and the set a hash table in place of an"
                                + " intset.",
                        Suspect.PADDED_IDS,
                        SavingRules::paddedIds),
                rule(
                        "hash-over-limit",
                        "hashes with up to 4 times hash-max-listpack-entries fields, all of them short",
                        "A hash table takes several times the memory of a listpack; in a listpack each access walks"
                                + " over all fields.",
                        Suspect.LARGE_HASH,
                        SavingRules::largeHash),
                rule(
                        "hash-long-field",
                        "hashes with few fields of which one is up to 4 times longer than hash-max-listpack-value",
                        "One long value keeps the whole hash from being a listpack.",
                        Suspect.LONG_FIELD,
                        SavingRules::longField),
                rule(
                        "zset-over-limit",
                        "sorted sets with up to 4 times zset-max-listpack-entries members, all of them short",
                        "A skip list with its table takes some 5 times the memory of a listpack; in a listpack ZSCORE"
                                + " and ZADD walk over all members, so do not go beyond 256 where they are used often.",
                        Suspect.LARGE_SORTED_SET,
                        SavingRules::largeSortedSet),
                rule(
                        "long-field-names",
                        "names of hash fields take more than 40 % of what the hashes hold",
                        "Each hash keeps all its field names.",
                        Suspect.LONG_FIELD_NAMES,
                        SavingRules::longFieldNames),
                new AnalysisRule(
                        "bucketable-strings",
                        INFO,
                        "1,000 or more strings of one pattern that ends in a number, on average below 64 bytes,"
                                + " without TTL",
                        "A key of its own costs more than so small a value; a hash of 100 of them costs little.",
                        eachPattern(SavingRules::bucketable)),
                new AnalysisRule(
                        "compressible-values",
                        INFO,
                        "strings of 200 bytes or more on average, of which deflate leaves less than 70 %",
                        "Compressed by the client they take less memory and network; APPEND, GETRANGE and SETRANGE on"
                                + " them are gone.",
                        eachPattern(SavingRules::compressible)));
    }

    private interface EachPattern {
        void look(Subject subject, Learned pattern, Found found);
    }

    private interface OfSuspects {
        void look(Subject subject, Learned pattern, Suspects suspects, Found found);
    }

    private static Check eachPattern(EachPattern check) {
        return (subject, found) -> subject.patterns().forEach(pattern -> check.look(subject, pattern, found));
    }

    private static AnalysisRule rule(String id, String threshold, String why, Suspect suspect, OfSuspects check) {
        return new AnalysisRule(
                id,
                INFO,
                threshold,
                why,
                eachPattern((subject, pattern, found) -> pattern.tally()
                        .shapes()
                        .flatMap(shapes -> shapes.suspects(suspect))
                        .ifPresent(
                                suspects -> check.look(subject, pattern, brought(pattern.tally(), suspects), found))));
    }

    /**
     * Where only some keys were looked at: how many more there are among the others. A live scan looks at all giants and at few of
     * the small ones, so what is true of those looked at is true of the others of their size alone.
     */
    private static Suspects brought(PatternTally tally, Suspects suspects) {
        return tally.shapes()
                .filter(shapes -> shapes.keys() < tally.keys())
                .map(shapes -> suspects.among(tally.sizes(), shapes.sizes()))
                .orElse(suspects);
    }

    // --- collections

    private static void largeIntegerSet(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = roundUp(suspects.mostElements());
        MemoryModel model = with(subject, "set-max-intset-entries", limit);
        tell(
                pattern,
                suspects,
                found,
                change(subject, suspects, row -> whole(model, row, integers(row))),
                Spoken.count(subject.scaled(suspects.keys())) + " sets of " + pattern.text()
                        + " hold integers alone and are hash tables, with up to "
                        + Spoken.count(suspects.mostElements()) + " members.",
                "CONFIG SET set-max-intset-entries " + limit + "." + LATER);
    }

    private static void spoiledIntegerSet(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = Math.max(subject.tally().limits().intsetEntries(), roundUp(suspects.mostElements()));
        MemoryModel model = with(subject, "set-max-intset-entries", limit);
        long padded = pattern.tally().shapes().map(ShapeTally::padded).orElse(0L);
        tell(
                pattern,
                suspects,
                found,
                change(subject, suspects, row -> whole(model, row, integers(row))),
                Spoken.count(subject.scaled(suspects.keys())) + " sets of " + pattern.text()
                        + " hold integers but for a few members"
                        + (padded > 0 ? ", some with zeros in front." : "."),
                "Write ids as plain integers (7, not 007) and keep other members in a set of their own; then write"
                        + " these sets anew"
                        + raisedTo(subject, limit));
    }

    private static void paddedIds(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = Math.max(subject.tally().limits().intsetEntries(), roundUp(suspects.mostElements()));
        MemoryModel model = with(subject, "set-max-intset-entries", limit);
        tell(
                pattern,
                suspects,
                found,
                change(subject, suspects, row -> whole(model, row, integers(row))),
                Spoken.count(subject.scaled(suspects.keys())) + " sets of " + pattern.text()
                        + " hold numbers with zeros in front.",
                "Write them without (7, not 007) and pad them where they are shown; then write these sets anew"
                        + raisedTo(subject, limit));
    }

    private static String raisedTo(Subject subject, long limit) {
        return limit > subject.tally().limits().intsetEntries() ? ", with set-max-intset-entries " + limit + "." : ".";
    }

    private static void largeHash(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = roundUp(suspects.mostElements());
        MemoryModel model = with(subject, "hash-max-listpack-entries", limit);
        tell(
                pattern,
                suspects,
                found,
                change(subject, suspects, row -> whole(model, row, hash(row))),
                Spoken.count(subject.scaled(suspects.keys())) + " hashes of " + pattern.text()
                        + " are hash tables, with short fields and at most " + Spoken.count(suspects.mostElements())
                        + " of them.",
                "CONFIG SET hash-max-listpack-entries " + limit + ", or split them; measure the commands used on them."
                        + LATER);
    }

    private static void longField(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = roundUp(suspects.longest());
        MemoryModel model = with(subject, "hash-max-listpack-value", limit);
        tell(
                pattern,
                suspects,
                found,
                change(subject, suspects, row -> whole(model, row, hash(row))),
                Spoken.count(subject.scaled(suspects.keys())) + " hashes of " + pattern.text()
                        + " are hash tables for the sake of fields of up to " + suspects.longest() + " bytes.",
                "CONFIG SET hash-max-listpack-value " + limit + ", or keep the long field in a key of its own."
                        + LATER);
    }

    private static void largeSortedSet(Subject subject, Learned pattern, Suspects suspects, Found found) {
        long limit = Math.min(MOST_SORTED, roundUp(suspects.mostElements()));
        long counted = suspects.sample().rows().stream()
                .filter(row -> row.at(Suspects.ELEMENTS) <= limit)
                .count();
        MemoryModel model = with(subject, "zset-max-listpack-entries", limit);
        if (counted == 0) {
            return;
        }
        tell(
                pattern,
                suspects,
                found,
                change(
                        subject,
                        suspects,
                        row -> row.at(Suspects.ELEMENTS) <= limit
                                ? whole(model, row, sortedSet(row))
                                : now(subject, suspects, row)),
                Spoken.count(subject.scaled(suspects.keys())) + " sorted sets of " + pattern.text()
                        + " are skip lists, with short members and at most " + Spoken.count(suspects.mostElements())
                        + " of them.",
                "CONFIG SET zset-max-listpack-entries " + limit + " where they are not read all the time." + LATER);
    }

    private static void longFieldNames(Subject subject, Learned pattern, Suspects suspects, Found found) {
        MemoryModel model = subject.model();
        tell(
                pattern,
                suspects,
                found,
                change(
                        subject,
                        suspects,
                        row -> now(subject, suspects, row)
                                - Math.max(
                                        0,
                                        model.value(hash(row), History.LOADED)
                                                - model.value(renamed(row), History.LOADED))),
                "Field names of " + pattern.text() + " take " + Spoken.bytes(subject.scaled(suspects.fieldNameBytes()))
                        + ", " + Spoken.percent(nameRatio(suspects)) + " of what these hashes hold.",
                "Use names of one or two letters and translate them in the client.");
    }

    private static double nameRatio(Suspects suspects) {
        double names = 0;
        double payload = 0;
        for (Sample.Row row : suspects.sample().rows()) {
            names += row.at(Suspects.FIELD_NAMES);
            payload += row.at(Suspects.PAYLOAD);
        }
        return payload == 0 ? 0 : names / payload;
    }

    private static void tell(Learned pattern, Suspects suspects, Found found, Change change, String what, String fix) {
        double saving = suspects.bytes() * (change.now() - change.then());
        if (saving > 0) {
            long bytes = Math.round(suspects.bytes() * change.now());
            found.add(pattern, what, fix, Weight.saving(suspects.keys(), bytes, saving));
        }
    }

    /** What keys take of the allocator and what they would take, over what MEMORY USAGE says of them. */
    private record Change(double now, double then) {}

    private static Change change(Subject subject, Suspects suspects, ToDoubleFunction<Sample.Row> then) {
        double usage = 0;
        double now = 0;
        double less = 0;
        for (Sample.Row row : suspects.sample().rows()) {
            usage += row.at(Suspects.BYTES);
            now += now(subject, suspects, row);
            less += then.applyAsDouble(row);
        }
        return usage == 0 ? new Change(1, 1) : new Change(now / usage, less / usage);
    }

    /** What a key takes of the allocator: MEMORY USAGE, and what that leaves out of table entries. */
    private static double now(Subject subject, Suspects suspects, Sample.Row row) {
        Allocator allocator = subject.origin().profile().allocator();
        long entries = suspects.suspect()
                .entries(row.at(Suspects.ELEMENTS), subject.origin().profile().version());
        return row.at(Suspects.BYTES)
                + (double) ((1 + entries) * Subject.entryRounding(allocator) + Subject.tableRounding(allocator));
    }

    private static double whole(MemoryModel model, Sample.Row row, Value value) {
        return model.key(row.at(Suspects.NAME), false) + model.value(value, History.LOADED);
    }

    private static Value hash(Sample.Row row) {
        long fields = Math.max(1, row.at(Suspects.ELEMENTS));
        long names = row.at(Suspects.FIELD_NAMES) / fields;
        return new Value.Hash(
                Sizes.of(fields), Content.text(names), Content.text(row.at(Suspects.PAYLOAD) / fields - names));
    }

    private static Value renamed(Sample.Row row) {
        long fields = Math.max(1, row.at(Suspects.ELEMENTS));
        long names = row.at(Suspects.FIELD_NAMES) / fields;
        return new Value.Hash(
                Sizes.of(fields),
                Content.text(Math.min(names, SHORT_NAME)),
                Content.text(row.at(Suspects.PAYLOAD) / fields - names));
    }

    /** The longest member tells how wide integers are. */
    private static Value integers(Sample.Row row) {
        long digits = Math.max(1, Math.min(18, row.at(Suspects.PAYLOAD) / Math.max(1, row.at(Suspects.ELEMENTS)) + 1));
        long longest = Math.min(18, Math.max(1, row.at(Suspects.LONGEST)));
        long most = (long) Math.pow(10, (double) Math.min(digits, longest)) - 1;
        return new Value.SetOf(Sizes.of(row.at(Suspects.ELEMENTS)), new Content.Integers(0, most));
    }

    /** Scores are taken to be around the one that was seen. */
    private static Value sortedSet(Sample.Row row) {
        long score = Math.min(Integer.MAX_VALUE, Math.abs(row.at(Suspects.SCORE)));
        long members = Math.max(1, row.at(Suspects.ELEMENTS));
        return new Value.SortedSet(
                Sizes.of(members),
                Content.text(row.at(Suspects.PAYLOAD) / members),
                new Content.Integers(score / 2, score + score / 2 + 1));
    }

    /** The next power of two. */
    private static long roundUp(long number) {
        return number <= 1 ? 1 : Long.highestOneBit(number - 1) << 1;
    }

    private static MemoryModel with(Subject subject, String directive, long value) {
        Limits now = subject.tally().limits();
        return new MemoryModel(subject.model().profile().withLimits(raised(now, directive, value)));
    }

    private static Limits raised(Limits now, String directive, long value) {
        return new Limits(
                directive.equals("hash-max-listpack-entries") ? value : now.hashEntries(),
                directive.equals("hash-max-listpack-value") ? value : now.hashBytes(),
                directive.equals("set-max-intset-entries") ? value : now.intsetEntries(),
                now.setEntries(),
                now.setBytes(),
                directive.equals("zset-max-listpack-entries") ? value : now.sortedSetEntries(),
                now.sortedSetBytes(),
                now.listNode(),
                now.listPlainEnds(),
                now.streamNodeBytes(),
                now.streamNodeEntries(),
                now.sparseBytes());
    }

    // --- strings

    private static void bucketable(Subject subject, Learned pattern, Found found) {
        PatternTally tally = pattern.tally();
        long keys = subject.scaled(tally.keys());
        double length = tally.meanTextBytes();
        boolean plain = tally.keys(KeyType.STRING) == tally.keys() && tally.knowsTexts() && tally.expiring() == 0;
        if (!plain || keys < FEWEST_BUCKETED || length >= LONGEST_BUCKETED || !pattern.endsWithNumber()) {
            return;
        }
        MemoryModel model = subject.model();
        boolean numbers = 2 * tally.keys(Encoding.INT) > tally.keys();
        Content value = numbers
                ? new Content.Integers(0, (long) Math.pow(10, Math.min(18, Math.ceil(length))) - 1)
                : Content.text(Math.round(length));
        long name = Math.max(1, Math.round((double) tally.nameBytes() / tally.keys()) - 2);
        double bucket = model.key(name, false)
                + model.value(
                        new Value.Hash(Sizes.of(BUCKET), new Content.Integers(0, BUCKET - 1), value), History.GROWN);
        double now = tally.bytes() + model.tables(tally.keys(), 0);
        long buckets = (tally.keys() + BUCKET - 1) / BUCKET;
        double then = buckets * bucket + model.tables(buckets, 0);
        found.add(
                pattern,
                Spoken.count(keys) + " strings of " + pattern.text() + " hold " + Math.round(length)
                        + " bytes on average and take " + Math.round((double) tally.bytes() / tally.keys())
                        + " bytes each.",
                "Keep 100 of them in a hash: HSET " + bucketName(pattern) + " <number % 100> instead of SET.",
                Weight.saving(tally.keys(), Math.round(now), now - then));
    }

    private static String bucketName(Learned pattern) {
        String text = pattern.text();
        int number = text.lastIndexOf(TokenKind.NUMBER.shown());
        return text.substring(0, number) + "<number / 100>";
    }

    private static void compressible(Subject subject, Learned pattern, Found found) {
        PatternTally tally = pattern.tally();
        long strings = tally.keys(KeyType.STRING);
        double length = tally.meanTextBytes();
        double ratio = tally.shapes().flatMap(ShapeTally::compressedRatio).orElse(1.0);
        if (length < LONG_VALUE || ratio >= COMPRESSIBLE) {
            return;
        }
        MemoryModel model = subject.model();
        double now = model.value(Value.text(Math.round(length)));
        double then = model.value(Value.text(Math.round(length * ratio)));
        found.add(
                pattern,
                "Values of " + pattern.text() + " are " + Spoken.bytes(Math.round(length))
                        + " on average, and deflate leaves at most " + Spoken.percent(ratio) + " of them.",
                "Compress values in the client and mark those that are compressed by their first byte.",
                Weight.saving(strings, tally.bytes(), strings * (now - then)));
    }
}
