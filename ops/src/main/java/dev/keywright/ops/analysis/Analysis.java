package dev.keywright.ops.analysis;

import dev.keywright.ops.analysis.AnalysisReport.AgeRow;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.AnalysisReport.Bar;
import dev.keywright.ops.analysis.AnalysisReport.Coverage;
import dev.keywright.ops.analysis.AnalysisReport.DatabaseRow;
import dev.keywright.ops.analysis.AnalysisReport.EncodingRow;
import dev.keywright.ops.analysis.AnalysisReport.Expiry;
import dev.keywright.ops.analysis.AnalysisReport.FormatRow;
import dev.keywright.ops.analysis.AnalysisReport.FrequencyRow;
import dev.keywright.ops.analysis.AnalysisReport.KeyRow;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import dev.keywright.ops.analysis.AnalysisReport.Peak;
import dev.keywright.ops.analysis.AnalysisReport.SlotRow;
import dev.keywright.ops.analysis.AnalysisReport.Slots;
import dev.keywright.ops.analysis.AnalysisReport.Spread;
import dev.keywright.ops.analysis.AnalysisReport.Tops;
import dev.keywright.ops.analysis.AnalysisReport.Totals;
import dev.keywright.ops.analysis.AnalysisReport.TypeCount;
import dev.keywright.ops.analysis.AnalysisReport.TypeRow;
import dev.keywright.ops.analysis.Patterns.Learned;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Version;
import dev.keywright.ops.wire.HashSlot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes the report of keys that were counted. One thread; uses the tallies up. */
public final class Analysis {

    private static final int MOST_PATTERNS = 1_000;
    private static final int MOST_SLOTS = 20;
    private static final int HOURS = 72;
    /** So many keys come and go during a scan that is whole. */
    private static final double MISSED = 0.05;
    /** Half the width of an interval that holds 95 % of a normal distribution, in standard deviations. */
    private static final double DEVIATIONS = 1.96;

    private final Origin origin;
    private final KeyTally tally;
    private final List<Learned> patterns;
    private final PatternTally all = new PatternTally();
    private final double scale;

    private Analysis(KeyTally tally, Origin origin) {
        this.origin = origin;
        this.tally = tally;
        this.scale = origin.sampledRatio() < 1 && tally.keys() > 0
                ? Math.max(1, (double) origin.keysThere() / tally.keys())
                : 1;
        this.patterns = Patterns.of(tally.patterns(), scale);
        patterns.forEach(pattern -> all.add(pattern.tally()));
    }

    /** @param tallies of one source, one or more; empty ones do no harm */
    public static AnalysisReport report(List<KeyTally> tallies, Origin origin) {
        KeyTally first = tallies.get(0);
        tallies.stream().skip(1).forEach(first::add);
        return new Analysis(first, origin).report();
    }

    /** Each rule with its threshold and why, as {@code docs/analyze.md} lists them. */
    static List<AnalysisRule> rules() {
        return AnalysisRule.all();
    }

    private AnalysisReport report() {
        Totals totals = totals();
        return new AnalysisReport(
                AnalysisReport.SCHEMA,
                origin.name(),
                origin.kind(),
                origin.server(),
                origin.profile().toString(),
                Instant.ofEpochMilli(tally.nowMillis()).toString(),
                Math.round(origin.tookSeconds() * 1_000) / 1_000.0,
                new Coverage(
                        tally.keys(),
                        origin.keysThere(),
                        origin.sampledRatio(),
                        origin.problems().isEmpty() && !isPart()),
                totals,
                types(),
                encodings(),
                databases(),
                origin.shards(),
                slots(),
                patterns.size(),
                patternRows(totals.keyBytes()),
                ages(PatternTally::ttls, all.keys() - all.expiring(), all.bytes() - all.expiringBytes()),
                ages(PatternTally::idles, 0, 0),
                frequencies(),
                expiry(),
                formats(),
                tops(),
                findings(totals),
                Optional.empty(),
                origin.notes(),
                origin.problems());
    }

    /** Whether many keys are missing that are no matter of a sample. */
    private boolean isPart() {
        return scale == 1 && (double) (origin.keysThere() - tally.keys()) > MISSED * (double) origin.keysThere();
    }

    private long scaled(long read) {
        return Math.round((double) read * scale);
    }

    // --- totals

    private Totals totals() {
        long keyBytes = scaled(all.bytes());
        List<Part> parts = new ArrayList<>();
        for (KeyType type : KeyType.values()) {
            if (tally.type(type).keys() > 0) {
                parts.add(new Part(
                        "keys: " + type.name().toLowerCase(Locale.ROOT),
                        scaled(tally.type(type).bytes())));
            }
        }
        long named = parts.stream().mapToLong(Part::bytes).sum();
        long others = origin.others().stream().mapToLong(Part::bytes).sum();
        parts.addAll(origin.others());
        boolean measured = origin.usedMemoryBytes().isPresent();
        if (measured) {
            long rounding = rounding();
            parts.add(new Part("table entries, rounded up by the allocator", rounding));
            parts.removeIf(part -> part.bytes() == 0);
            others += rounding;
        }
        long used = origin.usedMemoryBytes().orElse(named + others);
        parts.sort(Comparator.comparingLong(part -> -part.bytes()));
        long unseen = scale == 1 && tally.keys() > 0
                ? Math.max(0, origin.keysThere() - tally.keys()) * all.bytes() / tally.keys()
                : 0;
        long rest = used - named - others;
        boolean partly = !origin.problems().isEmpty() || isPart();
        if (partly && unseen > 0 && rest > 0) {
            long likely = Math.min(rest, unseen);
            parts.add(new Part("keys that were not read, if like the others", likely));
            rest -= likely;
        }
        if (measured) {
            parts.add(new Part("unexplained", rest));
        }
        return new Totals(
                used,
                measured,
                scaled(all.keys()),
                keyBytes,
                error((double) all.bytes(), all.squares()),
                scaled(all.expiring()),
                scaled(all.nameBytes()),
                parts);
    }

    /** MEMORY USAGE counts an entry of a table as 24 bytes, whatever block the allocator gave for it. */
    private long rounding() {
        long entries = tally.keys();
        for (KeyType type : List.of(KeyType.HASH, KeyType.ZSET, KeyType.SET)) {
            boolean bare = type == KeyType.SET && origin.profile().version() != Version.REDIS_7_0;
            entries += bare ? 0 : tally.type(type).elementCount(Encoding.HASHTABLE);
            entries += tally.type(type).elementCount(Encoding.SKIPLIST);
        }
        return scaled(entries * Subject.entryRounding(origin.profile().allocator()));
    }

    /** Of the sum over all keys of what has that sum and sum of squares among those read. */
    private long error(double sum, double squares) {
        double read = (double) tally.keys();
        if (scale == 1 || read < 2) {
            return 0;
        }
        double there = read * scale;
        double mean = sum / read;
        double variance = Math.max(0, squares / read - mean * mean);
        return Math.round(DEVIATIONS * there * Math.sqrt(variance / read * (1 - 1 / scale)));
    }

    // --- rows

    private List<TypeRow> types() {
        return Stream.of(KeyType.values())
                .filter(type -> tally.type(type).keys() > 0)
                .map(type -> {
                    TypeTally one = tally.type(type);
                    return new TypeRow(
                            type,
                            scaled(one.keys()),
                            scaled(one.bytes()),
                            scaled(one.elementCount()),
                            spread(one.sizes()),
                            optionalSpread(one.elements(), one.keys()));
                })
                .sorted(Comparator.comparingLong(row -> -row.bytes()))
                .toList();
    }

    private Spread spread(Histogram histogram) {
        return spread(histogram, histogram.total());
    }

    /** Of so many keys, of which the histogram knows some. */
    private Spread spread(Histogram histogram, long keys) {
        double factor = histogram.total() == 0 ? 1 : (double) keys / histogram.total();
        return new Spread(
                histogram.smallest(),
                histogram.quantile(0.5),
                histogram.quantile(0.9),
                histogram.quantile(0.99),
                histogram.largest(),
                histogram.bars().stream()
                        .map(bar -> new Bar(bar.low(), bar.high(), scaled(Math.round((double) bar.count() * factor))))
                        .toList());
    }

    private Optional<Spread> optionalSpread(Histogram histogram, long keys) {
        return histogram.total() == 0 ? Optional.empty() : Optional.of(spread(histogram, keys));
    }

    private List<EncodingRow> encodings() {
        return Stream.of(KeyType.values())
                .flatMap(type -> Stream.of(Encoding.values())
                        .filter(encoding -> tally.type(type).keys(encoding) > 0)
                        .map(encoding -> new EncodingRow(
                                type,
                                encoding,
                                scaled(tally.type(type).keys(encoding)),
                                scaled(tally.type(type).bytes(encoding)))))
                .sorted(Comparator.comparingLong(row -> -row.bytes()))
                .toList();
    }

    private List<DatabaseRow> databases() {
        return tally.databases().all().stream()
                .map(database -> new DatabaseRow(
                        database.number(),
                        scaled(database.keys()),
                        scaled(database.bytes()),
                        scaled(database.expiring())))
                .toList();
    }

    private Slots slots() {
        int used = (int) IntStream.range(0, HashSlot.COUNT)
                .filter(slot -> tally.slotKeys(slot) > 0)
                .count();
        List<SlotRow> fullest = IntStream.range(0, HashSlot.COUNT)
                .boxed()
                .filter(slot -> tally.slotKeys(slot) > 0)
                .sorted(Comparator.comparingLong(slot -> -tally.slotKeys(slot)))
                .limit(MOST_SLOTS)
                .map(slot -> new SlotRow(
                        slot,
                        scaled(tally.slotKeys(slot)),
                        scaled(tally.slotBytes(slot)),
                        tally.slotTag(slot).map(ByteString::toString)))
                .toList();
        return new Slots(used, (double) scaled(tally.keys()) / HashSlot.COUNT, fullest);
    }

    private List<PatternRow> patternRows(long keyBytes) {
        return patterns.stream()
                .limit(MOST_PATTERNS)
                .map(pattern -> row(pattern, keyBytes))
                .toList();
    }

    private PatternRow row(Learned pattern, long keyBytes) {
        PatternTally one = pattern.tally();
        long bytes = scaled(one.bytes());
        return new PatternRow(
                pattern.text(),
                pattern.text().equals(Patterns.OVERFLOW)
                        ? List.of(Patterns.OVERFLOW)
                        : pattern.levels().stream().map(PatternNode::shown).toList(),
                scaled(one.keys()),
                error((double) one.keys(), (double) one.keys()),
                bytes,
                error((double) one.bytes(), one.squares()),
                keyBytes == 0 ? 0 : rounded((double) bytes / keyBytes, 10_000),
                Stream.of(KeyType.values())
                        .filter(type -> one.keys(type) > 0)
                        .map(type -> new TypeCount(type, scaled(one.keys(type))))
                        .sorted(Comparator.comparingLong(count -> -count.keys()))
                        .toList(),
                scaled(one.expiring()),
                spread(one.sizes()),
                optionalSpread(one.elements(), one.keys() - one.keys(KeyType.STRING)),
                rounded((double) one.nameBytes() / one.keys(), 10),
                rounded(one.meanTextBytes(), 10),
                one.shapes().flatMap(Analysis::likelyFormat),
                one.idles().isEmpty() ? Optional.empty() : Optional.of(scaled(one.coldBytes())),
                one.example().toString());
    }

    private static double rounded(double number, double steps) {
        return Math.round(number * steps) / steps;
    }

    /** What more than half of the values that were looked at are. */
    private static Optional<Format> likelyFormat(ShapeTally shapes) {
        return Stream.of(Format.values())
                .filter(format -> 2 * shapes.keys(format) > shapes.keys())
                .findFirst();
    }

    // --- times

    private interface AgesOf {
        Optional<Ages> of(PatternTally tally);
    }

    private List<AgeRow> ages(AgesOf which, long never, long neverBytes) {
        Optional<Ages> ages = which.of(all);
        List<AgeRow> rows = new ArrayList<>();
        if (never > 0) {
            rows.add(new AgeRow("never", scaled(never), scaled(neverBytes)));
        }
        ages.ifPresent(known -> IntStream.range(0, Ages.count())
                .forEach(span ->
                        rows.add(new AgeRow(Ages.name(span), scaled(known.keys(span)), scaled(known.bytes(span))))));
        return rows;
    }

    private List<FrequencyRow> frequencies() {
        List<FrequencyRow> rows = new ArrayList<>();
        int step = 16;
        long sum = 0;
        for (int low = 0; low < 256; low += step) {
            long keys = IntStream.range(low, low + step)
                    .mapToLong(tally::frequencies)
                    .sum();
            sum += keys;
            rows.add(new FrequencyRow(low, low + step - 1, scaled(keys)));
        }
        return sum == 0 ? List.of() : rows;
    }

    private Expiry expiry() {
        ExpiryCalendar calendar = tally.calendar();
        return new Expiry(
                scaled(calendar.keys()),
                peak(calendar.second()),
                peak(calendar.minute()),
                IntStream.of(calendar.hours(HOURS))
                        .mapToObj(count -> scaled((long) count))
                        .toList());
    }

    private Optional<Peak> peak(ExpiryCalendar.Peak peak) {
        return peak.keys() == 0
                ? Optional.empty()
                : Optional.of(new Peak(
                        Instant.ofEpochMilli(peak.atMillis()).toString(),
                        scaled(peak.keys()),
                        rounded((double) peak.keys() / tally.calendar().keys(), 10_000)));
    }

    // --- values and keys

    private List<FormatRow> formats() {
        return all.shapes()
                .map(shapes -> Stream.of(Format.values())
                        .filter(format -> shapes.keys(format) > 0)
                        .map(format -> new FormatRow(format, shapes.keys(format), shapes.bytes(format)))
                        .sorted(Comparator.comparingLong(row -> -row.bytes()))
                        .toList())
                .orElse(List.of());
    }

    private Tops tops() {
        return new Tops(rows(tally.largest()), rows(tally.longest()), rows(tally.coldest()), rows(tally.hottest()));
    }

    private List<KeyRow> rows(TopKeys top) {
        return top.keys().stream().map(this::row).toList();
    }

    private KeyRow row(Key key) {
        return new KeyRow(
                shown(key.name()),
                key.database(),
                key.type(),
                key.encoding(),
                key.bytes(),
                known(key.elements()),
                key.expires()
                        ? Optional.of(Math.max(0, (key.expiresAtMillis() - tally.nowMillis()) / 1_000))
                        : Optional.empty(),
                known(key.idleSeconds()),
                key.frequency() < 0 ? Optional.empty() : Optional.of(key.frequency()));
    }

    private static Optional<Long> known(long figure) {
        return figure < 0 ? Optional.empty() : Optional.of(figure);
    }

    /** A name of megabytes is shortened. */
    private static String shown(ByteString name) {
        int most = 512;
        return name.length() <= most
                ? name.toString()
                : ByteString.of(Arrays.copyOf(name.bytes(), most)) + "... (" + name.length() + " bytes)";
    }

    // --- findings

    private List<AnalysisFinding> findings(Totals totals) {
        long explained = totals.parts().stream()
                .filter(part -> !part.name().equals("unexplained"))
                .mapToLong(Part::bytes)
                .sum();
        Subject subject = new Subject(
                origin,
                tally,
                patterns,
                new MemoryModel(origin.profile()),
                scale,
                totals.keys(),
                totals.keyBytes(),
                totals.expiring(),
                totals.usedMemoryBytes(),
                explained);
        return rules().stream()
                .flatMap(rule -> rule.findings(subject).stream())
                .sorted(Comparator.comparing(
                                (AnalysisFinding one) -> one.finding().severity())
                        .reversed()
                        .thenComparing(one -> -one.savingBytes().orElse(one.bytes()))
                        .thenComparing(one -> one.finding().id()))
                .toList();
    }
}
