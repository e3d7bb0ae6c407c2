package dev.keywright.app.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * Fills a server with mixed keys of which every finding is known before they are read: of 1,000 keys so many of each pattern, and a few
 * odd ones. The same keys each time, but for the times at which they expire.
 */
final class PlantedServer {

    /**
     * What a report must tell.
     *
     * @param pattern it is about; empty for one about all
     * @param keys exactly
     * @param sampled whether values have to be looked at, so that a live report may be somewhat off
     */
    record Expected(String id, Optional<String> pattern, long keys, boolean sampled) {}

    private static final int FLUSH_EVERY = 500;
    private static final long DAY = 86_400;

    private final Wire wire;
    private final Random random = new Random(11);
    private final long now = System.currentTimeMillis() / 1_000;
    private final int units;
    private final Map<String, List<byte[]>> names = new LinkedHashMap<>();
    private final List<Expected> expected = new ArrayList<>();
    private byte[] archived;
    private int waiting;

    private PlantedServer(Wire wire, int keys) {
        this.wire = wire;
        this.units = Math.max(2, keys / 1_000);
    }

    /** Fills it with about so many keys, 20,000 or more. */
    static PlantedServer fill(Wire wire, int keys) throws IOException {
        PlantedServer planted = new PlantedServer(wire, keys);
        planted.sound();
        planted.collections();
        planted.strings();
        planted.times();
        planted.oddNames();
        planted.giants();
        planted.answers();
        return planted;
    }

    /** Names of database 0 by the pattern they should be learned as. */
    Map<String, List<byte[]>> names() {
        return names;
    }

    List<Expected> expected() {
        return expected;
    }

    /** Keys of all databases. */
    long keys() {
        return names.values().stream().mapToLong(List::size).sum() + 2L * units;
    }

    // --- nothing to find

    private void sound() throws IOException {
        plant("session:{uuid}", 250 * units, i -> "session:" + uuid(), name -> {
            send("SET", name, noise(300), "EX", soon());
        });
        plant("page:{n}:body", 100 * units, i -> "page:" + i + ":body", name -> {
            send("SET", name, noise(400), "EX", soon());
        });
        plant("user:{n}:facts", 250 * units, i -> "user:" + i + ":facts", name -> {
            hash(name, 6, field -> "f" + field, field -> letters(20));
        });
    }

    // --- what would take less

    private void collections() throws IOException {
        find("integer-set-over-limit", "likes:{n}", units);
        plant("likes:{n}", units, i -> "likes:" + i, name -> members(name, 800, i -> number()));
        find("integer-set-spoiled", "spoilt:{n}", units);
        plant("spoilt:{n}", units, i -> "spoilt:" + i, name -> members(name, 400, i -> i == 0 ? "007" : number()));
        find("padded-ids", "padded:{n}", units);
        plant("padded:{n}", units, i -> "padded:" + i, name -> members(name, 100, i -> padded()));
        find("hash-long-field", "profile:{n}", 20 * units);
        plant("profile:{n}", 20 * units, i -> "profile:" + i, name -> {
            hash(name, 3, field -> "f" + field, field -> letters(field == 1 ? 150 : 20));
        });
        find("hash-over-limit", "basket:{n}", units / 2);
        plant("basket:{n}", units / 2, i -> "basket:" + i, name -> {
            hash(name, 700, field -> "f" + field, field -> letters(20));
        });
        find("zset-over-limit", "board:{n}", 2 * units);
        plant(
                "board:{n}",
                2 * units,
                i -> "board:" + i,
                name -> scored(name, 200, i -> (long) random.nextInt(100_000)));
        find("time-series-in-zset", "series:{n}", 5 * units);
        plant("series:{n}", 5 * units, i -> "series:" + i, name -> scored(name, 50, i -> now - 60L * i));
        find("long-field-names", "meta:{n}", 20 * units);
        plant("meta:{n}", 20 * units, i -> "meta:" + i, name -> {
            hash(name, 8, field -> "a_rather_long_name_of_" + field, field -> letters(6));
        });
    }

    private void strings() throws IOException {
        byte[] java = {(byte) 0xac, (byte) 0xed, 0, 5, 's', 'r', 0, 8, 'a', '.', 'b', '.', 'C', 'a', 'r', 't'};
        blobs("java:{n}", "java:", java);
        blobs("php:{n}", "php:", "a:2:{s:2:\"id\";i:7;s:4:\"name\";s:3:\"ann\";}".getBytes(UTF_8));
        blobs("pickle:{n}", "pickle:", new byte[] {
            (byte) 0x80, 4, (byte) 0x95, 40, 0, 0, 0, 0, 0, 0, 0, '}', (byte) 0x94, '('
        });
        exactly("bucketable-strings", "counter:{n}", 60 * units);
        plant("counter:{n}", 60 * units, i -> "counter:" + i, name -> send("SET", name, number().getBytes(UTF_8)));
        find("compressible-values", "doc:{n}", 20 * units);
        plant("doc:{n}", 20 * units, i -> "doc:" + i, name -> {
            String json = "{\"id\":" + number() + ",\"name\":\"" + "a customer of ours ".repeat(22) + "\"}";
            send("SET", name, json.getBytes(UTF_8), "EX", soon());
        });
        String book = "application:production:europe:customer:address:book:";
        int count = Math.max(1_000, 20 * units);
        exactly("long-key-names", book + "{n}", count);
        plant(book + "{n}", count, i -> book + (1_000_000 + i), name -> {
            send("SET", name, noise(40), "EX", soon());
        });
    }

    private void blobs(String pattern, String start, byte[] head) throws IOException {
        int count = Math.max(800, 3 * units);
        find("language-serialization", pattern, count);
        plant(pattern, count, i -> start + i, name -> {
            byte[] value = noise(200);
            System.arraycopy(head, 0, value, 0, head.length);
            send("SET", name, value);
        });
    }

    // --- times and places

    private void times() throws IOException {
        exactly("cache-without-ttl", "cache:page:{n}", 30 * units);
        plant("cache:page:{n}", 30 * units, i -> "cache:page:" + i, name -> send("SET", name, noise(100)));
        whole("mass-expiry", 150 * units);
        String at = Long.toString(now + 7_200);
        plant("flash:{n}:x", 150 * units, i -> "flash:" + i + ":x", name -> send("SET", name, noise(30), "EXAT", at));
        exactly("cold-keys", "archive:{n}", 10 * units);
        plant("archive:{n}", 10 * units, i -> "archive:" + i, name -> {
            send("RESTORE", name, "0".getBytes(UTF_8), payload(), "IDLETIME", Long.toString(40 * DAY));
        });
        exactly("mixed-types", "mixed:{n}", 2 * units);
        plant("mixed:{n}", 2 * units, i -> "mixed:" + 2 * i, name -> send("SET", name, noise(80)));
        plant("mixed:{n}", 2 * units, i -> "mixed:" + (2 * i + 1), name -> send("RPUSH", name, noise(80)));
        whole("hot-slot", 15 * units);
        plant("{hot}:{n}", 15 * units, i -> "{hot}:" + i, name -> send("SET", name, noise(70)));
        whole("several-databases", 2 * units);
        answers();
        wire.ask("SELECT", "3");
        for (int i = 0; i < 2 * units; i++) {
            send("SET", ("other:" + i).getBytes(UTF_8), noise(80));
        }
        answers();
        wire.ask("SELECT", "0");
    }

    /** As DUMP writes a string of 1,000 bytes. */
    private byte[] payload() {
        if (archived == null) {
            try {
                answers();
                wire.begin(3);
                wire.word("SET");
                wire.word("archive");
                wire.word(noise(1_000));
                wire.send("DUMP", "archive".getBytes(UTF_8));
                wire.send("DEL", "archive".getBytes(UTF_8));
                wire.flush();
                Wire.orThrow(wire.read());
                archived = ((Answer.Bulk) Wire.orThrow(wire.read())).bytes();
                Wire.orThrow(wire.read());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return archived;
    }

    private void oddNames() throws IOException {
        whole("id-first-names", 12 * units);
        plant("{uuid}:state", 12 * units, i -> uuid() + ":state", name -> send("SET", name, noise(80)));
        whole("bad-key-names", 50);
        whole("bad-key-names", 30);
        whole("bad-key-names", 20);
        plant("bad name:{n}", 40, i -> "bad name:" + i, name -> send("SET", name, noise(80)));
        plant("line\\nbreak:{n}", 10, i -> "line\nbreak:" + i, name -> send("SET", name, noise(80)));
        plant("quote\"d:{n}", 30, i -> "quote\"d:" + i, name -> send("SET", name, noise(80)));
        List<byte[]> binary = names.computeIfAbsent("{binary}", any -> new ArrayList<>());
        for (int i = 0; i < 20; i++) {
            byte[] name = noise(12);
            name[0] = 1;
            name[1] = (byte) i;
            binary.add(name);
            send("SET", name, noise(80));
        }
    }

    private void giants() throws IOException {
        whole("big-strings", 1);
        whole("big-strings", 3);
        whole("big-strings", 12);
        plant("blob:page", 1, i -> "blob:page", name -> send("SET", name, noise(1_500_000)));
        plant("thumb:{n}", 3, i -> "thumb:" + i, name -> send("SET", name, noise(150_000)));
        plant("pic:{n}", 12, i -> "pic:" + i, name -> send("SET", name, noise(20_000)));
        whole("big-collections", 3);
        plant("queue:mail", 1, i -> "queue:mail", name -> many(20_000, i -> send("RPUSH", name, noise(40))));
        plant("roster", 1, i -> "roster", name -> many(30_000, i -> send("HSET", name, bytes("m" + i), letters(20))));
        plant(
                "events",
                1,
                i -> "events",
                name -> many(20_000, i -> send("XADD", name, bytes("*"), "type", "click", "user", number())));
    }

    // --- how keys are made

    private interface Step<T> {
        void run(T value) throws IOException;
    }

    private void plant(String pattern, int count, IntFunction<String> name, Step<byte[]> key) throws IOException {
        List<byte[]> made = names.computeIfAbsent(pattern, any -> new ArrayList<>());
        for (int i = 0; i < count; i++) {
            byte[] bytes = bytes(name.apply(i));
            made.add(bytes);
            key.run(bytes);
        }
    }

    private static void many(int count, Step<Integer> step) throws IOException {
        for (int i = 0; i < count; i++) {
            step.run(i);
        }
    }

    private void find(String id, String pattern, int keys) {
        expected.add(new Expected(id, Optional.of(pattern), keys, true));
    }

    private void exactly(String id, String pattern, int keys) {
        expected.add(new Expected(id, Optional.of(pattern), keys, false));
    }

    private void whole(String id, int keys) {
        expected.add(new Expected(id, Optional.empty(), keys, false));
    }

    private void hash(byte[] name, int fields, IntFunction<String> field, IntFunction<String> value)
            throws IOException {
        begin(2 + 2 * fields, "HSET", name);
        for (int i = 0; i < fields; i++) {
            wire.word(field.apply(i));
            wire.word(value.apply(i));
        }
        sent();
    }

    private void members(byte[] name, int count, IntFunction<String> member) throws IOException {
        begin(2 + count, "SADD", name);
        for (int i = 0; i < count; i++) {
            wire.word(member.apply(i));
        }
        sent();
    }

    private void scored(byte[] name, int count, IntFunction<Long> score) throws IOException {
        begin(2 + 2 * count, "ZADD", name);
        for (int i = 0; i < count; i++) {
            wire.word(Long.toString(score.apply(i)));
            wire.word(letters(12));
        }
        sent();
    }

    private void send(String command, byte[] name, byte[] value, String... more) throws IOException {
        begin(3 + more.length, command, name);
        wire.word(value);
        for (String word : more) {
            wire.word(word);
        }
        sent();
    }

    private void send(String command, byte[] name, byte[] one, byte[] two, String... more) throws IOException {
        begin(4 + more.length, command, name);
        wire.word(one);
        wire.word(two);
        for (String word : more) {
            wire.word(word);
        }
        sent();
    }

    private void send(String command, byte[] name, byte[] field, String value) throws IOException {
        send(command, name, field, bytes(value));
    }

    private void begin(int words, String command, byte[] name) throws IOException {
        wire.begin(words);
        wire.word(command);
        wire.word(name);
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

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Between two hours and a day from now. */
    private String soon() {
        return Integer.toString(7_300 + random.nextInt(80_000));
    }

    private String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String number() {
        return Integer.toString(100_000 + random.nextInt(5_000_000));
    }

    private String padded() {
        String number = number();
        return "0".repeat(9 - number.length()) + number;
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = 'x';
        return bytes;
    }

    private String letters(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
