package dev.keywright.cache.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.cache.Backlog;
import dev.keywright.cache.Cache;
import dev.keywright.cache.WriteBehindOptions;
import dev.keywright.cache.Writer;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL. */
class JdbcWriterPostgresTest extends JdbcWriterContract {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        server.close();
    }

    @Override
    DataSource source() {
        return server.source();
    }

    @Override
    JdbcWriter.Builder<Long, User> users(DataSource source, String table) {
        return JdbcWriter.to(source, table);
    }

    @Test
    @WithRedis
    void whatIsPutIntoACacheGetsIntoTheTable(Redis redis) throws SQLException {
        AtomicInteger calls = new AtomicInteger();
        JdbcWriter<Long, User> table = users(source(), "users")
                .key("id", id -> id)
                .column("name", User::name)
                .column("points", User::points)
                .build();
        Writer<Long, User> writer = changes -> {
            if (calls.incrementAndGet() % 3 == 1) {
                throw new SQLException("now and then");
            }
            table.write(changes);
        };
        WriteBehindOptions options = WriteBehindOptions.DEFAULTS
                .withPartitions(4)
                .withDelay(Duration.ofMillis(20))
                .withBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<Long, User> users = kw.cache("user", KeyCodec.LONG, Codecs.json(User.class))
                        .writeBehind(writer, options)
                        .build()) {
            for (long id = 0; id < 200; id++) {
                users.put(id, new User("first", 1));
                users.put(id, new User("user " + id, (int) id));
            }
            users.put(7L, new User("a name of more than twenty characters", 7));
            users.remove(8L);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                Backlog backlog = users.writeBehind().orElseThrow().backlog();
                return backlog.depth() == 0 && backlog.deadLetters() == 1;
            });
            assertThat(users.writeBehind().orElseThrow().deadLetters(5).get(0).cause())
                    .contains("SQLSTATE 22001");
            assertThat(users.get(7L).name()).startsWith("a name of more");
            assertThat(users()).hasSize(199).doesNotContainKey(8L).containsKey(199L);
        }
    }
}
