package dev.keywright.cache.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a database says "insert, or update if what is there is older". */
public enum Dialect {
    POSTGRESQL {
        @Override
        Statement upsert(Table table) {
            String set = table.written().stream()
                    .map(column -> column + " = EXCLUDED." + column)
                    .collect(Collectors.joining(", "));
            return insert(
                    table,
                    " ON CONFLICT (" + String.join(", ", table.keys()) + ") DO UPDATE SET " + set + " WHERE "
                            + comes("EXCLUDED." + table.version(), table.name() + "." + table.version()));
        }
    },
    /**
     * MySQL, too. Its update goes to the row that the new one clashes with, whichever unique index says so: a row with another key is
     * refused by setting its key to null. So the key's columns have to be {@code NOT NULL}, as those of a primary key are.
     */
    MARIADB {
        @Override
        String instant() {
            return "TIMESTAMP";
        }

        @Override
        Statement upsert(Table table) {
            String version = table.version();
            Stream<String> same = table.keys().stream()
                    .map(key -> key + " = CASE WHEN " + key + " = VALUES(" + key + ") THEN " + key + " ELSE NULL END");
            Stream<String> set = Stream.concat(
                            table.written().stream().filter(column -> !column.equals(version)),
                            Stream.of(version)) // last: what comes before compares with the version that was there
                    .map(column -> column + " = CASE WHEN " + comes("VALUES(" + version + ")", version)
                            + " THEN VALUES(" + column + ") ELSE " + column + " END");
            return insert(
                    table,
                    " ON DUPLICATE KEY UPDATE " + Stream.concat(same, set).collect(Collectors.joining(", ")));
        }
    },
    H2 {
        @Override
        Statement upsert(Table table) {
            String found = table.keys().stream().map(key -> "t." + key + " = ?").collect(Collectors.joining(" AND "));
            String set = table.written().stream().map(column -> column + " = ?").collect(Collectors.joining(", "));
            List<String> parameters = new ArrayList<>(table.keys());
            parameters.add(GUARD);
            parameters.addAll(table.written());
            parameters.addAll(table.all());
            return new Statement(
                    "MERGE INTO " + table.name() + " t USING (SELECT 1) s ON " + found + " WHEN MATCHED AND "
                            + older("t." + table.version(), "?") + " THEN UPDATE SET " + set
                            + " WHEN NOT MATCHED THEN INSERT (" + String.join(", ", table.all()) + ") VALUES ("
                            + marks(table.all()) + ")",
                    parameters);
        }
    };

    /** Stands among parameters for the version that the row must be older than; no column has this name. */
    static final String GUARD = "";

    /**
     * SQL with the columns that its parameters are for.
     *
     * @param parameters names of columns, or {@link #GUARD}, in the order of the question marks
     */
    record Statement(String sql, List<String> parameters) {}

    /**
     * What is written to.
     *
     * @param keys columns of the primary key
     * @param written all others, the version among them
     */
    record Table(String name, List<String> keys, List<String> written, String version) {

        List<String> all() {
            return Stream.concat(keys.stream(), written.stream()).toList();
        }
    }

    /** The type of a column for a moment, whatever the session's time zone. */
    String instant() {
        return "TIMESTAMP WITH TIME ZONE";
    }

    /** Writes the row, unless there is one that is as new or newer. */
    abstract Statement upsert(Table table);

    /** Deletes the row, unless it is as new or newer. */
    Statement delete(Table table) {
        List<String> parameters = new ArrayList<>(table.keys());
        parameters.add(GUARD);
        return new Statement(
                "DELETE FROM " + table.name() + " WHERE "
                        + table.keys().stream().map(key -> key + " = ?").collect(Collectors.joining(" AND ")) + " AND "
                        + older(table.version(), "?"),
                parameters);
    }

    /** The dialect of a database that calls itself so. */
    static Dialect of(String product) {
        String name = product.toLowerCase(Locale.ROOT);
        if (name.contains("postgresql")) {
            return POSTGRESQL;
        }
        if (name.contains("mariadb") || name.contains("mysql")) {
            return MARIADB;
        }
        if (name.contains("h2")) {
            return H2;
        }
        throw new IllegalArgumentException("The database is " + product
                + ", and only PostgreSQL, MariaDB, MySQL and H2 are known; give a dialect, or a Writer of your own");
    }

    private static Statement insert(Table table, String onConflict) {
        return new Statement(
                "INSERT INTO " + table.name() + " (" + String.join(", ", table.all()) + ") VALUES ("
                        + marks(table.all()) + ")" + onConflict,
                table.all());
    }

    /** Whether what comes is newer, or was given no version. */
    private static String comes(String comes, String there) {
        return "(0 = " + comes + " OR " + older(there, comes) + ")";
    }

    private static String older(String there, String comes) {
        return "(" + there + " IS NULL OR " + there + " < " + comes + ")";
    }

    private static String marks(Collection<String> columns) {
        return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    }
}
