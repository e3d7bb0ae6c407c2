package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** A data set of which every finding is known, and what tells its keys. */
final class Planted {

    static final Profile PROFILE = Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_0);
    private static final long DAY = 86_400;

    private final Random random = new Random(3);
    private final List<Key> keys = new ArrayList<>();

    static List<Key> keys() {
        Planted planted = new Planted();
        planted.sound();
        planted.savings();
        planted.odd();
        return planted.keys;
    }

    /** Keys with nothing to find. */
    static List<Key> soundKeys() {
        Planted planted = new Planted();
        planted.sound();
        return planted.keys;
    }

    static AnalysisReport report(List<Key> keys) {
        return report(keys, Optional.of(totalBytes(keys) + 2_000_000), 1, "volatile-lru");
    }

    static AnalysisReport report(List<Key> keys, Optional<Long> used, double ratio, String policy) {
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        keys.forEach(tally::key);
        return Analysis.report(
                List.of(tally),
                origin(ratio == 1 ? keys.size() : Math.round(keys.size() / ratio), used, ratio, policy));
    }

    static Origin origin(long there, Optional<Long> used, double ratio, String policy) {
        long tables = Math.round(new MemoryModel(PROFILE).tables(there, 0));
        return new Origin(
                "redis://example.com:6379",
                "server",
                "Redis 7.0.15",
                PROFILE,
                true,
                there,
                ratio,
                used,
                List.of(new Part("key tables", tables), new Part("startup", 900_000)),
                List.of(),
                Optional.of(policy),
                false,
                1.5,
                List.of(),
                List.of());
    }

    static long totalBytes(List<Key> keys) {
        return keys.stream().mapToLong(Key::bytes).sum();
    }

    private void add(String name, KeyType type, Encoding encoding, long bytes, long elements, Consumer<Made> more) {
        Made made = new Made();
        more.accept(made);
        keys.add(new Key(
                made.database,
                ByteString.of(name),
                type,
                encoding,
                bytes,
                elements,
                made.expires,
                made.idle,
                Key.UNKNOWN,
                made.shape));
    }

    /** What most keys have alike. */
    private static final class Made {
        private int database;
        private long expires = Key.NEVER;
        private long idle = 30;
        private Shape shape;

        private Made ttl(long seconds) {
            expires = Keys.NOW + 1_000 * seconds;
            return this;
        }

        private Made shape(long elements, long payload, long names, long longest, long integers, byte[] head) {
            shape = new Shape(elements, payload, names, longest, integers, Double.NaN, ByteString.of(head));
            return this;
        }
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = 1;
        return bytes;
    }

    private void sound() {
        for (int i = 0; i < 3_000; i++) {
            int id = i;
            add(
                    "item:" + i + ":data",
                    KeyType.STRING,
                    Encoding.RAW,
                    1_100,
                    1_000,
                    made -> made.ttl(3_600 + random.nextInt(80_000)).shape(1, 1_000, 0, 1_000, 0, noise(512)));
            add(
                    "user:" + id + ":facts",
                    KeyType.HASH,
                    Encoding.LISTPACK,
                    900,
                    6,
                    made -> made.ttl(3_600 + random.nextInt(80_000)).shape(6, 700, 40, 60, 0, noise(60)));
        }
    }

    private void savings() {
        for (int i = 0; i < 200; i++) {
            int id = i;
            long members = 600L + i % 200;
            add(
                    "likes:" + i,
                    KeyType.SET,
                    Encoding.HASHTABLE,
                    60 * members,
                    members,
                    made -> made.shape(members, 6 * members, 0, 6, members, "100001".getBytes(UTF_8)));
            add(
                    "spoilt:" + i,
                    KeyType.SET,
                    Encoding.HASHTABLE,
                    60 * 400,
                    400,
                    made -> made.shape(400, 6 * 400, 0, 6, 399, "007".getBytes(UTF_8)));
            add(
                    "basket:" + i,
                    KeyType.HASH,
                    Encoding.HASHTABLE,
                    100L * 700,
                    700,
                    made -> made.shape(700, 20L * 700, 4 * 700, 20, 0, noise(10)));
            add(
                    "profile:" + i,
                    KeyType.HASH,
                    Encoding.HASHTABLE,
                    600,
                    3,
                    made -> made.shape(3, 200, 15, 150, 0, noise(30)));
            add(
                    "board:" + i,
                    KeyType.ZSET,
                    Encoding.SKIPLIST,
                    100L * 200,
                    200,
                    made -> made.shape(200, 10L * 200, 0, 10, 0, noise(10)));
            add(
                    "meta:" + i,
                    KeyType.HASH,
                    Encoding.LISTPACK,
                    500,
                    8,
                    made -> made.shape(8, 320, 240, 30, 0, noise(10)));
            add(
                    "series:" + i,
                    KeyType.ZSET,
                    Encoding.LISTPACK,
                    900,
                    50,
                    made -> made.shape = new Shape(50, 400, 0, 10, 0, 1.79e9 + id, ByteString.of("x")));
            add(
                    "java:" + i,
                    KeyType.STRING,
                    Encoding.RAW,
                    250,
                    190,
                    made -> made.shape(
                            1,
                            190,
                            0,
                            190,
                            0,
                            Arrays.copyOf(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 's', 'r'}, 100)));
        }
        for (int i = 0; i < 1_500; i++) {
            int id = i;
            add(
                    "count:" + i,
                    KeyType.STRING,
                    Encoding.EMBSTR,
                    72,
                    12,
                    made -> made.shape(1, 12, 0, 12, 0, "hello world!".getBytes(UTF_8)));
            String json = "{\"id\":" + id + ",\"name\":\"" + "a customer of ours ".repeat(22) + "\"}";
            add(
                    "doc:" + i,
                    KeyType.STRING,
                    Encoding.RAW,
                    530,
                    json.length(),
                    made -> made.ttl(4_000 + random.nextInt(80_000))
                            .shape(1, json.length(), 0, json.length(), 0, json.getBytes(UTF_8)));
            add(
                    "application:production:europe:customer:address:book:" + (1_000_000 + i),
                    KeyType.STRING,
                    Encoding.EMBSTR,
                    160,
                    40,
                    made -> made.ttl(4_000 + random.nextInt(80_000)).shape(1, 40, 0, 40, 0, noise(40)));
        }
    }

    private void odd() {
        add("blob:page", KeyType.STRING, Encoding.RAW, 1_500_000, 1_499_900, made -> {});
        add("queue:mail", KeyType.LIST, Encoding.QUICKLIST, 900_000, 20_000, made -> {});
        for (int i = 0; i < 40; i++) {
            add("cache:page:" + i, KeyType.STRING, Encoding.EMBSTR, 90, 30, made -> {});
            add(
                    "mixed:" + i,
                    i % 2 == 0 ? KeyType.STRING : KeyType.LIST,
                    i % 2 == 0 ? Encoding.EMBSTR : Encoding.QUICKLIST,
                    100,
                    2,
                    made -> {});
        }
        for (int i = 0; i < 300; i++) {
            String id = Keys.uuid(random);
            add(id + ":state", KeyType.STRING, Encoding.EMBSTR, 120, 30, made -> {});
        }
        add("bad name:1", KeyType.STRING, Encoding.EMBSTR, 80, 10, made -> {});
        add("quote\"d:1", KeyType.STRING, Encoding.EMBSTR, 80, 10, made -> {});
        for (int i = 0; i < 400; i++) {
            add("archive:" + i, KeyType.STRING, Encoding.RAW, 1_200, 1_000, made -> made.idle = 40 * DAY);
            add("{hot}:" + i, KeyType.STRING, Encoding.EMBSTR, 90, 70, made -> {});
        }
        for (int i = 0; i < 4_000; i++) {
            add("flash:" + i + ":x", KeyType.STRING, Encoding.EMBSTR, 90, 20, made -> made.ttl(7_200));
        }
        add("other:1", KeyType.STRING, Encoding.EMBSTR, 90, 20, made -> made.database = 3);
    }
}
