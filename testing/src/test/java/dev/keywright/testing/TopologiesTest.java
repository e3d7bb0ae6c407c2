package dev.keywright.testing;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.INDEPENDENT;
import static dev.keywright.server.Topology.REPLICA;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import dev.keywright.server.Independent;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Every topology, and that each is as new for the test after a misuse. */
class TopologiesTest {

    @Nested
    @WithRedis({STANDALONE, REPLICA, SENTINEL, CLUSTER, INDEPENDENT})
    class OnEach {

        @Test
        void theSameTestRuns(Redis redis) {
            leaveAKey(redis);
            assertThat(redis.nodes())
                    .hasSize(
                            switch (redis.topology()) {
                                case STANDALONE -> 1;
                                case REPLICA -> 2;
                                case SENTINEL, CLUSTER, INDEPENDENT -> 3;
                            });
        }

        @Test
        void andFindsNoKeyOfTheOther(Redis redis) {
            leaveAKey(redis);
        }
    }

    @Nested
    @WithRedis(value = REPLICA, replicas = 2)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    class AfterMisuseOfAReplication {

        @Test
        void a_promotesAReplica(Replication redis) {
            redis.promote(redis.replicas().get(1));
            leaveAKey(redis);
        }

        @Test
        void b_findsTheOldRoles(Replication redis) {
            assertAsNew(redis);
            redis.primary().kill();
        }

        @Test
        void c_findsTheKilledPrimaryRestarted(Replication redis) {
            assertAsNew(redis);
            redis.replicas().get(0).command("REPLICAOF", "NO", "ONE");
            redis.primary().fillDisk();
        }

        @Test
        void d_findsTheStrayReplicaBack(Replication redis) {
            assertAsNew(redis);
        }

        private void assertAsNew(Replication redis) {
            assertThat(redis.primary()).isEqualTo(redis.nodes().get(0));
            leaveAKey(redis);
            redis.awaitInSync();
            assertThat(redis.replicas())
                    .hasSize(2)
                    .allSatisfy(replica -> assertThat(replica.command("DBSIZE")).isEqualTo("1"));
        }
    }

    @Nested
    @WithRedis(SENTINEL)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    class AfterMisuseOfSentinels {

        private static String left = "";

        @Test
        void a_killsASentinelAndAReplica(Sentinel redis) {
            leaveAKey(redis);
            redis.sentinels().get(0).kill();
            redis.replicas().get(0).kill();
        }

        @Test
        void b_findsBothRestarted(Sentinel redis) {
            assertAsNew(redis);
            redis.primary().kill();
            assertThat(redis.primary()).isNotEqualTo(redis.nodes().get(0));
        }

        @Test
        void c_findsTheFirstNodePrimary(Sentinel redis) {
            assertAsNew(redis);
            left = redis.uri();
            redis.primary().kill();
        }

        @Test
        void d_findsOthersWhereAFailoverMayBeginAtAnyMoment(Sentinel redis) {
            assertAsNew(redis);
            assertThat(redis.uri()).isNotEqualTo(left);
        }

        private void assertAsNew(Sentinel redis) {
            assertThat(redis.primary()).isEqualTo(redis.nodes().get(0));
            for (Standalone sentinel : redis.sentinels()) {
                assertThat(sentinel.command("SENTINEL", "CKQUORUM", "main")).startsWith("OK 3 usable Sentinels");
            }
            leaveAKey(redis);
        }
    }

    @Nested
    @WithRedis(value = CLUSTER, masters = 2, replicas = 1)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    class AfterMisuseOfACluster {

        @Test
        void a_movesASlotAndMakesAMasterOfAReplica(Cluster redis) {
            leaveAKey(redis);
            redis.migrateSlot(0, redis.ownerOf(16_383));
            redis.failover(redis.replicasOf(redis.ownerOf(0)).get(0));
        }

        @Test
        void b_findsSlotsAndRolesAsTheyWere(Cluster redis) {
            assertThat(redis.masters()).isEqualTo(redis.nodes().subList(0, 2));
            assertThat(redis.ownerOf(0)).isEqualTo(redis.nodes().get(0));
            leaveAKey(redis);
            redis.nodes().get(3).kill();
        }

        @Test
        void c_findsAKilledReplicaRestarted(Cluster redis) {
            assertThat(redis.replicasOf(redis.nodes().get(1)))
                    .containsExactly(redis.nodes().get(3));
            leaveAKey(redis);
        }
    }

    @Nested
    @WithRedis(value = INDEPENDENT, masters = 5)
    class OfIndependentServers {

        @Test
        void thereAreAsManyAsWanted(Independent redis) {
            assertThat(redis.uris()).hasSize(5);
        }
    }

    private static void leaveAKey(Redis redis) {
        assertThat(redis.command("SET", "left:" + redis.topology(), "1", "NX")).isEqualTo("OK");
    }
}
