package dev.keywright.ops.analysis;

import dev.keywright.ops.memory.Limits;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;

/** What the values of one pattern look like, as far as anybody looked. One thread. */
final class ShapeTally {

    /** Keys suspected of the same thing; of some of them the numbers that decide what they would take otherwise. */
    static final class Suspects {

        static final int BYTES = 0;
        static final int NAME = 1;
        static final int ELEMENTS = 2;
        static final int PAYLOAD = 3;
        static final int FIELD_NAMES = 4;
        static final int LONGEST = 5;
        /** One score; a fraction of it is left out. */
        static final int SCORE = 6;

        private static final int COLUMNS = 7;
        private static final int KEPT = 32;

        private long keys;
        private long bytes;
        private long fieldNameBytes;
        private long longest;
        private long mostElements;
        private final Suspect suspect;
        private final Histogram sizes = new Histogram();
        private final Sample sample = new Sample(KEPT, COLUMNS);

        private Suspects(Suspect suspect) {
            this.suspect = suspect;
        }

        private void add(long hash, Key key, Shape shape) {
            long count = Math.max(key.elements(), shape.elements());
            double scale = shape.elements() == 0 ? 1 : (double) count / shape.elements();
            long names = Math.round(shape.fieldNameBytes() * scale);
            keys++;
            bytes += key.bytes();
            sizes.add(key.bytes());
            fieldNameBytes += names;
            longest = Math.max(longest, shape.longestBytes());
            mostElements = Math.max(mostElements, count);
            if (sample.wants(hash)) {
                sample.add(
                        hash,
                        key.bytes(),
                        key.name().length(),
                        count,
                        Math.round(shape.payloadBytes() * scale),
                        names,
                        shape.longestBytes(),
                        (long) shape.score());
            }
        }

        /** As many as there would be had all been looked at, of which {@code seen} were: of each size so many more. */
        Suspects among(Histogram all, Histogram seen) {
            double covered = 0;
            double before = 0;
            double keysThen = 0;
            double bytesThen = 0;
            for (Histogram.Bar bar : seen.bars()) {
                double there = all.count(bar.low(), bar.high());
                covered += there;
                double middle = (bar.low() + bar.high()) / 2.0;
                double here = sizes.count(bar.low(), bar.high());
                double many = bar.count() == 0 ? 0 : here * there / bar.count();
                before += here * middle;
                keysThen += many;
                bytesThen += many * middle;
            }
            double missed = all.total() / Math.max(1, covered);
            Suspects more = new Suspects(suspect);
            more.add(this);
            more.keys = Math.round(keysThen * missed);
            double factor = before == 0 ? 1 : bytesThen * missed / before;
            more.bytes = Math.round((double) bytes * factor);
            more.fieldNameBytes = Math.round((double) fieldNameBytes * factor);
            return more;
        }

        private void add(Suspects other) {
            keys += other.keys;
            bytes += other.bytes;
            sizes.add(other.sizes);
            fieldNameBytes += other.fieldNameBytes;
            longest = Math.max(longest, other.longest);
            mostElements = Math.max(mostElements, other.mostElements);
            sample.add(other.sample);
        }

        Suspect suspect() {
            return suspect;
        }

        long keys() {
            return keys;
        }

        long bytes() {
            return bytes;
        }

        long fieldNameBytes() {
            return fieldNameBytes;
        }

        long longest() {
            return longest;
        }

        long mostElements() {
            return mostElements;
        }

        Sample sample() {
            return sample;
        }
    }

    private static final int COMPRESSED = 12;
    private static final int SHORTEST_COMPRESSED = 128;

    private final EnumCounts<Format> formats = new EnumCounts<>(Format.class);
    private final EnumCounts<Format> formatBytes = new EnumCounts<>(Format.class);
    private final Map<Suspect, Suspects> suspects = new EnumMap<>(Suspect.class);
    /** Length and deflated length of heads. */
    private final Sample compressed = new Sample(COMPRESSED, 2);

    private final Histogram sizes = new Histogram();
    private long keys;
    private long sortedSets;
    private long timeScores;
    private long padded;
    private long paddedBytes;

    void add(long hash, Key key, Shape shape, Limits limits, Deflater deflater) {
        keys++;
        sizes.add(key.bytes());
        byte[] head = shape.head().bytes();
        switch (key.type()) {
            case STRING -> string(hash, key, head, deflater);
            case HASH -> format(Format.of(head), key.bytes());
            case SET -> {
                if (Suspect.isPadded(head)) {
                    padded++;
                    paddedBytes += key.bytes();
                }
            }
            case ZSET -> {
                sortedSets++;
                if (isTime(shape.score())) {
                    timeScores++;
                }
            }
            case LIST, STREAM, MODULE -> {}
        }
        Optional<Suspect> suspect = Suspect.of(key, shape, limits);
        if (suspect.isPresent()) {
            suspects.computeIfAbsent(suspect.get(), Suspects::new).add(hash, key, shape);
        }
    }

    private void string(long hash, Key key, byte[] head, Deflater deflater) {
        Format format = Format.of(head);
        format(format, key.bytes());
        boolean packable = !format.isCompressed() && format != Format.HYPERLOGLOG;
        if (head.length >= SHORTEST_COMPRESSED && packable && compressed.wants(hash)) {
            compressed.add(hash, head.length, deflated(head, deflater));
        }
    }

    private void format(Format format, long bytes) {
        formats.add(format, 1);
        formatBytes.add(format, bytes);
    }

    private static long deflated(byte[] head, Deflater deflater) {
        deflater.reset();
        deflater.setInput(head);
        deflater.finish();
        byte[] into = new byte[2 * Shape.HEAD_BYTES];
        long length = 0;
        while (!deflater.finished()) {
            length += deflater.deflate(into);
        }
        return length;
    }

    /** Seconds, milliseconds or microseconds since 1970, of the years 2009 to 2040. */
    private static boolean isTime(double score) {
        double low = 1.23e9;
        double high = 2.21e9;
        return score >= low && score <= high
                || score >= low * 1e3 && score <= high * 1e3
                || score >= low * 1e6 && score <= high * 1e6;
    }

    void add(ShapeTally other) {
        keys += other.keys;
        sizes.add(other.sizes);
        sortedSets += other.sortedSets;
        timeScores += other.timeScores;
        padded += other.padded;
        paddedBytes += other.paddedBytes;
        formats.add(other.formats);
        formatBytes.add(other.formatBytes);
        compressed.add(other.compressed);
        other.suspects.forEach((suspect, more) ->
                suspects.computeIfAbsent(suspect, Suspects::new).add(more));
    }

    /** Keys that somebody looked at. */
    long keys() {
        return keys;
    }

    /** Their bytes. */
    Histogram sizes() {
        return sizes;
    }

    long keys(Format format) {
        return formats.of(format);
    }

    long bytes(Format format) {
        return formatBytes.of(format);
    }

    /** Of the bytes of strings and hashes that were looked at. */
    double byteRatio(Format format) {
        return (double) formatBytes.of(format) / (double) Math.max(1, formatBytes.sum());
    }

    long sortedSets() {
        return sortedSets;
    }

    long timeScores() {
        return timeScores;
    }

    /** Sets whose first member is an integer with zeros in front. */
    long padded() {
        return padded;
    }

    long paddedBytes() {
        return paddedBytes;
    }

    Optional<Suspects> suspects(Suspect suspect) {
        return Optional.ofNullable(suspects.get(suspect));
    }

    /** What deflate leaves of sampled values; empty where too few are long enough. */
    Optional<Double> compressedRatio() {
        if (compressed.size() < 3) {
            return Optional.empty();
        }
        double before = 0;
        double after = 0;
        for (Sample.Row row : compressed.rows()) {
            before += row.at(0);
            after += row.at(1);
        }
        return Optional.of(after / before);
    }
}
