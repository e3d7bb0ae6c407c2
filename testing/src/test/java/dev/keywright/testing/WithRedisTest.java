package dev.keywright.testing;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The annotation as users write it. */
class WithRedisTest {

    @Nested
    @WithRedis({STANDALONE, CLUSTER})
    class OnTwoTopologies {

        private String uriBefore = "";

        @BeforeEach
        void takesPartInSettingUp(Redis redis) {
            uriBefore = redis.uri();
            redis.command("SET", "from:set-up", "yes");
        }

        @Test
        void aPlainTestTakesTheServerOfItsTurn(Redis redis) {
            assertThat(redis.uri())
                    .isEqualTo(uriBefore)
                    .startsWith(redis instanceof Cluster ? "redis-cluster:" : "redis:");
            assertThat(redis.command("GET", "from:set-up")).isEqualTo("yes");
            leaveAKey(redis);
        }

        @RepeatedTest(3)
        void eachRepetitionFindsAnEmptyServer(Redis redis) {
            leaveAKey(redis);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "b"})
        void parametersComeFirst(String word, Redis redis) {
            leaveAKey(redis);
            assertThat(redis.command("ECHO", word)).isEqualTo(word);
        }

        @Test
        @WithRedis
        void aTestMayAskForATopologyOfItsOwn(Standalone redis) {
            assertThat(redis.topology()).isEqualTo(STANDALONE);
        }
    }

    @Nested
    class OnMethods {

        @Test
        @WithRedis
        void standaloneIsTheDefault(Standalone redis) {
            leaveAKey(redis);
        }

        @Test
        @WithRedis(CLUSTER)
        void aClusterOfThreeMasters(Cluster redis) {
            assertThat(redis.nodes()).hasSize(3);
        }

        @TestTemplate
        @WithRedis({STANDALONE, CLUSTER})
        void aTemplateRunsOnEach(Redis redis) {
            leaveAKey(redis);
        }

        @Test
        @WithRedis(directives = {"maxmemory 5mb", "maxmemory-policy allkeys-lfu"})
        void directivesReachTheServer(Standalone redis) {
            assertThat(redis.configuration())
                    .containsEntry("maxmemory", "5242880")
                    .containsEntry("maxmemory-policy", "allkeys-lfu");
        }
    }

    @Nested
    @WithRedis
    class InTheConstructor {

        private final Redis redis;

        InTheConstructor(Redis redis) {
            this.redis = redis;
        }

        @Test
        void theServerOfTheConstructorIsThatOfTheTest(Redis same) {
            assertThat(redis).isSameAs(same);
            leaveAKey(redis);
        }
    }

    /** Each test but the first runs on what the one before left behind. */
    @Nested
    @WithRedis
    @TestMethodOrder(MethodOrderer.MethodName.class)
    class AfterMisuse {

        @Test
        void a_changesEverythingThatCanBeChanged(Standalone redis) {
            redis.command("CONFIG", "SET", "maxmemory", "100mb", "appendonly", "yes", "save", "1 1");
            redis.command("SCRIPT", "LOAD", "return 1");
            redis.command(
                    "FUNCTION", "LOAD", "#!lua name=left\nredis.register_function('left', function() return 1 end)");
            redis.command("CONFIG", "SET", "min-replicas-to-write", "3");
            redis.command("CLIENT", "PAUSE", "60000", "WRITE");
        }

        @Test
        void b_findsItAsItWas(Standalone redis) {
            assertThat(redis.configuration())
                    .containsEntry("maxmemory", "0")
                    .containsEntry("appendonly", "no")
                    .containsEntry("save", "")
                    .containsEntry("min-replicas-to-write", "0");
            assertThat(redis.info("number_of_cached_scripts")).isEqualTo("0");
            assertThat(redis.command("FUNCTION", "LIST")).isEmpty();
            leaveAKey(redis);
            redis.freeze();
        }

        @Test
        void c_findsAFrozenServerThawed(Standalone redis) {
            leaveAKey(redis);
            redis.kill();
        }

        @Test
        void d_findsAKilledServerRestarted(Standalone redis) {
            leaveAKey(redis);
            redis.command("ACL", "SETUSER", "default", "nocommands");
        }

        @Test
        void e_findsAnotherServerWhereOneIsBeyondRepair(Standalone redis) {
            leaveAKey(redis);
        }
    }

    private static void leaveAKey(Redis redis) {
        assertThat(redis.command("SET", "left:" + redis.topology(), "1", "NX")).isEqualTo("OK");
    }
}
