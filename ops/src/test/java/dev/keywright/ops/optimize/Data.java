package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Mixed data whose waste is known, the same each time. */
final class Data {

    private static final int TOGETHER = 200;

    private final Wire wire;
    private final Random random = new Random(5);
    private int owed;

    private Data(Wire wire) {
        this.wire = wire;
    }

    static Wire wire(Standalone server) throws IOException {
        return Wire.open(new Node("127.0.0.1", server.port()), Access.of(server.uri()));
    }

    /** About so many keys: counters and JSON texts, small hashes, and some values of each sort that nearly are compact. */
    static void fill(Standalone server, int keys) throws IOException {
        try (Wire wire = wire(server)) {
            Data data = new Data(wire);
            data.strings(keys * 45 / 100, keys * 30 / 100);
            data.hashes(keys * 20 / 100, keys * 4 / 100);
            data.collections(Math.max(20, keys / 500), Math.max(20, keys / 100));
            data.settle();
        }
    }

    private void strings(int counters, int texts) throws IOException {
        for (int i = 0; i < counters; i++) {
            send("SET", "visits:" + (100_000 + i), Integer.toString(10_000 + random.nextInt(1_000_000)));
        }
        for (int i = 0; i < texts; i++) {
            send("SET", "session:" + i, json(i), "EX", "86400");
        }
    }

    static String json(int number) {
        return String.format(
                Locale.ROOT,
                "{\"id\":%d,\"user\":\"user-%d\",\"mail\":\"user-%d@example.org\",\"roles\":[\"reader\",\"writer\"],"
                        + "\"preferences\":{\"language\":\"en\",\"theme\":\"dark\",\"newsletter\":false,\"digest\":\"weekly\",\"country\":\"NL\"},\"address\":{\"street\":\"Long"
                        + " Street %d\",\"city\":\"Amsterdam\",\"country\":\"Netherlands\"},"
                        + "\"last\":{\"page\":\"/articles/%d\",\"referrer\":\"https://example.org/articles/%d\"}}",
                number,
                number * 7,
                number * 7,
                number % 300,
                number * 3,
                number * 5);
    }

    private void hashes(int small, int longValue) throws IOException {
        for (int i = 0; i < small; i++) {
            send("HSET", "user:" + i, "name", "name" + i, "city", "city" + i % 50, "visits", Integer.toString(i));
        }
        for (int i = 0; i < longValue; i++) {
            send(
                    "HSET",
                    "article:" + i,
                    "title",
                    "title " + i,
                    "tags",
                    "a,b",
                    "text",
                    "x".repeat(90 + random.nextInt(60)));
        }
    }

    private void collections(int sets, int sorted) throws IOException {
        for (int i = 0; i < sets; i++) {
            List<String> words = new ArrayList<>(List.of("SADD", "followers:" + i));
            int members = 700 + random.nextInt(200);
            for (int j = 0; j < members; j++) {
                words.add(Integer.toString(random.nextInt(10_000_000)));
            }
            send(words.toArray(String[]::new));
        }
        for (int i = 0; i < sorted; i++) {
            List<String> words = new ArrayList<>(List.of("ZADD", "board:" + i));
            int members = 150 + random.nextInt(60);
            for (int j = 0; j < members; j++) {
                words.add(Integer.toString(random.nextInt(1_000_000)));
                words.add("player" + j);
            }
            send(words.toArray(String[]::new));
        }
        for (int i = 0; i < sets; i++) {
            List<String> words = new ArrayList<>(List.of("RPUSH", "log:" + i));
            for (int j = 0; j < 400; j++) {
                words.add("GET /articles/" + j + " HTTP/1.1 200 text/html; charset=utf-8");
            }
            send(words.toArray(String[]::new));
        }
    }

    private void send(String... words) throws IOException {
        wire.begin(words.length);
        for (String word : words) {
            wire.word(word.getBytes(UTF_8));
        }
        if (++owed >= TOGETHER) {
            settle();
        }
    }

    private void settle() throws IOException {
        wire.flush();
        for (; owed > 0; owed--) {
            if (wire.read() instanceof Answer.Failed failed) {
                throw new IOException(failed.text());
            }
        }
    }
}
