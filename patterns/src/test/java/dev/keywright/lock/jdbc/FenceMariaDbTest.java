package dev.keywright.lock.jdbc;

import org.h2.jdbcx.JdbcConnectionPool;

/** In the words of MariaDB and MySQL, on H2 which understands them. */
class FenceMariaDbTest extends FenceContract {

    FenceMariaDbTest() {
        super(JdbcConnectionPool.create(
                "jdbc:h2:mem:fence-mariadb;MODE=MariaDB;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=30000", "", ""));
    }
}
