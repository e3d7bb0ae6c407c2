package dev.keywright.cache.jdbc;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;

import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** On H2. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class InvalidationOutboxTest extends InvalidationOutboxContract {

    InvalidationOutboxTest(Redis redis) {
        super(source(), redis);
    }

    private static DataSource source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:outbox;DB_CLOSE_DELAY=-1");
        return source;
    }

    @Override
    Dialect dialect() {
        return Dialect.H2;
    }
}
