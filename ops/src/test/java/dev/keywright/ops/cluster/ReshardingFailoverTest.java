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
        ServerOptions options = ServerOptions.DEFAULTS
                .withDirective("cluster-node-timeout", "2000")
                .withDirective("cluster-migration-barrier", "9"); // the successor gets no replica but this one
        try (Cluster cluster = Cluster.start(3, 1, options);
                Connection client = Connection.open(cluster.uri())) {
            ClusterLab.fill(client, KEYS);
            Standalone first = cluster.ownerOf(0);
            Standalone to = cluster.ownerOf(Slots.ALL - 1);
            String uri = "redis://" + ClusterLab.address(cluster.ownerOf(Slots.ALL / 2));
            ClusterView before = ClusterLab.whole(uri);
            ClusterView.Node giver = before.find(ClusterLab.id(first)).orElseThrow();
            ClusterView.Node heir = before.replicasOf(giver).get(0);
            Standalone second = replicaOf(giver, before, cluster);
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
                    follow(first, second);
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

    /** A replica that came from another master while nobody looked. */
    @Test
    void goesOnWhenAReplicaThatMigratedTakesOver() {
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("cluster-node-timeout", "2000");
        try (Cluster cluster = Cluster.start(3, 1, options);
                Connection client = Connection.open(cluster.uri())) {
            ClusterLab.fill(client, KEYS);
            Standalone from = cluster.ownerOf(0);
            String uri = "redis://" + ClusterLab.address(cluster.ownerOf(Slots.ALL / 2));
            ClusterView before = ClusterLab.whole(uri);
            ClusterView.Node giver = before.find(ClusterLab.id(from)).orElseThrow();
            ClusterView.Node taker =
                    before.find(ClusterLab.id(cluster.ownerOf(Slots.ALL - 1))).orElseThrow();
            Standalone stranger = replicaOf(taker, before, cluster);
            String strangerId = ClusterLab.id(stranger);
            ClusterPlan plan = ClusterLab.moving(0, 39, giver, taker);
            AtomicInteger changes = new AtomicInteger();

            Resharding.Advance done = Resharding.apply(uri, plan, slot -> {}, change -> {
                if (changes.incrementAndGet() == 60) {
                    replicaOf(giver, before, cluster).kill();
                    follow(stranger, from);
                    killOnceReplicated(from);
                }
            });

            assertThat(done.slots()).isEqualTo(40);
            ClusterView after = ClusterLab.whole(uri);
            assertThat(after.owner(40).orElseThrow().id()).isEqualTo(strangerId);
            assertThat(after.owner(39).orElseThrow().id()).isEqualTo(taker.id());
            assertThat(ClusterLab.lost(client, KEYS)).isEmpty();
        }
    }

    private static Standalone replicaOf(ClusterView.Node master, ClusterView view, Cluster cluster) {
        String address = view.replicasOf(master).get(0).address();
        return cluster.nodes().stream()
                .filter(node -> ClusterLab.address(node).equals(address))
                .findFirst()
                .orElseThrow();
    }

    /**
     * A master that comes back follows whoever took its last slots, not always its successor; and a replica that migrates to a
     * master has to be told of it first.
     */
    private static void follow(Standalone replica, Standalone master) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            String replication = replica.command("INFO", "replication");
            if (replication.contains("master_port:" + master.port())) {
                return replication.contains("master_link_status:up");
            }
            replica.command("CLUSTER", "REPLICATE", ClusterLab.id(master));
            return false;
        });
    }

    private static void killOnceReplicated(Standalone master) {
        await().atMost(PATIENCE).until(() -> master.command("WAIT", "1", "2000").equals("1"));
        master.kill();
    }
}
