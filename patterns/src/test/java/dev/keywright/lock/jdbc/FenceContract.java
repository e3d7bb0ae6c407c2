package dev.keywright.lock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a fence does on every database, with transactions at READ COMMITTED that overlap. */
abstract class FenceContract {

    private static final int WRITERS = 8;

    private final DataSource source;
    private final Fence fence = new Fence("fence");
    private final FenceColumn accounts = new FenceColumn("account", "fence", "bank", "id");
    private final ExecutorService others = Executors.newCachedThreadPool();

    FenceContract(DataSource source) {
        this.source = source;
    }

    @BeforeEach
    void tables() throws SQLException {
        execute(
                "DROP TABLE IF EXISTS fence",
                "DROP TABLE IF EXISTS account",
                "DROP TABLE IF EXISTS ledger",
                Fence.ddl("fence"),
                "CREATE TABLE ledger (number INT GENERATED ALWAYS AS IDENTITY, token BIGINT)",
                "CREATE TABLE account (bank INT, id VARCHAR(10), balance BIGINT, note VARCHAR(10), PRIMARY KEY (bank,"
                        + " id))",
                accounts.ddl(),
                "INSERT INTO account (bank, id, balance) VALUES (1, 'ann', 0), (1, 'bob', 0), (2, 'ann', 0)");
    }

    @AfterEach
    void endOthers() {
        others.shutdownNow();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private List<Long> numbers(String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<Long> numbers = new ArrayList<>();
            while (result.next()) {
                numbers.add(result.getLong(1));
            }
            return numbers;
        }
    }

    private Connection transaction() throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    private static void enter(Connection connection, long token) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO ledger (token) VALUES (" + token + ")");
        }
    }

    private void write(String resource, long token) throws SQLException {
        try (Connection connection = transaction()) {
            fence.check(connection, resource, token);
            enter(connection, token);
            connection.commit();
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private CompletableFuture<Void> meanwhile(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (SQLException e) {
                        throw new CompletionException(e);
                    }
                },
                others);
    }

    /** Whether it waits for the transaction that is open; what does not wait is over long before. */
    private static void assertWaits(CompletableFuture<Void> work) {
        assertThatThrownBy(() -> work.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    // --- the table

    @Test
    void tokensGrowOrStayTheSame() throws SQLException {
        write("a", 5);
        write("a", 5);
        write("a", 7);
        assertThatThrownBy(() -> write("a", 6))
                .isInstanceOf(KeywrightException.Lost.class)
                .hasMessageContaining("token 7 has written, so that of token 6");
        assertThat(numbers("SELECT token FROM ledger ORDER BY number")).containsExactly(5L, 5L, 7L);
        assertThat(numbers("SELECT token FROM fence")).containsExactly(7L);
    }

    @Test
    void resourcesHaveNothingToDoWithEachOther() throws SQLException {
        List<String> names = List.of("a", "A", "a ", "\0", "x".repeat(1_000), "\u20ac{}:'");
        for (String name : names) {
            write(name, Long.MAX_VALUE);
        }
        assertThat(numbers("SELECT token FROM fence")).hasSameSizeAs(names);
    }

    @Test
    void aTransactionThatRollsBackLeavesTheOldToken() throws SQLException {
        write("a", 5);
        try (Connection connection = transaction()) {
            fence.check(connection, "a", 9);
            fence.check(connection, "new", 9);
            connection.rollback();
        }
        write("a", 6);
        write("new", 1);
        assertThat(numbers("SELECT token FROM ledger ORDER BY number")).containsExactly(5L, 6L, 1L);
    }

    @Test
    void aRefusedTransactionCanStillDoOtherThings() throws SQLException {
        write("a", 5);
        try (Connection connection = transaction()) {
            assertThatThrownBy(() -> fence.check(connection, "a", 4)).isInstanceOf(KeywrightException.Lost.class);
            fence.check(connection, "b", 4);
            enter(connection, 4);
            connection.commit();
        }
        assertThat(numbers("SELECT token FROM ledger ORDER BY number")).containsExactly(5L, 4L);
    }

    @Test
    void aConnectionThatCommitsByItselfIsRefused() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThatThrownBy(() -> fence.check(connection, "a", 1))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    /** The old holder has passed the fence and writes on: the next one waits until that is over, so it overwrites, and not the other. */
    @Test
    void aNewerHolderWaitsForAnOlderOneThatIsWriting() throws Exception {
        write("a", 4);
        try (Connection old = transaction()) {
            fence.check(old, "a", 5);
            CompletableFuture<Void> next = meanwhile(() -> write("a", 6));
            assertWaits(next);
            enter(old, 5);
            old.commit();
            next.get(30, TimeUnit.SECONDS);
        }
        assertThat(numbers("SELECT token FROM ledger ORDER BY number")).containsExactly(4L, 5L, 6L);
    }

    @Test
    void whoWaitedIsComparedWithWhatTheOtherOneLeft() throws Exception {
        write("a", 4);
        for (boolean commits : new boolean[] {false, true}) {
            try (Connection newer = transaction()) {
                fence.check(newer, "a", 6);
                CompletableFuture<Void> older = meanwhile(() -> write("a", 5));
                assertWaits(older);
                if (commits) {
                    newer.commit();
                    assertThatThrownBy(() -> older.get(30, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(KeywrightException.Lost.class);
                } else {
                    newer.rollback();
                    older.get(30, TimeUnit.SECONDS);
                }
            }
        }
        assertThat(numbers("SELECT token FROM ledger ORDER BY number")).containsExactly(4L, 5L);
    }

    @Test
    void theFirstTokenOfAResourceIsNoGap() throws Exception {
        for (boolean commits : new boolean[] {false, true}) {
            String resource = "new " + commits;
            try (Connection newer = transaction()) {
                fence.check(newer, resource, 6);
                CompletableFuture<Void> older = meanwhile(() -> write(resource, 5));
                assertWaits(older);
                if (commits) {
                    newer.commit();
                    assertThatThrownBy(() -> older.get(30, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(KeywrightException.Lost.class);
                } else {
                    newer.rollback();
                    older.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    @Test
    void manyAtOnceAreWrittenInTheOrderOfTheirTokens() throws Exception {
        AtomicLong tokens = new AtomicLong();
        AtomicInteger refused = new AtomicInteger();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(meanwhile(() -> {
                for (int i = 0; i < 25; i++) {
                    try {
                        write("a", tokens.incrementAndGet());
                    } catch (KeywrightException.Lost late) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        for (CompletableFuture<Void> each : writers) {
            each.get(60, TimeUnit.SECONDS);
        }
        assertThat(numbers("SELECT token FROM ledger ORDER BY number"))
                .isSorted()
                .hasSize(WRITERS * 25 - refused.get());
    }

    // --- the column

    private boolean pay(Connection connection, int bank, String id, long token) throws SQLException {
        return accounts.update(connection, token, "balance = balance + ?", 10, bank, id);
    }

    @Test
    void aRowIsWrittenUnlessItHasAHigherToken() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(pay(connection, 1, "ann", 5)).isTrue();
            assertThat(pay(connection, 1, "ann", 5)).isTrue();
            assertThat(pay(connection, 1, "ann", 7)).isTrue();
            assertThatThrownBy(() -> pay(connection, 1, "ann", 6))
                    .isInstanceOf(KeywrightException.Lost.class)
                    .hasMessageContaining("written with token 7, so the hold of token 6");
            assertThat(pay(connection, 2, "ann", 6)).isTrue();
            assertThat(pay(connection, 3, "ann", 6)).isFalse();
            assertThat(accounts.update(connection, 7, "balance = 1, note = ?", null, 1, "bob"))
                    .isTrue();
        }
        assertThat(numbers("SELECT balance FROM account ORDER BY bank, id")).containsExactly(30L, 1L, 10L);
        assertThat(numbers("SELECT fence FROM account ORDER BY bank, id")).containsExactly(7L, 7L, 6L);
    }

    @Test
    void aRowIsComparedWithWhatTheOtherTransactionLeft() throws Exception {
        for (boolean commits : new boolean[] {false, true}) {
            try (Connection newer = transaction()) {
                assertThat(pay(newer, 1, "ann", 6)).isTrue();
                CompletableFuture<Void> older = meanwhile(() -> {
                    try (Connection connection = source.getConnection()) {
                        assertThat(pay(connection, 1, "ann", 5)).isTrue();
                    }
                });
                assertWaits(older);
                if (commits) {
                    newer.commit();
                    assertThatThrownBy(() -> older.get(30, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(KeywrightException.Lost.class);
                } else {
                    newer.rollback();
                    older.get(30, TimeUnit.SECONDS);
                }
            }
        }
        assertThat(numbers("SELECT balance FROM account WHERE bank = 1 AND id = 'ann'"))
                .containsExactly(20L);
    }

    @Test
    void aKeyThatNamesManyRowsIsRefused() throws SQLException {
        FenceColumn banks = new FenceColumn("account", "fence", "bank");
        try (Connection connection = transaction()) {
            assertThatThrownBy(() -> banks.update(connection, 5, "balance = 1", 1))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("2 rows");
            connection.rollback();
        }
    }

    @Test
    void badNamesAreRefused() throws SQLException {
        assertThatThrownBy(() -> Fence.ddl("a; DROP TABLE b")).isInstanceOf(KeywrightException.Misused.class);
        assertThatThrownBy(() -> new Fence("")).isInstanceOf(KeywrightException.Misused.class);
        assertThatThrownBy(() -> new FenceColumn("a", "b c", "id")).isInstanceOf(KeywrightException.Misused.class);
        assertThatThrownBy(() -> new FenceColumn("a", "b")).isInstanceOf(KeywrightException.Misused.class);
        try (Connection connection = transaction()) {
            assertThatThrownBy(() -> fence.check(connection, "", 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> accounts.update(connection, 1, "balance = 1", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bank, id");
        }
    }
}
