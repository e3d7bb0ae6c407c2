package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(3);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Test
    @Order(1)
    void allNodesAgreeOnTheSlotsAsSoonAsStartReturns() {
        List<String> stories = cluster.nodes().stream()
                .map(node -> node.command("CLUSTER", "SLOTS"))
                .distinct()
                .toList();

        assertThat(stories).hasSize(1);
        for (Standalone node : cluster.nodes()) {
            assertThat(node.command("CLUSTER", "INFO"))
                    .contains(
                            "cluster_state:ok",
                            "cluster_slots_assigned:16384",
                            "cluster_known_nodes:3",
                            "cluster_size:3");
            assertThat(node.topology()).isEqualTo(Topology.STANDALONE);
        }
        assertThat(cluster.topology()).isEqualTo(Topology.CLUSTER);
    }

    @Test
    @Order(1)
    void theUriNamesEveryNode() {
        assertThat(cluster.uri())
                .matches("redis-cluster://127\\.0\\.0\\.1:\\d+,127\\.0\\.0\\.1:\\d+,127\\.0\\.0\\.1:\\d+");
        cluster.nodes().forEach(node -> assertThat(cluster.uri()).contains("127.0.0.1:" + node.port()));
    }

    @Test
    @Order(2)
    void aCommandFindsTheNodeOfItsKeyAndFlushAllReachesAll() {
        for (int i = 0; i < 50; i++) {
            cluster.command("SET", "key:" + i, "value " + i);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(cluster.command("GET", "key:" + i)).isEqualTo("value " + i);
        }
        assertThat(cluster.nodes())
                .allSatisfy(node -> assertThat(node.command("DBSIZE")).isNotEqualTo("0"));

        cluster.flushAll();

        assertThat(cluster.nodes())
                .allSatisfy(node -> assertThat(node.command("DBSIZE")).isEqualTo("0"));
        assertThatThrownBy(() -> cluster.command("MSET", "a", "1", "b", "2"))
                .isInstanceOf(ServerException.class)
                .hasMessageStartingWith("CROSSSLOT ");
    }

    @Test
    @Order(3)
    void aKilledMasterComesBackWithItsSlots() {
        Standalone second = cluster.nodes().get(1);
        String before = cluster.command("CLUSTER", "SLOTS");
        second.kill();
        second.restart();
        cluster.awaitAgreement();

        assertThat(cluster.command("CLUSTER", "SLOTS")).isEqualTo(before);
        assertThat(cluster.log()).contains("==> 127.0.0.1:" + second.port()).contains("Ready to accept connections");
    }

    @Test
    void nodesCannotShareAPortOrAFolder() {
        assertThatThrownBy(() -> Cluster.start(3, ServerOptions.DEFAULTS.withDirective("port", "7000")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Cluster.start(0)).hasMessage("masters is 0; give 1 or more");
    }

    @Test
    void aNodeThatCannotStartEndsTheOthers() {
        assertThatThrownBy(() -> Cluster.start(2, ServerOptions.DEFAULTS.withDirective("no-such-directive", "1")))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("Bad directive");
    }
}
