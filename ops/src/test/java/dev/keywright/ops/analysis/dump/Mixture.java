package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Writes keys of all types and encodings, of odd sizes about all limits; the name up to the colon says of what kind. */
final class Mixture {

    private static final int PIPELINE = 500;
    private static final long FAR = 4_102_444_800_000L;
    private static final long STREAM_START = 1_793_216_543_987L;
    private static final String LIBRARY = "#!lua name=mixture\nredis.register_function('f', function() return 1 end)\n";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Wire wire;
    private final Random chance = new Random(11);
    private final double scale;
    private int waiting;

    private Mixture(Wire wire, double scale) {
        this.wire = wire;
        this.scale = scale;
    }

    /**
     * @param scale 1 for some 4,000 keys
     * @param fieldTtls whether the server knows them
     * @param databases whether it has several
     */
    static void write(Wire wire, double scale, boolean fieldTtls, boolean databases) throws IOException {
        Mixture mixture = new Mixture(wire, scale);
        mixture.strings();
        mixture.hashes();
        mixture.sets();
        mixture.sortedSets();
        mixture.lists();
        mixture.streams();
        if (fieldTtls) {
            mixture.fieldTtls();
        }
        if (databases) {
            mixture.send("SELECT", "3");
            mixture.strings();
            mixture.send("SELECT", "0");
        }
        mixture.send("FUNCTION", "LOAD", LIBRARY);
        mixture.drain();
    }

    private interface Writer {
        void write(String key) throws IOException;
    }

    private void keys(int count, String kind, Writer writer) throws IOException {
        for (int i = 0; i < Math.ceil(count * scale); i++) {
            String key = kind + ":" + i + text(0, 24);
            writer.write(key);
            if (chance.nextInt(10) < 3) {
                send("PEXPIREAT", key, Long.toString(FAR));
            }
        }
    }

    private void strings() throws IOException {
        keys(500, "text up to 100", key -> send("SET", key, text(0, 100)));
        keys(60, "text about 1 kB", key -> send("SET", key, text(200, 2_000)));
        keys(10, "text about 40 kB", key -> send("SET", key, text(20_000, 70_000)));
        keys(200, "integer", key -> send("SET", key, Long.toString(integer())));
        keys(50, "appended", key -> {
            for (int i = 0; i < 2 + chance.nextInt(20); i++) {
                send("APPEND", key, text(10, 30));
            }
        });
        keys(60, "hyperloglog", key -> {
            for (int i = 0; i < 20 + chance.nextInt(300); i++) {
                send("PFADD", key, text(12, 12));
            }
        });
    }

    private void hashes() throws IOException {
        keys(300, "hash", key -> hash(key, between(1, 30), 0, 20));
        keys(100, "hash of integers", key -> {
            for (int i = 0; i < between(2, 40); i++) {
                send("HSET", key, Integer.toString(chance.nextInt(500)), Long.toString(integer()));
            }
        });
        keys(200, "hash with a long value", key -> {
            hash(key, between(0, 40), 0, 20);
            send("HSET", key, "long", text(65, 300));
            hash(key, between(0, 40), 0, 20);
        });
        keys(12, "large hash", key -> hash(key, between(400, 1_500), 0, 20));
    }

    private void hash(String key, int fields, int low, int high) throws IOException {
        for (int i = 0; i < fields; i++) {
            send("HSET", key, "f" + i + text(0, 8), text(low, high));
        }
    }

    private void sets() throws IOException {
        for (int bits : new int[] {14, 30, 62}) {
            keys(60, "set of integers", key -> {
                for (int i = 0; i < between(1, 500); i++) {
                    send("SADD", key, Long.toString(chance.nextLong() >>> 64 - bits));
                }
            });
        }
        keys(8, "large set of integers", key -> {
            for (int i = 0; i < between(600, 1_600); i++) {
                send("SADD", key, Integer.toString(chance.nextInt(1 << 28)));
            }
        });
        keys(120, "small set", key -> set(key, between(1, 120)));
        keys(10, "large set", key -> set(key, between(150, 2_000)));
        keys(30, "set with long members", key -> {
            set(key, between(1, 30));
            send("SADD", key, text(70, 200));
        });
    }

    private void set(String key, int members) throws IOException {
        for (int i = 0; i < members; i++) {
            send("SADD", key, chance.nextInt(6) == 0 ? Long.toString(integer()) : "m" + i + text(0, 20));
        }
    }

    private void sortedSets() throws IOException {
        keys(120, "sorted set", key -> sortedSet(key, between(1, 100), i -> chance.nextInt(100_000)));
        keys(80, "sorted set of decimals", key -> sortedSet(key, between(1, 100), i -> decimal()));
        keys(40, "sorted set with long members", key -> {
            sortedSet(key, between(1, 30), i -> i);
            send("ZADD", key, "1.5", text(70, 200));
        });
        keys(12, "large sorted set", key -> sortedSet(key, between(150, 2_500), i -> decimal()));
        keys(30, "sorted set that shrank", key -> {
            sortedSet(key, 140, i -> decimal());
            send("ZREMRANGEBYRANK", key, "30", "-1");
        });
    }

    private void sortedSet(String key, int members, IntToDoubleFunction score) throws IOException {
        for (int i = 0; i < members; i++) {
            send("ZADD", key, Double.toString(score.applyAsDouble(i)), "m" + i + text(0, 20));
        }
    }

    private double decimal() {
        return chance.nextGaussian() * Math.pow(10, chance.nextInt(40) - 20);
    }

    private void lists() throws IOException {
        keys(150, "list", key -> list(key, between(1, 60), 1, 40));
        keys(40, "list of integers", key -> {
            for (int i = 0; i < between(1, 300); i++) {
                send("RPUSH", key, Long.toString(integer()));
            }
        });
        keys(20, "list of many nodes", key -> list(key, between(100, 900), 10, 300));
        keys(10, "list of large items", key -> list(key, between(1, 12), 3_000, 20_000));
    }

    private void list(String key, int items, int low, int high) throws IOException {
        for (int i = 0; i < items; i++) {
            send("RPUSH", key, text(low, high));
        }
    }

    private void streams() throws IOException {
        keys(150, "small stream", key -> stream(key, between(1, 20), 1_000));
        keys(25, "stream of many nodes", key -> stream(key, between(100, 2_500), 7));
        keys(10, "crowded stream", key -> stream(key, between(500, 3_000), 0));
        keys(20, "stream with groups", key -> {
            stream(key, between(50, 800), 20);
            for (int group = 0; group < between(1, 3); group++) {
                send("XGROUP", "CREATE", key, "group-" + group, "0");
                for (int consumer = 0; consumer < between(0, 4); consumer++) {
                    send(
                            String.format(
                                    Locale.ROOT,
                                    "XREADGROUP GROUP group-%d %s COUNT %d STREAMS",
                                    group,
                                    text(4, 30),
                                    between(1, 90)),
                            key);
                }
            }
        });
    }

    private void stream(String key, int entries, int apart) throws IOException {
        for (int i = 0; i < entries; i++) {
            String id = STREAM_START + (long) i * apart + (apart == 0 ? "-" + (i + 1) : "-0");
            send("XADD", key, id, "temperature", Integer.toString(chance.nextInt(400)), "place", text(3, 30));
        }
    }

    private void fieldTtls() throws IOException {
        keys(100, "hash, fields expire", key -> expiringHash(key, between(1, 30)));
        keys(10, "large hash, fields expire", key -> expiringHash(key, between(600, 1_500)));
    }

    private void expiringHash(String key, int fields) throws IOException {
        for (int i = 0; i < fields; i++) {
            String name = "f" + i + text(0, 8);
            send("HSET", key, name, text(0, 20));
            if (chance.nextBoolean()) {
                send("HPEXPIREAT", key, Long.toString(FAR + chance.nextInt(1 << 30)), "FIELDS", "1", name);
            }
        }
    }

    private int between(int low, int high) {
        return low + chance.nextInt(high - low + 1);
    }

    private long integer() {
        return chance.nextLong() >> chance.nextInt(63);
    }

    private String text(int low, int high) {
        char[] text = new char[between(low, high)];
        for (int i = 0; i < text.length; i++) {
            text[i] = LETTERS.charAt(chance.nextInt(LETTERS.length()));
        }
        return new String(text);
    }

    /** The first word may be several; a stream's reader wants {@code >} behind the key. */
    private void send(String command, String... words) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(command.split(" ")));
        all.addAll(Arrays.asList(words));
        if (command.startsWith("XREADGROUP")) {
            all.add(">");
        }
        wire.send(all.toArray(String[]::new));
        if (++waiting == PIPELINE) {
            drain();
        }
    }

    private void drain() throws IOException {
        wire.flush();
        for (; waiting > 0; waiting--) {
            Wire.orThrow(wire.read());
        }
    }
}
