package dev.keywright.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master dies in the middle of a move, and its replica takes over. */
class ReshardingFailoverTest {

    private static final int KEYS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"from", "to"})
    void goesOnWithTheNewMaster(String dying) {
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("cluster-node-timeout", "2000");
        try (Cluster cluster = Cluster.start(3, 1, options);
                Connection client = Connection.open(cluster.uri())) {
            ClusterLab.fill(client, KEYS);
            Standalone from = cluster.ownerOf(0);
            Standalone to = cluster.ownerOf(Slots.ALL - 1);
            Standalone bystander = cluster.ownerOf(Slots.ALL / 2);
            String uri = "redis://" + ClusterLab.address(bystander);
            ClusterView before = ClusterLab.whole(uri);
            ClusterPlan plan = ClusterLab.moving(
                    0,
                    39,
                    before.find(ClusterLab.id(from)).orElseThrow(),
                    before.find(ClusterLab.id(to)).orElseThrow());
            String toId = ClusterLab.id(to);
            Standalone victim = dying.equals("from") ? from : to;
            AtomicInteger changes = new AtomicInteger();

            Resharding.Advance done = Resharding.apply(uri, plan, slot -> {}, change -> {
                if (changes.incrementAndGet() == 100) {
                    victim.command("WAIT", "1", "2000");
                    victim.kill();
                }
            });

            assertThat(done.slots()).isEqualTo(40);
            ClusterView after = ClusterLab.whole(uri);
            assertThat(after.uncovered().isEmpty()).isTrue();
            String owner = after.owner(0).orElseThrow().id();
            assertThat(after.owner(39).orElseThrow().id()).isEqualTo(owner);
            assertThat(owner.equals(toId)).isEqualTo(dying.equals("from"));
            assertThat(after.nodes()).allMatch(node -> node.open().isEmpty() || !node.reachable());
            assertThat(ClusterLab.lost(client, KEYS)).isEmpty();
        }
    }

    @Test
    void goesOnWhenTheFirstMasterTakesOverFromItsOwnSuccessor() {
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("cluster-node-timeout", "2000");
        try (Cluster cluster = Cluster.start(3, 1, options);
                Connection client = Connection.open(cluster.uri())) {
            ClusterLab.fill(client, KEYS);
            Standalone first = cluster.ownerOf(0);
            Standalone to = cluster.ownerOf(Slots.ALL - 1);
            String uri = "redis://" + ClusterLab.address(cluster.ownerOf(Slots.ALL / 2));
            ClusterView before = ClusterLab.whole(uri);
            ClusterView.Node giver = before.find(ClusterLab.id(first)).orElseThrow();
            ClusterView.Node heir = before.replicasOf(giver).get(0);
            Standalone second = cluster.nodes().stream()
                    .filter(node -> ClusterLab.address(node).equals(heir.address()))
                    .findFirst()
                    .orElseThrow();
            ClusterPlan plan = ClusterLab.moving(
                    0, 79, giver, before.find(ClusterLab.id(to)).orElseThrow());
            AtomicInteger changes = new AtomicInteger();
            AtomicInteger byHeir = new AtomicInteger();

            Resharding.Advance done = Resharding.apply(uri, plan, slot -> {}, change -> {
                if (changes.incrementAndGet() == 100) {
                    killOnceReplicated(first);
                }
                if (change.contains(heir.address()) && byHeir.incrementAndGet() == 40) {
                    first.restart();
                    await().atMost(PATIENCE)
                            .until(() -> first.command("INFO", "replication").contains("master_link_status:up"));
                    killOnceReplicated(second);
                }
            });

            assertThat(byHeir.get()).isGreaterThanOrEqualTo(40);
            assertThat(done.slots()).isEqualTo(80);
            second.restart();
            ClusterView after = ClusterLab.whole(uri);
            assertThat(after.find(giver.id()).orElseThrow().isMaster()).isTrue();
            assertThat(after.owner(0).orElseThrow().id()).isEqualTo(ClusterLab.id(to));
            assertThat(after.owner(79).orElseThrow().id()).isEqualTo(ClusterLab.id(to));
            assertThat(ClusterLab.lost(client, KEYS)).isEmpty();
        }
    }

    private static void killOnceReplicated(Standalone master) {
        await().atMost(PATIENCE).until(() -> master.command("WAIT", "1", "2000").equals("1"));
        master.kill();
    }
}
