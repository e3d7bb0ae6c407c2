package dev.keywright.cache.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Change;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a writer promises on every database. */
abstract class JdbcWriterContract {

    record User(String name, int points) {}

    private DataSource source;

    /** A database with nothing in it that matters. */
    abstract DataSource source() throws SQLException;

    abstract JdbcWriter.Builder<Long, User> users(DataSource source, String table);

    @BeforeEach
    void tables() throws SQLException {
        source = source();
        sql(
                "DROP TABLE IF EXISTS users",
                "CREATE TABLE users (id BIGINT PRIMARY KEY, name VARCHAR(20), points INT, version BIGINT NOT NULL,"
                        + " deleted BOOLEAN NOT NULL)",
                "DROP TABLE IF EXISTS plain",
                "CREATE TABLE plain (tenant VARCHAR(10), id BIGINT, name VARCHAR(20), version BIGINT,"
                        + " PRIMARY KEY (tenant, id))",
                "DROP TABLE IF EXISTS named",
                "CREATE TABLE named (id BIGINT PRIMARY KEY, name VARCHAR(20) UNIQUE, points INT,"
                        + " version BIGINT NOT NULL, deleted BOOLEAN NOT NULL)");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private JdbcWriter<Long, User> writer() {
        return users(source, "users")
                .key("id", id -> id)
                .column("name", User::name)
                .column("points", User::points)
                .build();
    }

    private JdbcWriter<Long, User> deletingWriter() {
        return users(source, "plain")
                .key("tenant", id -> "t" + id % 2)
                .key("id", id -> id)
                .column("name", User::name)
                .deletingRows()
                .build();
    }

    private static Change<Long, User> put(long id, String name, long version) {
        return new Change<>(id, Optional.of(new User(name, (int) version)), version);
    }

    private static Change<Long, User> remove(long id, long version) {
        return new Change<>(id, Optional.empty(), version);
    }

    /** Rows that are not deleted, as {@code name@version}. */
    private Map<Long, String> rows(String query) throws SQLException {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                rows.put(result.getLong(1), result.getString(2) + "@" + result.getLong(3));
            }
        }
        return rows;
    }

    final Map<Long, String> users() throws SQLException {
        return rows("SELECT id, name, version FROM users WHERE NOT deleted");
    }

    private Map<Long, String> plain() throws SQLException {
        return rows("SELECT id, name, version FROM plain");
    }

    @Test
    void w2_aRowNeverGoesBack() throws SQLException {
        JdbcWriter<Long, User> writer = writer();
        writer.write(List.of(put(1, "ann", 10), put(2, "bob", 11)));
        writer.write(List.of(put(1, "older", 9), put(2, "newer", 12), put(3, "cat", 1)));
        writer.write(List.of(put(1, "again", 10)));
        assertThat(users()).isEqualTo(Map.of(1L, "ann@10", 2L, "newer@12", 3L, "cat@1"));
        assertThat(rows("SELECT id, points, version FROM users WHERE id = 2")).isEqualTo(Map.of(2L, "12@12"));
    }

    @Test
    void aChangeWithoutAVersionIsWrittenWhateverIsThere() throws SQLException {
        JdbcWriter<Long, User> writer = writer();
        writer.write(List.of(put(1, "first", 0), put(2, "bob", 10)));
        writer.write(List.of(put(1, "second", 0), put(2, "bill", 0)));
        assertThat(users()).isEqualTo(Map.of(1L, "second@0", 2L, "bill@0"));
        writer.write(List.of(remove(1, 0), put(2, "newer", 5)));
        assertThat(users()).isEqualTo(Map.of(2L, "newer@5"));

        JdbcWriter<Long, User> deleting = deletingWriter();
        deleting.write(List.of(put(1, "first", 0), put(2, "bob", 10)));
        deleting.write(List.of(put(1, "second", 0), remove(2, 0)));
        assertThat(plain()).isEqualTo(Map.of(1L, "second@0"));
    }

    @Test
    void aRemovedRowIsNotBroughtBackByAnOlderChangeThatComesLate() throws SQLException {
        JdbcWriter<Long, User> writer = writer();
        writer.write(List.of(put(1, "ann", 10)));
        writer.write(List.of(remove(1, 12), remove(2, 20)));
        writer.write(List.of(put(1, "late", 11), put(2, "late", 19)));
        assertThat(users()).isEmpty();
        writer.write(List.of(put(1, "fresh", 13), remove(2, 18)));
        assertThat(users()).isEqualTo(Map.of(1L, "fresh@13"));
    }

    @Test
    void deletingRowsLeavesNewerOnes() throws SQLException {
        JdbcWriter<Long, User> writer = deletingWriter();
        writer.write(List.of(put(1, "ann", 10), put(2, "bob", 10)));
        writer.write(List.of(remove(1, 9), remove(2, 11), remove(3, 11)));
        assertThat(plain()).isEqualTo(Map.of(1L, "ann@10"));
        writer.write(List.of(put(2, "again", 12), put(1, "older", 8)));
        assertThat(plain()).isEqualTo(Map.of(1L, "ann@10", 2L, "again@12"));
    }

    @Test
    void rowsThatHadNoVersionAreTakenOver() throws SQLException {
        sql("INSERT INTO plain (tenant, id, name) VALUES ('t1', 1, 'old')");
        deletingWriter().write(List.of(put(1, "new", 5)));
        assertThat(plain()).isEqualTo(Map.of(1L, "new@5"));
    }

    @Test
    void aBatchIsWrittenWhollyOrNotAtAllAndWhatCanNeverBeWrittenIsSaid() throws SQLException {
        JdbcWriter<Long, User> writer = writer();
        String tooLong = "a name of more than twenty characters";
        assertThatThrownBy(() -> writer.write(List.of(put(1, "ann", 1), put(2, tooLong, 1), put(3, "cat", 1))))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("SQLSTATE 22")
                .message()
                .doesNotContain("twenty");
        assertThat(users()).isEmpty();
        JdbcWriter<Long, User> nowhere =
                users(source, "nowhere").key("id", id -> id).build();
        assertThatThrownBy(() -> nowhere.write(List.of(put(1, "ann", 1)))).isInstanceOf(SQLException.class);
        writer.write(List.of(put(1, "ann", 1)));
        assertThat(users()).isEqualTo(Map.of(1L, "ann@1"));
    }

    @Test
    void aRowThatClashesWithAnotherOneIsRefusedAndLeavesTheOtherAsItIs() throws SQLException {
        JdbcWriter<Long, User> writer = users(source, "named")
                .key("id", id -> id)
                .column("name", User::name)
                .column("points", User::points)
                .build();
        writer.write(List.of(put(1, "ann", 10), put(2, "bob", 11)));
        for (long version : new long[] {0, 5, 12}) {
            assertThatThrownBy(() -> writer.write(List.of(put(3, "ann", version))))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("SQLSTATE 23");
        }
        String named = "SELECT id, name, version FROM named WHERE NOT deleted";
        assertThat(rows(named)).isEqualTo(Map.of(1L, "ann@10", 2L, "bob@11"));
        writer.write(List.of(put(1, "cat", 12), put(2, "older", 10)));
        writer.write(List.of(put(3, "ann", 12)));
        assertThat(rows(named)).isEqualTo(Map.of(1L, "cat@12", 2L, "bob@11", 3L, "ann@12"));
    }

    @Test
    void inWhateverOrderAndHoweverOftenChangesComeTheNewestStays() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            tables();
            Random random = new Random(seed);
            List<Change<Long, User>> changes = new ArrayList<>();
            Map<Long, String> model = new TreeMap<>();
            for (int version = 1; version <= 300; version++) {
                long id = random.nextInt(12);
                if (random.nextInt(3) == 0) {
                    changes.add(remove(id, version));
                    model.remove(id);
                } else {
                    changes.add(put(id, "n" + version, version));
                    model.put(id, "n" + version + "@" + version);
                }
            }
            changes.addAll(changes.subList(0, 100));
            Collections.shuffle(changes, random);
            JdbcWriter<Long, User> writer = writer();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                List<Change<Long, User>> mine = changes.subList(thread * 133, (thread + 1) * 133 + thread / 2);
                threads.add(CompletableFuture.runAsync(() -> writeInBatches(writer, mine)));
            }
            CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(users()).as("seed %d", seed).isEqualTo(model);
        }
    }

    /** At most one change of a key in each batch; a deadlock is tried again, as workers do. */
    private static void writeInBatches(JdbcWriter<Long, User> writer, List<Change<Long, User>> changes) {
        Map<Long, Change<Long, User>> batch = new TreeMap<>();
        for (Change<Long, User> change : changes) {
            if (batch.containsKey(change.key()) || batch.size() == 7) {
                writeUntilDone(writer, List.copyOf(batch.values()));
                batch.clear();
            }
            batch.put(change.key(), change);
        }
        writeUntilDone(writer, List.copyOf(batch.values()));
    }

    private static void writeUntilDone(JdbcWriter<Long, User> writer, List<Change<Long, User>> batch) {
        for (int attempt = 1; ; attempt++) {
            try {
                writer.write(batch);
                return;
            } catch (SQLException | KeywrightException.Misused e) {
                if (attempt == 50) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void namesThatCouldBeSqlAreRefused() {
        for (String name : List.of("users; DROP TABLE users", "a b", "1a", "", "a.b.c.d", "x\"y")) {
            assertThatThrownBy(() -> users(source, name)).isInstanceOf(IllegalArgumentException.class);
        }
        JdbcWriter.Builder<Long, User> builder = users(source, "public.users");
        assertThatThrownBy(() -> builder.column("name)--", User::name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.key("a.b", id -> id)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(builder::build).hasMessageContaining("no key column");
        assertThatThrownBy(() -> builder.key("id", id -> id)
                        .column("Version", User::points)
                        .build())
                .hasMessageContaining("named twice");
    }
}
