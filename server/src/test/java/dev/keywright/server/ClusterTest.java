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
    @Order(4)
    void aSlotMovesWithItsKeys() {
        Standalone from = cluster.ownerOf(Cluster.slotOf("{moved}"));
        Standalone to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < 250; i++) {
            cluster.command("SET", "{moved}:" + i, "value " + i);
        }
        int slot = Cluster.slotOf("{moved}:1");

        cluster.migrateSlot(slot, to);
        cluster.migrateSlot(slot, to);

        assertThat(cluster.ownerOf(slot)).isEqualTo(to);
        assertThat(to.command("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
                .isEqualTo("250");
        assertThat(cluster.command("GET", "{moved}:249")).isEqualTo("value 249");
        cluster.migrateSlot(slot, from);
        assertThat(cluster.ownerOf(slot)).isEqualTo(from);
    }

    @Test
    void slotsAreThoseOfRedis() {
        for (String key : List.of("a", "{user:1}:cart", "{}:a", "x{", "x{}y{z}", "ä", "{{b}}", "", "123456789")) {
            assertThat(Integer.toString(Cluster.slotOf(key)))
                    .as(key)
                    .isEqualTo(cluster.nodes().get(0).command("CLUSTER", "KEYSLOT", key));
        }
        assertThatThrownBy(() -> cluster.ownerOf(16_384)).hasMessage("slot is 16384; give 0 to 16383");
    }

    @Test
    void replicasTakeOverAndHandBack() {
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("requirepass", "secret");
        try (Cluster whole = Cluster.start(3, 1, options)) {
            assertThat(whole.nodes()).hasSize(6);
            assertThat(whole.masters()).isEqualTo(whole.nodes().subList(0, 3));
            for (int i = 0; i < 3; i++) {
                assertThat(whole.replicasOf(whole.nodes().get(i)))
                        .containsExactly(whole.nodes().get(3 + i));
            }
            whole.command("SET", "key", "value");
            Standalone master = whole.ownerOf(Cluster.slotOf("key"));
            Standalone replica = whole.replicasOf(master).get(0);

            whole.failover(replica);
            assertThat(whole.ownerOf(Cluster.slotOf("key"))).isEqualTo(replica);
            assertThat(whole.replicasOf(replica)).containsExactly(master);
            assertThatThrownBy(() -> whole.failover(replica)).hasMessageContaining("This is no replica");

            replica.kill();
            whole.awaitAgreement();
            assertThat(whole.masters()).contains(master).doesNotContain(replica);
            assertThat(whole.command("GET", "key")).isEqualTo("value");
            replica.restart();
            whole.awaitAgreement();
            assertThat(whole.replicasOf(master)).containsExactly(replica);
            whole.flushAll();
            assertThat(replica.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void aChosenPortIsTheFirstAndTheOthersFollow() {
        int first = Ports.hold();
        Ports.release(first);
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("port", Integer.toString(first));
        try (Cluster ported = Cluster.start(2, options)) {
            assertThat(ported.nodes()).extracting(Standalone::port).containsExactly(first, first + 1);
            assertThatThrownBy(() -> Cluster.start(2, options))
                    .isInstanceOf(ServerException.class)
                    .hasMessageStartingWith("Port " + first + " is taken");
        }
        assertThatThrownBy(() -> Cluster.start(3, ServerOptions.DEFAULTS.withNodeDirective(1, "port", "7000")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Cluster.start(0)).hasMessage("masters is 0; give 1 or more");
    }

    @Test
    void aNodeThatCannotStartEndsTheOthers() {
        assertThatThrownBy(() -> Cluster.start(2, ServerOptions.DEFAULTS.withDirective("no-such-directive", "1")))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("no-such-directive");
    }
}
