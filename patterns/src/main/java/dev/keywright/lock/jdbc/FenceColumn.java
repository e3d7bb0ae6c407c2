package dev.keywright.lock.jdbc;

import dev.keywright.KeywrightException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses writes of holders who lost their lock, row by row: each row remembers the token it was written with, and a write with a lower
 * one changes nothing.
 *
 * <pre>{@code
 * FenceColumn accounts = new FenceColumn("account", "fence", "id");
 * boolean found = accounts.update(connection, hold.token(), "balance = balance + ?", 10, 7);
 * // UPDATE account SET balance = balance + ?, fence = ? WHERE id = ? AND (fence IS NULL OR fence <= ?)
 * }</pre>
 *
 * <ul>
 *   <li>The column is a {@code BIGINT}; rows without a token accept any. An equal token passes. New rows are inserted with the token.
 *   <li>At the same time: the database keeps a row locked while it is updated, to the end of the transaction, and compares afterwards. So
 *       a connection that commits by itself will do.
 *   <li>What is written to several rows in one transaction is protected row by row, not as a whole; {@link Fence} does that.
 *   <li>Cost: the UPDATE, which would be sent anyway; a SELECT when it changed nothing. Threads: any number.
 * </ul>
 */
public final class FenceColumn {

    private final String table;
    private final String column;
    private final List<String> keys;

    /**
     * @param column the one for the token
     * @param keys columns that together name one row
     */
    public FenceColumn(String table, String column, String... keys) {
        this.table = Fence.named("table", table);
        this.column = Fence.named("column", column);
        this.keys = List.of(keys);
        this.keys.forEach(key -> Fence.named("column", key));
        if (this.keys.isEmpty()) {
            throw new KeywrightException.Misused(
                    "No column names a row of " + table + "; give those of its primary key after that of the fence");
        }
    }

    /** The statement that adds the column to a table that is there. */
    public String ddl() {
        return "ALTER TABLE " + table + " ADD COLUMN " + column + " BIGINT";
    }

    /**
     * Writes one row, unless it was written with a higher token.
     *
     * @param assignments of SQL, such as {@code "balance = ?, changed = now()"}; from the program, never from its users
     * @param values for the question marks in the assignments, and then for the columns of the key
     * @return false when there is no such row
     * @throws KeywrightException.Lost when the row has a higher token; nothing was changed
     * @throws KeywrightException.Misused when more than one row was changed: the key names no single row; roll back
     */
    public boolean update(Connection connection, long token, String assignments, @Nullable Object... values)
            throws SQLException {
        int assigned = values.length - keys.size();
        if (assigned < 0) {
            throw new IllegalArgumentException(values.length + " values are not enough for the key of " + table + ", "
                    + String.join(", ", keys) + "; give those of the assignments and then those of the key");
        }
        for (boolean wasThere = false; ; wasThere = true) {
            if (write(connection, token, assignments, values, assigned)) {
                return true;
            }
            if (!isThere(connection, token, Arrays.asList(values).subList(assigned, values.length))) {
                return false;
            }
            if (wasThere) { // and was not changed, as it says all that already, to a driver that counts so
                return true;
            }
        }
    }

    private boolean write(
            Connection connection, long token, String assignments, @Nullable Object[] values, int assigned)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + table + " SET " + assignments + ", "
                + column + " = ? WHERE " + row() + " AND (" + column + " IS NULL OR " + column + " <= ?)")) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i < assigned ? i + 1 : i + 2, values[i]);
            }
            update.setLong(assigned + 1, token);
            update.setLong(values.length + 2, token);
            int rows = update.executeUpdate();
            if (rows > 1) {
                throw new KeywrightException.Misused(rows + " rows were changed (" + table + " by "
                        + String.join(", ", keys) + "). Roll back, and give columns that name one row.");
            }
            return rows == 1;
        }
    }

    /** Looks at the row as it is now, and not as it was when the transaction began. */
    private boolean isThere(Connection connection, long token, List<@Nullable Object> key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + column + " FROM " + table + " WHERE " + row() + " FOR UPDATE")) {
            for (int i = 0; i < key.size(); i++) {
                select.setObject(i + 1, key.get(i));
            }
            try (ResultSet found = select.executeQuery()) {
                boolean there = found.next();
                long seen = there ? found.getLong(1) : 0;
                if (there && seen > token) {
                    throw new KeywrightException.Lost("The row was written with token " + seen
                            + ", so the hold of token " + token + " is over (" + table
                            + "). Stop; another one has, or had, the lock.");
                }
                return there;
            }
        }
    }

    private String row() {
        return keys.stream().map(key -> key + " = ?").collect(Collectors.joining(" AND "));
    }

    @Override
    public String toString() {
        return "fence by the column " + column + " of " + table;
    }
}
