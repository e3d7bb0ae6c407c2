package dev.keywright.job.jdbc;

import dev.keywright.Keywright;
import dev.keywright.cache.jdbc.PostgresServer;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** On a real PostgreSQL. */
@WithRedis
class JobOutboxPostgresTest {

    @Test
    void jobsComeOnceAndInOrder(Standalone redis) throws Exception {
        try (PostgresServer server = PostgresServer.start("max_connections=20");
                Keywright kw = Keywright.connect(redis.uri())) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(server.pooled().getURL());
            source.setUser(server.pooled().getUser());
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(JobOutbox.ddl(JobOutbox.Database.POSTGRESQL, "job_outbox"));
            }
            JobOutboxTest.comesOnceAndInOrder(source, kw);
        }
    }
}
