package dev.keywright.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master dies in the middle of a move, and its replica takes over. */
class ReshardingFailoverTest {

    private static final int KEYS = 3_000;

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
}
