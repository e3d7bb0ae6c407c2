package dev.keywright.ops.rdb;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.Random;

/** Data as a shop's server may hold it, of all types, the same each time: of a thousand keys so many of each kind; six giants. */
final class MixedData {

    private static final int FLUSH_EVERY = 500;
    private static final String LATER = "30000000";

    private final Wire wire;
    private final Random random = new Random(7);
    private int waiting;

    private MixedData(Wire wire) {
        this.wire = wire;
    }

    /** About so many keys; giants shrink with them. */
    static void fill(Wire wire, int keys) throws IOException {
        MixedData data = new MixedData(wire);
        for (int i = 0; i < keys; i++) {
            data.key(i, i % 1_000);
        }
        data.giants(keys);
        data.answers();
    }

    private void key(int i, int of) throws IOException {
        if (of < 300) {
            send("SET", "session:" + i, json(), "EX", LATER);
        } else if (of < 500) {
            send("SET", "counter:" + i, Integer.toString(random.nextInt(1_000_000)));
        } else if (of < 650) {
            hash("user:" + i, 6, 14);
        } else if (of < 670) {
            hash("profile:" + i, 2, 150);
        } else if (of < 730) {
            collection("SADD", "ids:" + i, 20, this::number);
        } else if (of < 732) {
            collection("SADD", "follows:" + i, 800, this::number);
        } else if (of < 762) {
            collection("SADD", "tags:" + i, 8, () -> text(9));
        } else if (of < 813) {
            scored("rank:" + i, of == 812 ? 300 : 10);
        } else if (of < 853) {
            collection("RPUSH", "jobs:" + i, of == 852 ? 500 : 12, () -> text(24));
        } else if (of < 858) {
            stream("events:" + i, 30);
        } else if (of < 860) {
            collection("PFADD", "visitors:" + i, 100, () -> text(12));
        } else {
            send("SET", "key:" + i, "value:" + i);
        }
    }

    private void giants(int keys) throws IOException {
        int size = Math.max(100, keys / 10);
        times(2 * size, i -> hash("giant:hash", 1, 20));
        times(size, i -> scored("giant:zset", 1));
        times(size, i -> collection("SADD", "giant:set", 1, () -> text(16)));
        times(3 * size, i -> collection("RPUSH", "giant:list", 1, () -> text(20)));
        times(size / 20, i -> stream("giant:stream", 10));
        send("SET", "giant:text", text(100 * size));
    }

    private interface Text {
        String next();
    }

    private interface Step {
        void run(int i) throws IOException;
    }

    private static void times(int count, Step step) throws IOException {
        for (int i = 0; i < count; i++) {
            step.run(i);
        }
    }

    private void collection(String command, String key, int count, Text element) throws IOException {
        words(2 + count, command, key);
        times(count, i -> wire.word(element.next()));
        sent();
    }

    private void hash(String key, int fields, int valueBytes) throws IOException {
        words(2 + 2 * fields, "HSET", key);
        times(fields, i -> {
            wire.word(fields == 1 ? text(12) : "field" + i);
            wire.word(i == 1 ? number() : text(valueBytes));
        });
        sent();
    }

    private void scored(String key, int members) throws IOException {
        words(2 + 2 * members, "ZADD", key);
        times(members, i -> {
            wire.word(random.nextBoolean() ? number() : Double.toString(random.nextInt(10_000) / 8.0));
            wire.word(text(12));
        });
        sent();
    }

    private void stream(String key, int entries) throws IOException {
        times(entries, i -> send("XADD", key, "*", "type", "click", "user", number(), "page", text(20)));
    }

    private String json() {
        return "{\"id\":" + number() + ",\"name\":\"" + text(10) + "\",\"mail\":\"" + text(12)
                + "@example.org\",\"active\":true,\"roles\":[\"reader\",\"writer\"],\"token\":\"" + text(40) + "\"}";
    }

    private String number() {
        return Integer.toString(random.nextInt(5_000_000));
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private void words(int count, String... first) throws IOException {
        wire.begin(count);
        for (String word : first) {
            wire.word(word);
        }
    }

    private void send(String... words) throws IOException {
        words(words.length, words);
        sent();
    }

    private void sent() throws IOException {
        if (++waiting == FLUSH_EVERY) {
            answers();
        }
    }

    private void answers() throws IOException {
        wire.flush();
        for (; waiting > 0; waiting--) {
            Wire.orThrow(wire.read());
        }
    }
}
