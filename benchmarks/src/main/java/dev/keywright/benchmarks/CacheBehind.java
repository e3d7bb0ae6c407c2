package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.cache.Cache;
import dev.keywright.cache.CacheBuilder;
import dev.keywright.cache.Change;
import dev.keywright.cache.Writer;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;

/**
 * Puts of a cache that writes through and of one that writes behind to the same table of H2, taking turns, see {@link Race}: 8 threads,
 * 10,000 keys, strings of 100 bytes. A turn of the latter ends when the database has everything. Prints Markdown.
 *
 * <p>Arguments: rounds (5), milliseconds per turn (2,000), databases out of memory, file, server (all).
 */
public final class CacheBehind {

    private static final int THREADS = 8;
    private static final int KEYS = 10_000;
    private static final String VALUE = "v".repeat(100);
    private static final long POLL = 20; // ms

    private CacheBehind() {}

    public static void main(String[] arguments) throws InterruptedException, IOException, SQLException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 2_000;
        String databases = arguments.length > 2 ? arguments[2] : "memory,file,server";
        Race.printHead();
        for (String database : databases.split(",")) {
            Path folder = Files.createTempDirectory("keywright-h2-");
            try (Standalone redis = Standalone.start()) {
                compare(database, folder, redis, new Race(redis, THREADS, rounds, millis));
            } finally {
                delete(folder);
            }
        }
    }

    private static void compare(String database, Path folder, Standalone redis, Race race)
            throws InterruptedException, SQLException {
        Server server = Server.createTcpServer("-tcpPort", "0", "-baseDir", folder.toString(), "-ifNotExists");
        server.start();
        String url = switch (database) {
            case "memory" -> "jdbc:h2:mem:behind";
            case "file" -> "jdbc:h2:file:" + folder.resolve("behind");
            case "server" -> "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./behind";
            default -> throw new IllegalArgumentException(database);
        };
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        try (Connection open = pool.getConnection();
                Statement statement = open.createStatement();
                Keywright keywright = Keywright.connect(redis.uri())) {
            statement.execute("CREATE TABLE users (id VARCHAR(64) PRIMARY KEY, name VARCHAR(200))");
            Writer<String, String> writer = changes -> write(pool, changes);
            try (Cache<String, String> through = cache(keywright, "through", cache -> cache.writeThrough(writer));
                    Cache<String, String> behind = cache(keywright, "behind", cache -> cache.writeBehind(writer))) {
                String[] keys = new String[KEYS];
                Arrays.setAll(keys, i -> "user:" + i);
                race.run(
                        "put, H2, " + database,
                        List.of(
                                new Contender("write-through", true, () -> random -> put(through, keys, random)),
                                new Contender("write-behind", true, () -> untilWritten(behind, keys))));
            }
        } finally {
            pool.dispose();
            server.stop();
        }
    }

    private static Cache<String, String> cache(
            Keywright keywright, String name, UnaryOperator<CacheBuilder<String, String>> strategy) {
        return strategy.apply(
                        keywright.cache(name, KeyCodec.STRING, Codecs.string()).ttl(Caches.TTL))
                .build();
    }

    private static int put(Cache<String, String> cache, String[] keys, ThreadLocalRandom random) {
        cache.put(Caches.any(keys, random), VALUE);
        return 1;
    }

    private static Caller untilWritten(Cache<String, String> cache, String[] keys) {
        return new Caller() {
            @Override
            public int call(ThreadLocalRandom random) {
                return put(cache, keys, random);
            }

            @Override
            public void finish() {
                awaitWritten(cache);
            }
        };
    }

    /** One of the threads asks, the others find it done. */
    private static void awaitWritten(Cache<String, String> cache) {
        synchronized (cache) {
            while (cache.writeBehind().orElseThrow().backlog().depth() > 0) {
                try {
                    boolean unused = new CountDownLatch(1).await(POLL, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static void write(JdbcConnectionPool pool, List<Change<String, String>> changes) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement merge =
                        connection.prepareStatement("MERGE INTO users (id, name) KEY (id) VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            for (Change<String, String> change : changes) {
                merge.setString(1, change.key());
                merge.setString(2, change.value().orElse(null));
                merge.addBatch();
            }
            merge.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
