package dev.keywright.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.limit.RateLimiter;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** X3: by digest, and by text to the node that did not know the digest. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class ScriptTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Script BUCKET = Script.beside(RateLimiter.class, "token-bucket.lua");

    private static long left(Connection connection, String user) {
        return BUCKET.with(List.of("rl:{" + user + "}"), List.of("100", "60000000", "1"))
                .call(connection, PATIENCE)
                .orThrow("a test")
                .items()
                .get(1)
                .number();
    }

    @Test
    void x3_runsOnNodesThatForgotTheScriptBeforeEveryCall(Redis redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            for (int i = 0; i < 20; i++) {
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(left(connection, "user" + i)).isEqualTo(99);
                assertThat(BUCKET.with(List.of("rl:{user" + i + "}"), List.of("100", "60000000", "1"))
                                .send(connection, PATIENCE)
                                .toCompletableFuture()
                                .join()
                                .items()
                                .get(1)
                                .number())
                        .isBetween(98L, 99L);
            }
        }
    }

    @Test
    void x3_runsOnARestartedNode(Redis redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            left(connection, "before");
            redis.nodes().forEach(Standalone::kill);
            redis.nodes().forEach(Standalone::restart);
            if (redis instanceof dev.keywright.server.Cluster cluster) {
                cluster.awaitAgreement();
            }
            org.awaitility.Awaitility.await().ignoreExceptions().until(() -> left(connection, "after") >= 98);
        }
    }
}
