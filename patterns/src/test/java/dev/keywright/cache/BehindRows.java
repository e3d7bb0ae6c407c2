package dev.keywright.cache;

import dev.keywright.cache.jdbc.JdbcWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** A table for strings by strings. */
record BehindRows(DataSource source) {

    /** A new H2 in memory, gone with this JVM. */
    static BehindRows inMemory(String name) throws SQLException {
        BehindRows rows = at("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        rows.create();
        return rows;
    }

    static BehindRows at(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        return new BehindRows(source);
    }

    void create() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS behind");
            statement.execute(
                    "CREATE TABLE behind (id VARCHAR(50) PRIMARY KEY, text VARCHAR(50), version BIGINT NOT NULL,"
                            + " deleted BOOLEAN NOT NULL)");
        }
    }

    JdbcWriter<String, String> writer() {
        return JdbcWriter.<String, String>to(source, "behind")
                .key("id", id -> id)
                .column("text", text -> text)
                .build();
    }

    Map<String, String> live() throws SQLException {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT id, text FROM behind WHERE NOT deleted")) {
            while (result.next()) {
                rows.put(result.getString(1), result.getString(2));
            }
        }
        return rows;
    }
}
