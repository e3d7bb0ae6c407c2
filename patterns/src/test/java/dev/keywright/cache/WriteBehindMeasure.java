package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.cache.jdbc.JdbcWriter;
import dev.keywright.cache.jdbc.PostgresServer;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Changes per second until they are in the database, written behind and written through, by turns; pooled connections, 8 threads, 10,000 keys.
 * Arguments: seconds of each turn (5), rounds (3), postgres that writes through to the disk or h2 in a file (postgres).
 */
final class WriteBehindMeasure {

    private static final int THREADS = 8;
    private static final int KEYS = 10_000;

    private WriteBehindMeasure() {}

    public static void main(String[] arguments) throws Exception {
        long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        String database = arguments.length > 2 ? arguments[2] : "postgres";
        switch (database) {
            case "h2" -> {
                Path folder = Files.createTempDirectory("keywright-measure");
                compare(JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("db"), "sa", ""), seconds, rounds);
            }
            case "postgres" -> {
                try (PostgresServer postgres = PostgresServer.start("fsync=on")) {
                    compare(JdbcConnectionPool.create(postgres.pooled()), seconds, rounds);
                }
            }
            default -> throw new IllegalArgumentException(database);
        }
    }

    private static void compare(JdbcConnectionPool source, long seconds, int rounds) throws SQLException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        BehindRows rows = new BehindRows(source);
        rows.create();
        JdbcWriter<String, String> writer = rows.writer();
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            for (int round = 0; round < rounds; round++) {
                double through = rate(kw, "through" + round, cache -> cache.writeThrough(writer), seconds);
                double behind = rate(
                        kw,
                        "behind" + round,
                        cache ->
                                cache.writeBehind(writer, WriteBehindOptions.DEFAULTS.withDrain(Duration.ofMinutes(1))),
                        seconds);
                out.println(String.format(
                        Locale.ROOT,
                        "through %.0f/s, behind %.0f/s until written, %.1f x",
                        through,
                        behind,
                        behind / through));
            }
        }
        source.dispose();
    }

    /** Puts for so long, then waits until all is written; changes per second of the whole time. */
    private static double rate(
            Keywright kw, String name, UnaryOperator<CacheBuilder<String, String>> strategy, long seconds) {
        long start = System.nanoTime();
        long puts = 0;
        try (Cache<String, String> cache =
                strategy.apply(kw.cache(name, KeyCodec.STRING, Codecs.string())).build()) {
            long end = start + seconds * 1_000_000_000L;
            List<CompletableFuture<Long>> callers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                callers.add(CompletableFuture.supplyAsync(() -> put(cache, end), task -> new Thread(task).start()));
            }
            for (CompletableFuture<Long> caller : callers) {
                puts += caller.join();
            }
        } // closing writes what waits
        return puts * 1e9 / (System.nanoTime() - start);
    }

    private static long put(Cache<String, String> cache, long end) {
        long puts = 0;
        while (System.nanoTime() < end) {
            int key = ThreadLocalRandom.current().nextInt(KEYS);
            cache.put("k" + key, "value " + puts++);
        }
        return puts;
    }
}
