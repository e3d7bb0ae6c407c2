package dev.keywright.cache.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** On H2. */
class JdbcWriterTest extends JdbcWriterContract {

    @Override
    DataSource source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1");
        return source;
    }

    @Override
    JdbcWriter.Builder<Long, User> users(DataSource source, String table) {
        return JdbcWriter.to(source, table);
    }

    @Test
    void knowsTheDatabaseByItsName() {
        assertThat(Dialect.of("PostgreSQL")).isEqualTo(Dialect.POSTGRESQL);
        assertThat(Dialect.of("MariaDB")).isEqualTo(Dialect.MARIADB);
        assertThat(Dialect.of("MySQL")).isEqualTo(Dialect.MARIADB);
        assertThat(Dialect.of("H2")).isEqualTo(Dialect.H2);
        assertThatThrownBy(() -> Dialect.of("Oracle")).hasMessageContaining("Oracle");
    }
}
