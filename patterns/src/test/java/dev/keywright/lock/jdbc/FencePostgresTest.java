package dev.keywright.lock.jdbc;

import dev.keywright.cache.jdbc.PostgresServer;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.postgresql.ds.PGSimpleDataSource;

/** On a real PostgreSQL. */
class FencePostgresTest extends FenceContract {

    private static PostgresServer server;

    FencePostgresTest() throws IOException, InterruptedException {
        super(source());
    }

    private static DataSource source() throws IOException, InterruptedException {
        if (server == null) {
            server = PostgresServer.start("fsync=off");
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(server.pooled().getURL());
        source.setUser("keywright");
        return source;
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        server.close();
        server = null;
    }
}
