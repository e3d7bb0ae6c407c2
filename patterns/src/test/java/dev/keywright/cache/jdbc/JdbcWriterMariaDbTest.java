package dev.keywright.cache.jdbc;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** The dialect of MariaDB and MySQL, on H2 which understands it. */
class JdbcWriterMariaDbTest extends JdbcWriterContract {

    @Override
    DataSource source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:mariadb;MODE=MariaDB;DB_CLOSE_DELAY=-1");
        return source;
    }

    @Override
    JdbcWriter.Builder<Long, User> users(DataSource source, String table) {
        return JdbcWriter.<Long, User>to(source, table).dialect(Dialect.MARIADB);
    }
}
