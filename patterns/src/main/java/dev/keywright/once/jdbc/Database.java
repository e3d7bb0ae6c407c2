package dev.keywright.once.jdbc;

import java.util.Locale;

/** Databases whose words for bytes and moments are known. */
public enum Database {
    POSTGRESQL("BYTEA", "TIMESTAMP WITH TIME ZONE"),
    /** MySQL, too. */
    MARIADB("LONGBLOB", "TIMESTAMP"),
    H2("BINARY LARGE OBJECT", "TIMESTAMP WITH TIME ZONE");

    final String bytes;
    final String instant;

    Database(String bytes, String instant) {
        this.bytes = bytes;
        this.instant = instant;
    }

    /** The statement that makes a {@link OnceTable}. */
    public String ddl(String table) {
        return String.format(
                Locale.ROOT,
                "CREATE TABLE %s (name VARCHAR(64) PRIMARY KEY, request %s NOT NULL, result %s,"
                        + " created %s DEFAULT CURRENT_TIMESTAMP NOT NULL)",
                OnceTable.named(table),
                bytes,
                bytes,
                instant);
    }
}
