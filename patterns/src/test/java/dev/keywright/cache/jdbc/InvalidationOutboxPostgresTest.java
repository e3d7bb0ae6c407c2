package dev.keywright.cache.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL, with processes that are killed. */
@WithRedis
class InvalidationOutboxPostgresTest extends InvalidationOutboxContract {

    private static PostgresServer server;

    private final Redis redis;

    InvalidationOutboxPostgresTest(Redis redis) throws IOException, InterruptedException {
        super(server().source(), redis);
        this.redis = redis;
    }

    private static PostgresServer server() throws IOException, InterruptedException {
        if (server == null) {
            server = PostgresServer.start();
        }
        return server;
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        server.close();
        server = null;
    }

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Test
    void c10_theProcessIsKilledBetweenCommitAndInvalidation() throws Exception {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> names =
                        kw.cache("name", KeyCodec.STRING, Codecs.string()).build()) {
            names.put("ann", "old");
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            ManagementFactory.getRuntimeMXBean().getClassPath(),
                            OutboxChild.class.getName(),
                            redis.uri(),
                            server.source().getURL())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader said =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(said.readLine()).isEqualTo("committed");
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(names.get("ann")).isEqualTo("old");
            try (InvalidationOutbox outbox = InvalidationOutbox.in(server.source())
                    .cache("name", names, KeyCodec.STRING)
                    .every(Duration.ofMillis(50))
                    .build()) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> outbox.waiting().rows() == 0);
                assertThat(names.get("ann")).isNull();
            }
        }
    }
}
