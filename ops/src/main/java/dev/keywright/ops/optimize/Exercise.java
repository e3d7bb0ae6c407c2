package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The commands that a server's users send, on keys of the copy: as often as INFO commandstats saw them, else some usual ones. Each
 * command leaves its key as it was, so that every server is asked the same. One thread.
 */
final class Exercise {

    /** A command on a type; words in braces are filled in per key. */
    private record Template(String type, List<String> words) {
        Template(String type, String... words) {
            this(type, List.of(words));
        }

        String name() {
            return words.get(0).toLowerCase(Locale.ROOT);
        }
    }

    /** A value's own words. */
    private record Subject(ByteString key, String type, ByteString element, ByteString value) {
        Subject(byte[] key, String type, byte[] element, byte[] value) {
            this(ByteString.of(key), type, ByteString.of(element), ByteString.of(value));
        }
    }

    private static final List<Template> TEMPLATES = List.of(
            new Template("string", "GET", "{key}"),
            new Template("string", "SET", "{key}", "{value}", "KEEPTTL"),
            new Template("string", "STRLEN", "{key}"),
            new Template("string", "GETRANGE", "{key}", "0", "9"),
            new Template("hash", "HGET", "{key}", "{element}"),
            new Template("hash", "HSET", "{key}", "{element}", "{value}"),
            new Template("hash", "HGETALL", "{key}"),
            new Template("hash", "HMGET", "{key}", "{element}"),
            new Template("hash", "HEXISTS", "{key}", "{element}"),
            new Template("hash", "HLEN", "{key}"),
            new Template("hash", "HKEYS", "{key}"),
            new Template("hash", "HVALS", "{key}"),
            new Template("hash", "HDEL", "{key}", "{missing}"),
            new Template("set", "SISMEMBER", "{key}", "{element}"),
            new Template("set", "SADD", "{key}", "{element}"),
            new Template("set", "SREM", "{key}", "{missing}"),
            new Template("set", "SMEMBERS", "{key}"),
            new Template("set", "SMISMEMBER", "{key}", "{element}"),
            new Template("set", "SCARD", "{key}"),
            new Template("set", "SRANDMEMBER", "{key}"),
            new Template("zset", "ZSCORE", "{key}", "{element}"),
            new Template("zset", "ZADD", "{key}", "{value}", "{element}"),
            new Template("zset", "ZINCRBY", "{key}", "1", "{element}"),
            new Template("zset", "ZREM", "{key}", "{missing}"),
            new Template("zset", "ZRANGE", "{key}", "0", "9"),
            new Template("zset", "ZREVRANGE", "{key}", "0", "9"),
            new Template("zset", "ZRANGEBYSCORE", "{key}", "-inf", "+inf", "LIMIT", "0", "10"),
            new Template("zset", "ZRANK", "{key}", "{element}"),
            new Template("zset", "ZREVRANK", "{key}", "{element}"),
            new Template("zset", "ZCARD", "{key}"),
            new Template("zset", "ZCOUNT", "{key}", "-inf", "+inf"),
            new Template("list", "LRANGE", "{key}", "0", "9"),
            new Template("list", "LINDEX", "{key}", "{middle}"),
            new Template("list", "LSET", "{key}", "0", "{element}"),
            new Template("list", "LLEN", "{key}"),
            new Template("stream", "XRANGE", "{key}", "-", "+", "COUNT", "10"),
            new Template("stream", "XREVRANGE", "{key}", "+", "-", "COUNT", "10"),
            new Template("stream", "XLEN", "{key}"));

    /** Where nobody knows: reads and writes of single elements, four to one. */
    private static final Map<String, Long> USUAL = Map.ofEntries(
            Map.entry("get", 8L),
            Map.entry("set", 2L),
            Map.entry("hget", 7L),
            Map.entry("hset", 2L),
            Map.entry("hgetall", 1L),
            Map.entry("sismember", 8L),
            Map.entry("sadd", 2L),
            Map.entry("zscore", 4L),
            Map.entry("zrange", 4L),
            Map.entry("zadd", 2L),
            Map.entry("lrange", 7L),
            Map.entry("lindex", 1L),
            Map.entry("lset", 2L),
            Map.entry("xrange", 9L),
            Map.entry("xlen", 1L));

    private static final int MOST_SUBJECTS = 300;
    /** HGETALL and its like take milliseconds beyond. */
    private static final int MOST_ELEMENTS = 5_000;

    private static final int COMMANDS = 2_000;
    /** Slow commands are sent less often: after so long no further round begins, but for the first few. */
    private static final long MOST_NANOS = Duration.ofMillis(600).toNanos();

    private static final int LEAST_ROUNDS = 8;
    private static final int ROUND = 100;
    private static final byte[] MISSING = "keywright:no such element".getBytes(UTF_8);
    private static final byte[] EMPTY = {};

    private final List<byte[][]> commands;

    private Exercise(List<byte[][]> commands) {
        this.commands = commands;
    }

    /**
     * Makes up commands on these keys, all of one database.
     *
     * @param wire to a server that has them; left in that database
     * @param calls how often users sent each command; empty when nobody knows
     */
    static Exercise on(Wire wire, List<Facts.Sampled> keys, Map<String, Long> calls) throws IOException {
        List<Subject> subjects = new ArrayList<>();
        List<Facts.Sampled> shuffled = new ArrayList<>(keys);
        Random random = new Random(3);
        Collections.shuffle(shuffled, random);
        for (Facts.Sampled key : shuffled) {
            Form form = key.form();
            boolean quick = form == null || form.elements() <= MOST_ELEMENTS;
            Subject subject = quick && subjects.size() < MOST_SUBJECTS ? subject(wire, key.name()) : null;
            if (subject != null) {
                subjects.add(subject);
            }
        }
        List<byte[][]> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS && !subjects.isEmpty(); i++) {
            Subject subject = subjects.get(random.nextInt(subjects.size()));
            commands.add(filled(drawn(subject.type(), calls, random), subject));
        }
        return new Exercise(commands);
    }

    /** These commands, in their order. */
    static Exercise of(List<List<ByteString>> commands) {
        return new Exercise(commands.stream()
                .map(words -> words.stream().map(ByteString::bytes).toArray(byte[][]::new))
                .toList());
    }

    private static @Nullable Subject subject(Wire wire, byte[] key) throws IOException {
        wire.send("TYPE", key);
        wire.flush();
        String type = Wire.orThrow(wire.read()).text();
        return switch (type) {
            case "string" -> new Subject(key, type, EMPTY, bytes(wire, "GET", key));
            case "hash" -> {
                byte[] field = bytes(wire, "HRANDFIELD", key);
                wire.begin(3);
                wire.word("HGET");
                wire.word(key);
                wire.word(field);
                wire.flush();
                yield new Subject(key, type, field, bytes(wire.read()));
            }
            case "set" -> new Subject(key, type, bytes(wire, "SRANDMEMBER", key), EMPTY);
            case "zset" -> new Subject(key, type, bytes(wire, "ZRANDMEMBER", key), "1".getBytes(US_ASCII));
            case "list" -> new Subject(key, type, bytes(wire, "LINDEX", key, "0"), EMPTY);
            case "stream" -> new Subject(key, type, EMPTY, EMPTY);
            default -> null;
        };
    }

    private static byte[] bytes(Wire wire, String command, byte[] key, String... more) throws IOException {
        wire.send(command, key, more);
        wire.flush();
        return bytes(wire.read());
    }

    private static byte[] bytes(Answer answer) {
        return answer instanceof Answer.Bulk bulk ? bulk.bytes() : EMPTY;
    }

    private static Template drawn(String type, Map<String, Long> calls, Random random) {
        List<Template> fitting =
                TEMPLATES.stream().filter(each -> each.type().equals(type)).toList();
        long seen = fitting.stream()
                .mapToLong(each -> calls.getOrDefault(each.name(), 0L))
                .sum();
        Map<String, Long> weights = seen > 0 ? calls : USUAL;
        long all = fitting.stream()
                .mapToLong(each -> weights.getOrDefault(each.name(), 0L))
                .sum();
        long drawn = random.nextLong(all);
        for (Template each : fitting) {
            drawn -= weights.getOrDefault(each.name(), 0L);
            if (drawn < 0) {
                return each;
            }
        }
        return fitting.get(0);
    }

    private static byte[][] filled(Template template, Subject subject) {
        byte[][] words = new byte[template.words().size()][];
        for (int i = 0; i < words.length; i++) {
            words[i] = switch (template.words().get(i)) {
                case "{key}" -> subject.key().bytes();
                case "{element}" -> subject.element().bytes();
                case "{value}" -> subject.value().bytes();
                case "{missing}" -> MISSING;
                case "{middle}" -> "50".getBytes(US_ASCII);
                default -> template.words().get(i).getBytes(US_ASCII);
            };
        }
        return words;
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    /** Sends them to both servers in turns. Failures count as any answer. */
    Price compare(Wire base, Wire other) throws IOException {
        return compare(base, this, other, this);
    }

    /** As {@link #compare(Wire, Wire)}, where the other server is asked otherwise for the same. */
    static Price compare(Wire base, Exercise before, Wire other, Exercise after) throws IOException {
        int count = Math.min(before.commands.size(), after.commands.size());
        if (count == 0) {
            return Price.NONE;
        }
        Side ours = new Side(base, before);
        Side theirs = new Side(other, after);
        long begun = System.nanoTime();
        int sent = 0;
        for (int from = 0; from < count && isTime(begun, from / ROUND); from += ROUND) {
            int to = Math.min(count, from + ROUND);
            boolean oursFirst = from / ROUND % 2 == 0;
            (oursFirst ? ours : theirs).round(from, to);
            (oursFirst ? theirs : ours).round(from, to);
            sent = to;
        }
        return new Price(
                sent,
                ours.micros(50),
                theirs.micros(50),
                ours.micros(99),
                theirs.micros(99),
                ours.serverMicros(),
                theirs.serverMicros());
    }

    private static boolean isTime(long begun, int rounds) {
        return rounds < LEAST_ROUNDS || System.nanoTime() - begun < MOST_NANOS;
    }

    /** One of two servers that are measured in turns. */
    private static final class Side {
        private final Wire wire;
        private final Exercise exercise;
        private final Histogram roundTrips = new Histogram(3);
        private final List<Double> serverMicros = new ArrayList<>();

        Side(Wire wire, Exercise exercise) throws IOException {
            this.wire = wire;
            this.exercise = exercise;
            exercise.send(wire, 0, Math.min(exercise.commands.size(), ROUND), new Histogram(3)); // warms up
        }

        void round(int from, int to) throws IOException {
            wire.ask("CONFIG", "RESETSTAT");
            exercise.send(wire, from, to, roundTrips);
            serverMicros.add(exercise.serverMicros(wire));
        }

        double micros(double percentile) {
            return roundTrips.getValueAtPercentile(percentile) / 1e3;
        }

        /** A quarter of the rounds were faster: those in which the machine did something else do not count. */
        double serverMicros() {
            Collections.sort(serverMicros);
            return serverMicros.get(serverMicros.size() / 4);
        }
    }

    private void send(Wire wire, int from, int to, Histogram histogram) throws IOException {
        for (int i = from; i < to; i++) {
            byte[][] words = commands.get(i);
            long begun = System.nanoTime();
            wire.begin(words.length);
            for (byte[] word : words) {
                wire.word(word);
            }
            wire.flush();
            wire.read();
            histogram.recordValue(System.nanoTime() - begun);
        }
    }

    private double serverMicros(Wire wire) throws IOException {
        Memory stats = Memory.of(wire, "commandstats");
        Map<String, Long> calls = stats.calls();
        Map<String, Long> micros = stats.micros();
        Set<String> names = new TreeSet<>();
        commands.forEach(words -> names.add(new String(words[0], US_ASCII).toLowerCase(Locale.ROOT)));
        long called = 0;
        long busy = 0;
        for (String name : names) {
            called += calls.getOrDefault(name, 0L);
            busy += micros.getOrDefault(name, 0L);
        }
        return called == 0 ? 0 : (double) busy / called;
    }
}
