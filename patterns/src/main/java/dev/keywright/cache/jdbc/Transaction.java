package dev.keywright.cache.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Work on one connection that is committed as a whole, or not at all. */
interface Transaction {

    void run(Connection connection) throws SQLException;

    /** Takes a connection of the source, and gives it back as it was. */
    static void in(DataSource source, Transaction work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (Throwable e) {
                rollBack(connection, before, e);
                throw e;
            }
            giveBack(connection, before);
        }
    }

    /** Only then are commits automatic again: switching that on commits what was half done. */
    private static void rollBack(Connection connection, boolean before, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(before);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** It is committed, so a connection that breaks now is the next user's trouble, and no failure of this work. */
    private static void giveBack(Connection connection, boolean before) {
        try {
            connection.setAutoCommit(before);
        } catch (SQLException broken) {
            return;
        }
    }
}
