package dev.keywright.lock.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Refuses transactions of holders who lost their lock: a table with one row per resource remembers the highest token that was seen, and
 * {@link #check} throws for a lower one. What a transaction writes after it, no later holder has written before.
 *
 * <pre>{@code
 * try (Hold hold = lock.acquire(wait); Connection connection = transaction()) {
 *     fence.check(connection, "invoices", hold.token());
 *     write(connection, rows);
 *     connection.commit();
 * }
 * }</pre>
 *
 * <ul>
 *   <li>An equal token passes, so a hold may write many times. A transaction that rolls back leaves the old token.
 *   <li>At the same time: the row stays locked to the end of the transaction, so transactions of one resource go one after the other, and
 *       who waited is compared with what the other one left. Holds at READ COMMITTED and above; there the database may also refuse one of
 *       two with its own serialization failure or deadlock, and that transaction is to be tried again.
 *   <li>Cost: one UPDATE; one more statement for a refusal, four for the first token of a resource.
 *   <li>Tables of PostgreSQL, MariaDB, MySQL (InnoDB) and H2 were thought of; it is plain SQL with savepoints.
 *   <li>Resources may be called anything; the SHA-256 of the name is stored, in hexadecimal digits. A row that is deleted lets any token
 *       pass. Threads: any number, each with a connection of its own.
 * </ul>
 *
 * <p>{@link FenceColumn} does without the table where each write goes to one row.
 */
public final class Fence {

    private static final int LOOKS = 10;
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62}){0,2}");

    private final String table;

    /** @param table as made by {@link #ddl} */
    public Fence(String table) {
        this.table = named("table", table);
    }

    /** The statement that makes the table, in words that PostgreSQL, MariaDB, MySQL and H2 know. */
    public static String ddl(String table) {
        return "CREATE TABLE " + named("table", table) + " (name VARCHAR(64) PRIMARY KEY, token BIGINT NOT NULL)";
    }

    static String named(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new KeywrightException.Misused("The " + what + " is called \"" + name
                    + "\"; give a name of letters, digits and _, with its schema before a dot if need be");
        }
        return name;
    }

    /**
     * Lets the transaction go on, and keeps others of this resource waiting until it ends; to be called before anything is written.
     *
     * @param connection in a transaction: without auto-commit
     * @throws KeywrightException.Lost when a higher token was seen; nothing was changed, roll back
     * @throws KeywrightException.Misused when the connection commits by itself
     * @throws SQLException of the database; roll back
     */
    public void check(Connection connection, String resource, long token) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new KeywrightException.Misused(
                    "The connection commits every statement by itself, so the fence would not hold until"
                            + " the write (" + table + "). Call setAutoCommit(false) and commit after the write.");
        }
        String name = nameOf(resource);
        for (int look = 0; look < LOOKS; look++) {
            if (raise(connection, name, token)) {
                return;
            }
            OptionalLong seen = lockedToken(connection, name);
            if (seen.isPresent() && seen.getAsLong() > token) {
                throw new KeywrightException.Lost(
                        "A hold with token " + seen.getAsLong() + " has written, so that of token " + token
                                + " is over (" + table + "). Roll back and stop; another one has, or had, the lock.");
            }
            // a lower one came in between; and drivers that count only rows that changed say 0 for an equal one
            if (seen.isPresent() ? seen.getAsLong() == token : insert(connection, name, token)) {
                return;
            }
        }
        throw new SQLException("A row of " + table + " came and went " + LOOKS + " times. Try again.");
    }

    private boolean raise(Connection connection, String name, long token) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + table + " SET token = ? WHERE name = ? AND token <= ?")) {
            update.setLong(1, token);
            update.setString(2, name);
            update.setLong(3, token);
            return update.executeUpdate() == 1;
        }
    }

    private OptionalLong lockedToken(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT token FROM " + table + " WHERE name = ? FOR UPDATE")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** The first token of a resource; false when another transaction was faster. The savepoint is for databases that end a transaction at its first error. */
    private boolean insert(Connection connection, String name, long token) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (name, token) VALUES (?, ?)")) {
            insert.setString(1, name);
            insert.setLong(2, token);
            insert.executeUpdate();
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!isDuplicate(e)) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    /** PostgreSQL, H2 and others say 23505; MySQL and MariaDB 23000. */
    private static boolean isDuplicate(SQLException e) {
        return "23505".equals(e.getSQLState()) || "23000".equals(e.getSQLState());
    }

    /** Databases refuse NUL in a text, bound what a primary key may hold, and some compare without regard to case. */
    private static String nameOf(String resource) {
        if (resource.isEmpty()) {
            throw new IllegalArgumentException("The name of the resource is empty; give that of the lock");
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(resource.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "fence by the table " + table;
    }
}
