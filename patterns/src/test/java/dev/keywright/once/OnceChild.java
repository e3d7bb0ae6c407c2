package dev.keywright.once;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.once.jdbc.OnceTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * A process that asks for operations and dies at random, by itself in the middle of them or by the hand of {@link OnceSoak}. It ends when
 * its standard input does.
 */
final class OnceChild implements AutoCloseable {

    static final OnceOptions OPTIONS = OnceOptions.DEFAULTS
            .withLease(Duration.ofMillis(400))
            .withPatience(Duration.ofSeconds(5))
            .withDeadline(Duration.ofSeconds(1));

    private final Keywright kw;
    private final JdbcConnectionPool source;
    private final Once<String> operations;
    private final OnceTable<String> table;
    private final boolean guarded;

    OnceChild(String uri, String url, boolean guarded) {
        this.kw = Keywright.connect(uri);
        this.source = JdbcConnectionPool.create(url, "", "");
        this.operations = kw.once("operation", OPTIONS, Codecs.string());
        this.table = new OnceTable<>(source, "operation_once", Codecs.string());
        this.guarded = guarded;
    }

    /** What may happen on the way. */
    interface Fate {
        void step();
    }

    String run(int number, Fate fate) throws SQLException {
        String key = "operation " + number;
        return operations.run(key, "do " + number, attempt -> {
            fate.step();
            String result = guarded
                    ? table.<RuntimeException>inTransaction(key, "do " + number, connection -> {
                        String entered = enter(connection, number, attempt.token());
                        fate.step();
                        return entered;
                    })
                    : unguarded(number, attempt.token());
            fate.step();
            return result;
        });
    }

    private String unguarded(int number, long token) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return enter(connection, number, token);
        }
    }

    private static String enter(Connection connection, int number, long token) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?, ?)")) {
            insert.setInt(1, number);
            insert.setLong(2, token);
            insert.executeUpdate();
            return "done by " + token;
        }
    }

    @Override
    public void close() {
        kw.close();
        source.dispose();
    }

    /** Arguments: URI of Redis, URL of the database, operations, seed, {@code guarded} or {@code naked}. */
    public static void main(String[] arguments) throws Exception {
        int most = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        CompletableFuture<Integer> end = CompletableFuture.supplyAsync(OnceChild::inputEnds);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (OnceChild child = new OnceChild(arguments[0], arguments[1], arguments[4].equals("guarded"))) {
            for (int i = 0; i < 8; i++) {
                Random random = new Random(seed + i);
                threads.execute(() -> child.work(random, most, end));
            }
            threads.shutdown();
            boolean unused = threads.awaitTermination(1, TimeUnit.DAYS);
        }
    }

    /** Around what was done last, where the others are, too; so several processes ask for the same at the same time. */
    private int next(Random random, int most) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM ledger")) {
            count.next();
            return Math.floorMod(count.getInt(1) - 40 + random.nextInt(200), most);
        }
    }

    private void work(Random random, int most, CompletableFuture<Integer> end) {
        while (!end.isDone()) {
            try {
                String unused = run(next(random, most), () -> {
                    int fate = random.nextInt(1_500);
                    if (fate == 0) {
                        Runtime.getRuntime().halt(1);
                    } else if (fate < 5) {
                        throw new IllegalStateException("The action fails");
                    }
                });
            } catch (KeywrightException.Unavailable
                    | KeywrightException.Lost
                    | IllegalStateException
                    | SQLException e) {
                // it is asked for again, here or elsewhere
            }
        }
    }

    private static int inputEnds() {
        try {
            return System.in.read();
        } catch (IOException e) {
            return -1;
        }
    }
}
