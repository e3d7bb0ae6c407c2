package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.RedisBinary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Stores a sample of the keys of the largest patterns another way, in two private servers side by side, and measures what that takes
 * and how fast it is read. One thread.
 */
final class Remodelling {

    private static final int MOST_PATTERNS = 5;
    private static final int MOST_KEYS = 4_000;
    /** Of one pattern, since they are kept in memory. */
    private static final long MOST_BYTES = 16L << 20;

    private static final int TOGETHER = 100;
    private static final int MOST_READS = 2_000;
    /** Below this share of the data nobody should rewrite a program. */
    private static final double WORTH_IT = 0.01;

    private static final long LOOK_NANOS = Duration.ofMillis(120).toNanos();
    private static final int MOST_LOOKS = 50;
    private static final int SLOT_BYTES = 8;

    private final Trial original;
    private final Trial rewritten;
    private final Facts facts;
    private final Copy copy;
    private final long usedBytes;

    private Remodelling(Trial original, Trial rewritten, Facts facts, Copy copy, long usedBytes) {
        this.original = original;
        this.rewritten = rewritten;
        this.facts = facts;
        this.copy = copy;
        this.usedBytes = usedBytes;
    }

    /** Keys of the largest patterns, by pattern. */
    record Samples(List<Map.Entry<String, Patterns.Tally>> patterns, Map<String, List<Entry>> entries) {}

    /** Begins to read them from the copy. */
    static CompletableFuture<Samples> sampling(Copy copy, Facts facts, long usedBytes) {
        List<Map.Entry<String, Patterns.Tally>> patterns =
                facts.patterns().largest(MOST_PATTERNS, (long) (2 * WORTH_IT * usedBytes));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new Samples(patterns, patterns.isEmpty() ? Map.of() : entries(copy, patterns));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What is worth it, largest saving first. */
    static List<Plan.Remodelling> tried(
            Copy copy,
            Facts facts,
            Samples samples,
            RedisBinary binary,
            Path room,
            long usedBytes,
            Map<String, String> settings,
            Consumer<String> progress)
            throws IOException {
        if (samples.patterns().isEmpty()) {
            return List.of();
        }
        progress.accept("rewriting samples of " + samples.patterns().size() + " patterns");
        List<Plan.Remodelling> found = new ArrayList<>();
        try (Trial original = Trial.empty(binary, room, settings);
                Trial rewritten = Trial.empty(binary, room, settings)) {
            Remodelling remodelling = new Remodelling(original, rewritten, facts, copy, usedBytes);
            for (Map.Entry<String, Patterns.Tally> each : samples.patterns()) {
                found.addAll(remodelling.tried(
                        each.getKey().substring(1),
                        each.getValue(),
                        samples.entries().getOrDefault(each.getKey(), List.of())));
            }
        }
        found.sort(Comparator.comparingLong(Plan.Remodelling::savedBytes).reversed());
        return found;
    }

    /** Keys whose last two digits are left away are chosen together: they would share a hash. */
    private static Map<String, List<Entry>> entries(Copy copy, List<Map.Entry<String, Patterns.Tally>> patterns)
            throws IOException {
        Map<String, Double> ratios = new HashMap<>();
        for (Map.Entry<String, Patterns.Tally> each : patterns) {
            double most = MOST_BYTES
                    * (double) each.getValue().keys()
                    / each.getValue().guessedBytes();
            ratios.put(
                    each.getKey(), Math.min(MOST_KEYS, most) / each.getValue().keys());
        }
        Map<String, List<Entry>> samples = new LinkedHashMap<>();
        Copy.read(copy.rdb(), entry -> {
            String type = Patterns.type(entry);
            Double ratio = type.isEmpty() ? null : ratios.get(type + Patterns.of(entry.key()));
            if (ratio != null
                    && Copy.isChosen(
                            Reform.Buckets.bucket(ByteString.of(entry.key())).bytes(), ratio)
                    && !entry.hasFieldTtls()) {
                samples.computeIfAbsent(type + Patterns.of(entry.key()), any -> new ArrayList<>())
                        .add(entry);
            }
        });
        return samples;
    }

    private List<Plan.Remodelling> tried(String pattern, Patterns.Tally tally, List<Entry> sample) throws IOException {
        if (sample.isEmpty()) {
            return List.of();
        }
        double before = perKey(original, sample.size(), sample.size(), wire -> restore(wire, sample));
        List<Stored> values = values(tally.hashes(), sample);
        List<Plan.Remodelling> found = new ArrayList<>();
        for (Reform reform : values.isEmpty() ? List.<Reform>of() : Reform.of(pattern, tally, values)) {
            long keys = values.stream()
                    .map(value -> reform.write(value).get(1))
                    .distinct()
                    .count();
            double after = perKey(rewritten, values.size(), keys, wire -> write(wire, reform, values));
            long total = (long) (tally.keys() / copy.ratio());
            long left = total * keys / values.size();
            long all = (long) (facts.keys() / copy.ratio());
            long tables = SLOT_BYTES * (slots(all) - slots(all - total + left));
            long saved = (long) ((before - after) * total) + tables;
            if (saved > WORTH_IT * usedBytes / copy.ratio()) {
                found.add(new Plan.Remodelling(
                        reform.kind(),
                        Patterns.shown(pattern),
                        total,
                        values.size(),
                        before,
                        after,
                        saved,
                        price(reform, values),
                        reform.example(values.get(0)),
                        reform.forbids()));
            }
        }
        return found;
    }

    private interface Filling {
        void into(Wire wire) throws IOException;
    }

    /** What the server needs for each, but for the slots of its key table, which double now and then. */
    private static double perKey(Trial trial, int values, long keys, Filling filling) throws IOException {
        Wire wire = trial.wire();
        wire.ask("FLUSHALL", "SYNC");
        long empty = trial.usedBytes();
        filling.into(wire);
        long full = settled(trial);
        return (double) (full - empty - SLOT_BYTES * slots(keys)) / values;
    }

    /** When the key table has moved to its new size. */
    private static long settled(Trial trial) throws IOException {
        long last = trial.usedBytes();
        for (int i = 0; i < MOST_LOOKS; i++) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = trial.usedBytes();
            if (now == last) {
                return now;
            }
            last = now;
        }
        return last;
    }

    private static long slots(long keys) {
        return keys == 0 ? 0 : Math.max(4, Long.highestOneBit(Math.max(1, keys - 1)) * 2);
    }

    private static void restore(Wire wire, List<Entry> sample) throws IOException {
        int owed = 0;
        for (Entry entry : sample) {
            wire.begin(5);
            wire.word("RESTORE");
            wire.word(entry.key());
            wire.word("0");
            wire.word(entry.payload());
            wire.word("REPLACE");
            owed = settle(wire, owed + 1, TOGETHER);
        }
        settle(wire, owed, 1);
    }

    private static void write(Wire wire, Reform reform, List<Stored> values) throws IOException {
        int owed = 0;
        for (Stored value : values) {
            send(wire, reform.write(value));
            owed = settle(wire, owed + 1, TOGETHER);
        }
        settle(wire, owed, 1);
    }

    private static void send(Wire wire, List<ByteString> words) throws IOException {
        wire.begin(words.size());
        for (ByteString word : words) {
            wire.word(word.bytes());
        }
    }

    /** Takes the answers when so many are owed, and returns how many still are. */
    private static int settle(Wire wire, int owed, int most) throws IOException {
        if (owed < most) {
            return owed;
        }
        wire.flush();
        for (int i = 0; i < owed; i++) {
            if (wire.read() instanceof Answer.Failed failed) {
                throw new OpsException("A sample could not be rewritten: " + failed.text()
                        + ". Name a server as new as the data in the environment variable KEYWRIGHT_SERVER.");
            }
        }
        return 0;
    }

    /** As the server tells them that holds the sample. */
    private List<Stored> values(boolean hashes, List<Entry> sample) throws IOException {
        List<Stored> values = new ArrayList<>();
        Wire wire = original.wire();
        for (int from = 0; from < sample.size(); from += TOGETHER) {
            List<Entry> page = sample.subList(from, Math.min(sample.size(), from + TOGETHER));
            for (Entry entry : page) {
                wire.send(hashes ? "HGETALL" : "GET", entry.key());
            }
            wire.flush();
            for (Entry entry : page) {
                Stored value = stored(ByteString.of(entry.key()), wire.read());
                if (value.isHash() == hashes) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    private static Stored stored(ByteString name, Answer answer) {
        if (!(answer instanceof Answer.Many many)) {
            return new Stored(name, text(answer), Map.of());
        }
        Map<ByteString, ByteString> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < many.items().size(); i += 2) {
            fields.put(text(many.items().get(i)), text(many.items().get(i + 1)));
        }
        return new Stored(name, ByteString.of(""), fields);
    }

    private static ByteString text(Answer answer) {
        return answer instanceof Answer.Bulk bulk
                ? ByteString.of(bulk.bytes())
                : ByteString.of(answer.text().getBytes(ISO_8859_1));
    }

    private Price price(Reform reform, List<Stored> values) throws IOException {
        List<List<ByteString>> before = new ArrayList<>();
        List<List<ByteString>> after = new ArrayList<>();
        for (int i = 0; i < MOST_READS; i++) {
            Stored value = values.get((int) ((long) i * 7919 % values.size()));
            before.add(value.read());
            after.add(reform.read(value));
        }
        return Exercise.compare(original.wire(), Exercise.of(before), rewritten.wire(), Exercise.of(after));
    }
}
