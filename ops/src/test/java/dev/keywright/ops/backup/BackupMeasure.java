package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Prints how fast a million mixed keys are backed up and restored, beside the least that any way would take: the same stream read
 * and thrown away, written to a file without a check, and the same RESTORE commands sent from memory. Argument: keys.
 */
public final class BackupMeasure {

    private static final int FLUSH_EVERY = 1_000;

    private BackupMeasure() {}

    public static void main(String[] arguments) throws IOException {
        int keys = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("keywright-measure-");
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0");
        try (Standalone source = Standalone.start(options);
                Standalone target = Standalone.start()) {
            fill(source, keys);
            say("%s keys, %s bytes used", source.command("DBSIZE"), source.info("used_memory"));
            Node node = new Node("127.0.0.1", source.port());
            for (int round = 1; round <= 2; round++) {
                say("round %d", round);
                floors(node, folder);
                backup(source, folder);
                fromMemory(source, target);
                restore(target, folder);
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(each -> each.toFile().delete());
            }
        }
    }

    private static void fill(Standalone source, int keys) throws IOException {
        Random random = new Random(11);
        try (Wire wire = Sample.wire(source, 0)) {
            for (int i = 0; i < keys; i++) {
                switch (i % 10) {
                    case 0, 1, 2 -> wire.send("SET", "session:" + i, text(random, 200), "EX", "1000000");
                    case 3, 4 -> wire.send("SET", "counter:" + i, Integer.toString(random.nextInt()));
                    case 5, 6 ->
                        wire.send("HSET", "user:" + i, "name", text(random, 12), "mail", text(random, 20), "age", "42");
                    case 7 -> wire.send("SADD", "tags:" + i, text(random, 6), text(random, 6), text(random, 6));
                    case 8 -> wire.send("ZADD", "rank:" + i, "1", text(random, 8), "2.5", text(random, 8));
                    default -> wire.send("RPUSH", "jobs:" + i, text(random, 30), text(random, 30));
                }
                if (i % FLUSH_EVERY == FLUSH_EVERY - 1) {
                    wire.flush();
                    for (int answered = 0; answered < FLUSH_EVERY; answered++) {
                        wire.read();
                    }
                }
            }
        }
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static void floors(Node node, Path folder) throws IOException {
        stream(node, "stream read and thrown away", OutputStream.nullOutputStream());
        try (OutputStream file = Files.newOutputStream(folder.resolve("bare.rdb"))) {
            stream(node, "stream into a file, unchecked", file);
        }
    }

    private static void stream(Node node, String what, OutputStream to) throws IOException {
        long[] bytes = {0};
        long begun = System.nanoTime();
        try (Snapshot snapshot = new Snapshot(Wire.open(node, Access.OPEN), done -> bytes[0] = done)) {
            snapshot.begin();
            snapshot.into(to);
        }
        rate(what, bytes[0], 0, begun);
    }

    private static void backup(Standalone source, Path folder) {
        for (Compression compression : Compression.values()) {
            Backup.Options options =
                    Backup.Options.DEFAULTS.withCompression(compression).withLoadCheck(false);
            long begun = System.nanoTime();
            Manifest manifest = Sample.backup(source.uri(), folder, options).manifest();
            rate("backup, " + compression, manifest.rdbBytes(), manifest.keys(), begun);
            say(
                    "    stored %,d bytes; transfer %.2f s",
                    manifest.storedBytes(), manifest.shards().get(0).transferSeconds());
        }
        long begun = System.nanoTime();
        Manifest manifest = Sample.backup(source.uri(), folder).manifest();
        rate("backup, ZSTD, loaded and counted", manifest.rdbBytes(), manifest.keys(), begun);
    }

    private static void restore(Standalone target, Path folder) {
        for (Restore.Proof proof : List.of(Restore.Proof.COUNTS, Restore.Proof.EVERY_KEY)) {
            target.flushAll();
            long begun = System.nanoTime();
            Restore.Result result = Restore.run(folder, target.uri(), Restore.Existing.REFUSE, proof, text -> {});
            rate("restore, whole, proof " + proof, result.bytes(), result.keys(), begun);
            say("    target computed so far: %s s", target.info("used_cpu_user"));
            say(
                    "    load and send %.2f s, proof %.2f s, holds: %s",
                    result.seconds(), result.proofSeconds(), result.holds());
        }
    }

    /** The same RESTORE commands, ready in memory, a thousand at a time. */
    private static void fromMemory(Standalone source, Standalone target) throws IOException {
        List<byte[]> pages = new ArrayList<>();
        long keys = 0;
        try (Wire from = Sample.wire(source, 0)) {
            String cursor = "0";
            do {
                Answer.Many page = (Answer.Many) from.call("SCAN", cursor, "COUNT", Integer.toString(FLUSH_EVERY));
                cursor = page.items().get(0).text();
                ByteArrayOutputStream commands = new ByteArrayOutputStream();
                for (Answer key : ((Answer.Many) page.items().get(1)).items()) {
                    String name = key.text();
                    byte[] payload = ((Answer.Bulk) from.call("DUMP", name)).bytes();
                    commands.writeBytes(("*4\r\n$7\r\nRESTORE\r\n$" + name.length() + "\r\n" + name + "\r\n$1\r\n0\r\n$"
                                    + payload.length + "\r\n")
                            .getBytes(UTF_8));
                    commands.writeBytes(payload);
                    commands.writeBytes("\r\n".getBytes(UTF_8));
                    keys++;
                }
                pages.add(commands.toByteArray());
            } while (!cursor.equals("0"));
        }
        target.flushAll();
        long bytes = pages.stream().mapToLong(page -> page.length).sum();
        long begun = System.nanoTime();
        try (Wire to = Sample.wire(target, 0)) {
            for (byte[] page : pages) {
                to.put(page);
                to.flush();
            }
            for (long answered = 0; answered < keys; answered++) {
                to.read();
            }
        }
        rate("RESTORE from memory", bytes, keys, begun);
        say("    target computed so far: %s s", target.info("used_cpu_user"));
    }

    /** Wall clock, and the time that this program has computed so far: on a busy machine only the latter means something. */
    private static void rate(String what, long bytes, long keys, long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        double computed = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(cpu -> cpu.toMillis() / 1e3)
                .orElse(Double.NaN);
        say(
                "  %-36s %6.2f s  %7.1f MB/s  %,10.0f keys/s  (computed so far: %.1f s)",
                what, seconds, bytes / 1e6 / seconds, keys / seconds, computed);
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
