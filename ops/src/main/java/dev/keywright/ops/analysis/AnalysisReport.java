package dev.keywright.ops.analysis;

import dev.keywright.ops.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What is in a server or a dump, and what is odd about it. Figures of a sample are brought up to all keys; {@code ...Error} is what
 * the truth is away at most, with a confidence of 95 %, and 0 when all keys were read. Lists are sorted, the heaviest first.
 * {@code docs/analyze.md} describes the fields.
 *
 * @param when ISO 8601
 * @param memoryModel the allocator and version that savings are computed for
 * @param patternsInAll how many were learned; {@code patterns} lists those with most bytes
 */
public record AnalysisReport(
        String schema,
        String source,
        String kind,
        String server,
        String memoryModel,
        String when,
        double tookSeconds,
        Coverage coverage,
        Totals totals,
        List<TypeRow> types,
        List<EncodingRow> encodings,
        List<DatabaseRow> databases,
        List<Shard> shards,
        Slots slots,
        long patternsInAll,
        List<PatternRow> patterns,
        List<AgeRow> ttls,
        List<AgeRow> idles,
        List<FrequencyRow> frequencies,
        Expiry expiry,
        List<FormatRow> formats,
        Tops tops,
        List<AnalysisFinding> findings,
        Optional<Growth> growth,
        List<String> notes,
        List<String> problems) {

    public static final String SCHEMA = "keywright.analysis/1";

    public AnalysisReport {
        types = List.copyOf(types);
        encodings = List.copyOf(encodings);
        databases = List.copyOf(databases);
        shards = List.copyOf(shards);
        patterns = List.copyOf(patterns);
        ttls = List.copyOf(ttls);
        idles = List.copyOf(idles);
        frequencies = List.copyOf(frequencies);
        formats = List.copyOf(formats);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
        problems = List.copyOf(problems);
    }

    /** The same with what changed since an earlier one. */
    public AnalysisReport against(AnalysisReport earlier) {
        return new AnalysisReport(
                schema,
                source,
                kind,
                server,
                memoryModel,
                when,
                tookSeconds,
                coverage,
                totals,
                types,
                encodings,
                databases,
                shards,
                slots,
                patternsInAll,
                patterns,
                ttls,
                idles,
                frequencies,
                expiry,
                formats,
                tops,
                findings,
                Optional.of(Growths.between(earlier, this)),
                notes,
                problems);
    }

    /**
     * How much of it was seen.
     *
     * @param keysRead whose facts were read
     * @param keysThere when it began, or as the file told
     */
    public record Coverage(long keysRead, long keysThere, double sampledRatio, boolean complete) {}

    /**
     * @param usedMemoryBytes of the server; of a dump what a server would use
     * @param measured whether a server told it
     * @param keyBytes what keys take, without their share of tables
     * @param parts of used memory; they add up to it
     */
    public record Totals(
            long usedMemoryBytes,
            boolean measured,
            long keys,
            long keyBytes,
            long keyBytesError,
            long expiring,
            long nameBytes,
            List<Part> parts) {
        public Totals {
            parts = List.copyOf(parts);
        }
    }

    /** Bytes with a name; below 0 only for what is explained twice. */
    public record Part(String name, long bytes) {}

    /** A spread of numbers; quantiles are at most 7 % off. */
    public record Spread(long least, long median, long p90, long p99, long most, List<Bar> bars) {
        public Spread {
            bars = List.copyOf(bars);
        }
    }

    /** How many numbers lie from {@code low} to {@code high}, both included. */
    public record Bar(long low, long high, long count) {}

    /** @param elements their lengths, for strings */
    public record TypeRow(
            KeyType type, long keys, long bytes, long elementCount, Spread sizes, Optional<Spread> elements) {}

    public record EncodingRow(KeyType type, Encoding encoding, long keys, long bytes) {}

    /** @param database -1 for all beyond the first thousand */
    public record DatabaseRow(int database, long keys, long bytes, long expiring) {}

    /**
     * A shard of a cluster, or one of several files.
     *
     * @param state what became of it, in a few words
     */
    public record Shard(String name, long keys, long keysRead, long usedMemoryBytes, String state) {}

    /**
     * Hash slots, as a cluster would use them or does.
     *
     * @param used how many have keys
     * @param fullest the ones with most keys
     */
    public record Slots(int used, double meanKeys, List<SlotRow> fullest) {
        public Slots {
            fullest = List.copyOf(fullest);
        }
    }

    /** @param example a key in it with a hash tag */
    public record SlotRow(int slot, long keys, long bytes, Optional<String> example) {}

    /**
     * Names that are alike.
     *
     * @param levels the parts of the pattern, with the signs before them
     * @param types how many keys of each type
     * @param elements of collections
     * @param meanTextBytes length of its strings
     * @param likelyFormat what most of the values looked at are
     * @param coldBytes of keys without a TTL that nobody used for a week
     * @param example one key
     */
    public record PatternRow(
            String pattern,
            List<String> levels,
            long keys,
            long keysError,
            long bytes,
            long bytesError,
            double bytesRatio,
            List<TypeCount> types,
            long expiring,
            Spread sizes,
            Optional<Spread> elements,
            double meanNameBytes,
            double meanTextBytes,
            Optional<Format> likelyFormat,
            Optional<Long> coldBytes,
            String example) {
        public PatternRow {
            levels = List.copyOf(levels);
            types = List.copyOf(types);
        }
    }

    public record TypeCount(KeyType type, long keys) {}

    public record AgeRow(String span, long keys, long bytes) {}

    /** How many keys have a frequency from {@code low} to {@code high}. */
    public record FrequencyRow(int low, int high, long keys) {}

    /**
     * When keys will expire.
     *
     * @param hours how many in each of the next 72 hours
     */
    public record Expiry(long expiring, Optional<Peak> fullestSecond, Optional<Peak> fullestMinute, List<Long> hours) {
        public Expiry {
            hours = List.copyOf(hours);
        }
    }

    /** @param ratio of all keys with a TTL */
    public record Peak(String at, long keys, double ratio) {}

    /** What values are, as far as they were looked at. */
    public record FormatRow(Format format, long keys, long bytes) {}

    /** The keys that lead in something; see {@link KeyTally#TOP}. */
    public record Tops(List<KeyRow> bytes, List<KeyRow> elements, List<KeyRow> idle, List<KeyRow> frequency) {
        public Tops {
            bytes = List.copyOf(bytes);
            elements = List.copyOf(elements);
            idle = List.copyOf(idle);
            frequency = List.copyOf(frequency);
        }
    }

    /** @param name with bytes that cannot be shown as escapes */
    public record KeyRow(
            String name,
            int database,
            KeyType type,
            Encoding encoding,
            long bytes,
            Optional<Long> elements,
            Optional<Long> ttlSeconds,
            Optional<Long> idleSeconds,
            Optional<Integer> frequency) {}

    /**
     * A finding with its weight.
     *
     * @param savingBytes what its cure would save, by the model of the server's memory
     */
    public record AnalysisFinding(
            Finding finding, Optional<String> pattern, long keys, long bytes, Optional<Long> savingBytes) {}

    /**
     * What changed since an earlier report.
     *
     * @param patterns that changed most
     */
    public record Growth(
            String since, long keysThen, long keysNow, long usedThenBytes, long usedNowBytes, List<Change> patterns) {
        public Growth {
            patterns = List.copyOf(patterns);
        }
    }

    /** @param state {@code new}, {@code gone}, {@code grown}, {@code shrunk} */
    public record Change(String pattern, String state, long keysThen, long keysNow, long bytesThen, long bytesNow) {}
}
