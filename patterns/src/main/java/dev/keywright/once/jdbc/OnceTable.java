package dev.keywright.once.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Effects in a database that happen once per key: the key and the result are written in the very transaction of the effect, and the
 * table's primary key refuses a second one. So the effect and its record are there together, or neither is, whatever crashes when.
 *
 * <pre>{@code
 * OnceTable<Receipt> table = new OnceTable<>(dataSource, "payments_once", Codecs.json(Receipt.class));
 * Receipt receipt = payments.run(key, body, attempt -> table.inTransaction(key, body, connection -> book(connection, order)));
 * }</pre>
 *
 * <ul>
 *   <li>With {@link dev.keywright.once.Once} in front, Redis answers most retries and keeps attempts apart, and the table sees to what
 *       Redis cannot: crashes between effect and record, paused attempts, lost records. The table is right without it, too.
 *   <li>Cost: one insert and one update in the transaction, on a row of its own.
 *   <li>At the same time: the second transaction of one key waits in its insert until the first one ends, as databases do, or fails
 *       with their lock timeout.
 *   <li>Keys may hold anything; their SHA-256 is stored, in hexadecimal digits.
 *   <li>Rows stay until {@link #forget}; keep them longer than retries can come. Threads: any number.
 * </ul>
 */
public final class OnceTable<V> {

    private static final int LOOKS = 5;
    private static final Pattern TABLE =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62}){0,2}");

    private final DataSource source;
    private final String table;
    private final Codec<V> codec;

    /**
     * What happens once.
     *
     * @param <X> what it may throw beside what the database does
     */
    @FunctionalInterface
    public interface Effect<V, X extends Exception> {

        /** Works on this connection, in its transaction; neither commits nor rolls back. */
        V run(Connection connection) throws SQLException, X;
    }

    /** @param table as made by {@link Database#ddl} */
    public OnceTable(DataSource source, String table, Codec<V> codec) {
        this.source = source;
        this.table = named(table);
        this.codec = codec;
    }

    static String named(String table) {
        if (!TABLE.matcher(table).matches()) {
            throw new KeywrightException.Misused("The table is called \"" + table
                    + "\"; give a name of letters, digits and _, with its schema before a dot if need be");
        }
        return table;
    }

    /**
     * Lets the effect happen in a transaction of its own and records the result with it; or gives the result of the first time.
     *
     * @throws SQLException of the effect or the commit; nothing happened, or, where the answer to the commit was lost, the next call
     *     says what did
     * @throws KeywrightException.Misused when the key belongs to a request with another fingerprint
     */
    public <X extends Exception> V inTransaction(String key, String fingerprint, Effect<V, X> effect)
            throws SQLException, X {
        String name = nameOf(key);
        byte[] request = digest(fingerprint);
        for (int look = 0; look < LOOKS; look++) {
            try (Connection connection = source.getConnection()) {
                Optional<V> result = attempt(connection, name, request, effect);
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
        throw new SQLException("A row of " + table + " came and went " + LOOKS + " times. Try again.");
    }

    /** The result; empty when the row of another transaction was in the way, and is gone again. */
    private <X extends Exception> Optional<V> attempt(
            Connection connection, String name, byte[] request, Effect<V, X> effect) throws SQLException, X {
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            Optional<V> result;
            if (insert(connection, name, request)) {
                result = Optional.of(effect.run(connection));
                update(connection, name, result.get());
            } else {
                connection.rollback();
                result = find(connection, name, request);
            }
            connection.commit();
            return result;
        } catch (Throwable e) {
            rollBack(connection, e);
            throw e;
        } finally {
            restore(connection, before);
        }
    }

    /** What came of the transaction is known by now; a connection that is broken must not hide it. */
    private static void restore(Connection connection, boolean autoCommit) {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException broken) {
            // Whoever gets it next is told.
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private boolean insert(Connection connection, String name, byte[] request) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (name, request) VALUES (?, ?)")) {
            insert.setString(1, name);
            insert.setBytes(2, request);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    /** PostgreSQL, H2 and others say 23505; MySQL and MariaDB 23000. */
    private static boolean isDuplicate(SQLException e) {
        return "23505".equals(e.getSQLState()) || "23000".equals(e.getSQLState());
    }

    private Optional<V> find(Connection connection, String name, byte[] request) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT request, result FROM " + table + " WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (!Arrays.equals(row.getBytes(1), request)) {
                    throw new KeywrightException.Misused("This key was used for a request with another fingerprint ("
                            + table + "). Use a new key for a new request.");
                }
                byte[] stored = row.getBytes(2);
                return Optional.of(codec.decode(stored[0], stored, 1, stored.length - 1));
            }
        }
    }

    private void update(Connection connection, String name, V result) throws SQLException {
        byte[] encoded = codec.encode(result);
        byte[] bytes = new byte[encoded.length + 1];
        bytes[0] = codec.format();
        System.arraycopy(encoded, 0, bytes, 1, encoded.length);
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + table + " SET result = ? WHERE name = ?")) {
            update.setBytes(1, bytes);
            update.setString(2, name);
            update.executeUpdate();
        }
    }

    /**
     * Deletes the rows made before that moment.
     *
     * @return how many
     */
    public int forget(Instant before) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE created < ?")) {
            delete.setTimestamp(1, Timestamp.from(before));
            int rows = delete.executeUpdate();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return rows;
        }
    }

    /** Databases refuse NUL in a text, bound what a primary key may hold, and some compare without regard to case. */
    private static String nameOf(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("The key is empty; give the one that the client sent");
        }
        return HexFormat.of().formatHex(digest(key));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "once by the table " + table;
    }
}
