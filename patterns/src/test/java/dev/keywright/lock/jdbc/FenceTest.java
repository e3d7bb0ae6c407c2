package dev.keywright.lock.jdbc;

import org.h2.jdbcx.JdbcConnectionPool;

/** On H2. */
class FenceTest extends FenceContract {

    FenceTest() {
        super(JdbcConnectionPool.create("jdbc:h2:mem:fence;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=30000", "", ""));
    }
}
