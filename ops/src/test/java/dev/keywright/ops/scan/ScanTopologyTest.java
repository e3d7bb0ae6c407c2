package dev.keywright.ops.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.wire.Node;
import dev.keywright.server.Cluster;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScanTopologyTest {

    @Test
    void readsEveryShardOfAClusterAndKeysOfASlotUnderWay() {
        try (Cluster cluster = Cluster.start(3)) {
            Map<Standalone, List<String[]>> commands = new LinkedHashMap<>();
            for (int i = 0; i < 60; i++) {
                commands.computeIfAbsent(cluster.ownerOf(Cluster.slotOf("user:" + i)), first -> new ArrayList<>())
                        .add(new String[] {"SET", "user:" + i, "text"});
            }
            commands.forEach(Filling::send);
            Standalone from = cluster.ownerOf(Cluster.slotOf("{tag}"));
            Standalone to = cluster.nodes().stream()
                    .filter(node -> !node.equals(from))
                    .findFirst()
                    .orElseThrow();
            for (int i = 0; i < 10; i++) {
                from.command("SET", "{tag}:" + i, "x");
                from.command("HSET", "{tag}:hash:" + i, "field", "x");
            }
            String slot = Integer.toString(Cluster.slotOf("{tag}"));
            to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.command("CLUSTER", "MYID"));
            from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.command("CLUSTER", "MYID"));
            for (int i = 0; i < 4; i++) {
                from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "{tag}:" + i, "0", "1000");
                from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "{tag}:hash:" + i, "0", "1000");
            }

            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(cluster.uri(), ScanOptions.DEFAULTS.withParallelShards(2)));
            assertThat(outcome.shards())
                    .flatExtracting(shard -> shard.stopped().stream().toList())
                    .isEmpty();
            assertThat(outcome.shards()).hasSize(3);
            assertThat(collected.of(outcome)).hasSize(80);
            assertThat(new HashSet<>(collected.names(outcome))).hasSize(80);
            assertThat(collected.of(outcome))
                    .filteredOn(key -> key.type() == KeyType.HASH)
                    .hasSize(10);
            assertThat(outcome.shards()).allMatch(shard -> shard.losses().moved() == 0);
        }
    }

    @Test
    void readsAReplicaOfAClustersMaster() {
        try (Cluster cluster = Cluster.start(1, 1)) {
            for (int i = 0; i < 50; i++) {
                cluster.command("SET", "user:" + i, "text");
            }
            cluster.command("WAIT", "1", "2000");
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(cluster.uri(), ScanOptions.DEFAULTS));
            assertThat(outcome.shards().get(0).node().replica()).isTrue();
            assertThat(collected.of(outcome)).hasSize(50);
        }
    }

    @Test
    void prefersAReplicaAndTakesTheMasterWhenItDies() {
        try (Replication servers = Replication.start(1)) {
            Standalone replica = servers.replicas().get(0);
            Filling.mixed(servers.primary(), 3000);
            servers.awaitInSync();
            ScanOutcome master =
                    new Collected().by(LiveScan.of(servers.uri(), ScanOptions.DEFAULTS.withFrom(Source.MASTER)));
            assertThat(master.shards().get(0).node().node())
                    .isEqualTo(new Node("127.0.0.1", servers.primary().port()));

            Collected collected = Collected.atKey(1000, replica::kill);
            ScanOutcome outcome = collected.by(LiveScan.of(servers.uri(), ScanOptions.DEFAULTS));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(outcome.complete()).isTrue();
            assertThat(shard.node())
                    .isEqualTo(new ScanNode(
                            "127.0.0.1:" + servers.primary().port(),
                            new Node("127.0.0.1", servers.primary().port()),
                            false,
                            2));
            assertThat(collected.of(outcome)).hasSize(3000);
            assertThat(shard.notes()).anyMatch(note -> note.contains("no replica in sync"));
        }
    }

    @Test
    void followsAFailoverOfSentinels() {
        try (Sentinel servers = Sentinel.start(1, ServerOptions.DEFAULTS.withDirective("requirepass", "s3cret"))) {
            Filling.mixed(servers.primary(), 3000);
            servers.primary().command("WAIT", "1", "2000");
            int before = servers.primary().port();
            Collected collected = Collected.atKey(1000, () -> servers.primary().kill());
            ScanOutcome outcome =
                    collected.by(LiveScan.of(servers.uri(), ScanOptions.DEFAULTS.withFrom(Source.MASTER)));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(outcome.complete()).isTrue();
            assertThat(shard.node().node().port()).isNotEqualTo(before);
            assertThat(shard.node().attempt()).isEqualTo(2);
            assertThat(collected.of(outcome)).hasSize(3000);
            assertThat(outcome.toString()).doesNotContain("s3cret");
            assertThat(collected.of(outcome).stream().collect(Collectors.groupingBy(key -> key.type())))
                    .hasSize(6);
        }
    }
}
