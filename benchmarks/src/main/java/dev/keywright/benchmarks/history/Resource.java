package dev.keywright.benchmarks.history;

import dev.keywright.KeywrightException;
import dev.keywright.lock.jdbc.Fence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;

/** What the locks protect: a table that numbers what is written to it, behind a {@link Fence} or not. Threads: any number. */
final class Resource implements AutoCloseable {

    /** What was written. */
    record Row(String lock, long hold, long token) {}

    private static final int CONNECTIONS = 64;

    private final JdbcConnectionPool source = JdbcConnectionPool.create(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "", "");
    private final Fence fence = new Fence("fence");
    private final boolean fenced;

    Resource(boolean fenced) throws SQLException {
        this.fenced = fenced;
        source.setMaxConnections(CONNECTIONS);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Fence.ddl("fence"));
            statement.execute("CREATE TABLE written (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                    + " lock VARCHAR(20), hold BIGINT, token BIGINT)");
        }
    }

    /** False when the fence refused it. */
    boolean write(Row row) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (fenced) {
                    fence.check(connection, row.lock, row.token);
                }
                insert(connection, row);
                connection.commit();
                return true;
            } catch (KeywrightException.Lost late) {
                connection.rollback();
                return false;
            }
        }
    }

    private static void insert(Connection connection, Row row) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO written (lock, hold, token) VALUES (?, ?, ?)")) {
            insert.setString(1, row.lock);
            insert.setLong(2, row.hold);
            insert.setLong(3, row.token);
            insert.executeUpdate();
        }
    }

    /** All that was written, in the order of the numbers that the database gave it. */
    List<Row> written() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT lock, hold, token FROM written ORDER BY number")) {
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(new Row(result.getString(1), result.getLong(2), result.getLong(3)));
            }
            return rows;
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
        source.dispose();
    }
}
