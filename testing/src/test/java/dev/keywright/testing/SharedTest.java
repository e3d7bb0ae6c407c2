package dev.keywright.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import org.junit.jupiter.api.Test;

@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class SharedTest {

    @Test
    void findsNoKeyOfAnotherTest(Redis redis) {
        assertThat(redis.command("GET", "shared")).isEmpty();
        redis.command("SET", "shared", "1");
    }

    @Test
    void findsNoKeyOfAnotherTestEither(Redis redis) {
        assertThat(redis.command("GET", "shared")).isEmpty();
        redis.command("SET", "shared", "1");
    }
}
