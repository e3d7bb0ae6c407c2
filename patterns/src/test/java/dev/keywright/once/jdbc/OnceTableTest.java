package dev.keywright.once.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** The effect and its record are there together, once. */
class OnceTableTest {

    private final JdbcDataSource source = new JdbcDataSource();
    private final OnceTable<String> table;

    OnceTableTest() throws SQLException {
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        table = new OnceTable<>(source, "done_once", Codecs.string());
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Database.H2.ddl("done_once"));
            statement.execute("CREATE TABLE ledger (entry VARCHAR(100))");
        }
    }

    private static String enter(Connection connection, String entry) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO ledger VALUES ('" + entry + "')");
        }
        return "entered " + entry;
    }

    private long count(String from) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM " + from)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Test
    void theEffectHappensOnceAndEverybodyGetsItsResult() throws SQLException {
        assertThat(table.<RuntimeException>inTransaction("a", "10 EUR", connection -> enter(connection, "one")))
                .isEqualTo("entered one");
        assertThat(table.<RuntimeException>inTransaction("a", "10 EUR", connection -> enter(connection, "two")))
                .isEqualTo("entered one");
        assertThatThrownBy(() -> table.inTransaction("a", "99 EUR", connection -> enter(connection, "three")))
                .isInstanceOf(KeywrightException.Misused.class);
        assertThat(count("ledger")).isEqualTo(1);
    }

    @Test
    void anEffectThatFailsLeavesNothing() throws SQLException {
        assertThatThrownBy(() -> table.inTransaction("a", "", connection -> {
                    enter(connection, "one");
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class);
        assertThat(count("ledger") + count("done_once")).isZero();
        table.<RuntimeException>inTransaction("a", "", connection -> enter(connection, "two"));
        assertThat(count("ledger")).isEqualTo(1);
    }

    @Test
    void manyAtOnceAreOne() throws SQLException {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            for (String key : List.of("a", "b\0", "c".repeat(1_000), "D", "d", "d ")) {
                List<CompletableFuture<String>> all = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    String entry = key.length() + "-" + i;
                    all.add(CompletableFuture.supplyAsync(() -> enterOnce(key, entry), pool));
                }
                assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
            }
            assertThat(count("ledger")).isEqualTo(6);
        } finally {
            pool.shutdownNow();
        }
    }

    private String enterOnce(String key, String entry) {
        try {
            return table.<RuntimeException>inTransaction(key, "", connection -> enter(connection, entry));
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void oldRowsAreForgotten() throws SQLException {
        table.<RuntimeException>inTransaction("a", "", connection -> enter(connection, "one"));
        assertThat(table.forget(Instant.now().minusSeconds(3_600))).isZero();
        assertThat(table.forget(Instant.now().plusSeconds(3_600))).isEqualTo(1);
        table.<RuntimeException>inTransaction("a", "", connection -> enter(connection, "again"));
        assertThat(count("ledger")).isEqualTo(2);
    }

    /** As of a pool that is told so. */
    @Test
    void connectionsWithoutAutocommitAreTaken() throws SQLException {
        JdbcDataSource pool = new JdbcDataSource();
        pool.setURL(source.getURL() + ";AUTOCOMMIT=OFF");
        OnceTable<String> pooled = new OnceTable<>(pool, "done_once", Codecs.string());
        pooled.<RuntimeException>inTransaction("a", "", connection -> enter(connection, "one"));
        assertThat(count("ledger")).isEqualTo(1);
        assertThat(pooled.forget(Instant.now().plusSeconds(3_600))).isEqualTo(1);
        assertThat(count("done_once")).isZero();
    }

    @Test
    void aConnectionThatBreaksHidesNotWhatWasThrown() {
        assertThatThrownBy(() -> table.inTransaction("a", "", connection -> {
                    connection.close();
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class);
    }

    @Test
    void badNamesAreRefused() {
        assertThatThrownBy(() -> Database.POSTGRESQL.ddl("a; DROP TABLE b"))
                .isInstanceOf(KeywrightException.Misused.class);
        assertThatThrownBy(() -> new OnceTable<>(source, "", Codecs.string()))
                .isInstanceOf(KeywrightException.Misused.class);
        assertThatThrownBy(() -> table.inTransaction("", "", connection -> "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
