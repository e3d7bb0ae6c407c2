package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final ServerOptions PARTED = ServerOptions.DEFAULTS.withPartitions();
    private static final Duration HANG = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aReplicaThatIsCutOffFallsBehindAndCatchesUp() throws IOException {
        try (Replication replication = Replication.start(1, PARTED)) {
            Standalone primary = replication.primary();
            Standalone replica = replication.replicas().get(0);
            replication.network().cut(primary, replica);
            replication.command("SET", "key", "new");

            assertThat(Role.inSync(primary, replication.replicas())).isFalse();
            assertThat(replica.command("GET", "key")).isEmpty();
            assertThat(replica.info("master_link_status"))
                    .as("nobody was told that the link is cut")
                    .isEqualTo("up");

            replication.network().heal();
            replication.awaitInSync();
            assertThat(replica.command("GET", "key")).isEqualTo("new");
        }
    }

    @Test
    void clientsHangWhereTheyAreCutOffAndGetTheirAnswerInTheEnd() throws IOException {
        try (Replication replication = Replication.start(1, PARTED);
                Wire client = Wire.open(replication.primary().port(), Access.NONE, HANG)) {
            Standalone primary = replication.primary();
            replication.network().isolate(primary, false);
            assertThat(client.send("PING").text()).isEqualTo("PONG");

            replication.network().isolate(primary, true);
            assertThatThrownBy(() -> client.send("INCR", "counter")).isInstanceOf(SocketTimeoutException.class);
            try (Wire later = Wire.open(primary.port(), Access.NONE, HANG)) {
                assertThatThrownBy(() -> later.send("PING")).isInstanceOf(SocketTimeoutException.class);
            }
            assertThat(primary.command("GET", "counter")).as("not arrived yet").isEmpty();

            replication.network().heal();
            await().atMost(LONG).until(() -> primary.command("GET", "counter").equals("1"));
            assertThat(replication.uri()).endsWith(":" + primary.port());
            try (Standalone stranger = Standalone.start()) {
                assertThatThrownBy(() -> replication.network().cut(primary, stranger))
                        .hasMessageContaining("is no node of this network");
            }
        }
    }

    @Test
    void aClusterMasterThatIsCutOffStopsTakingWritesAndItsReplicaTakesOver() {
        try (Cluster cluster = Cluster.start(3, 1, PARTED)) {
            int slot = Cluster.slotOf("key");
            Standalone master = cluster.ownerOf(slot);
            Standalone replica = cluster.replicasOf(master).get(0);
            cluster.network().isolate(master, false);
            assertThat(master.command("SET", "key", "lost")).isEqualTo("OK");

            await().atMost(LONG).until(() -> Role.isPrimary(replica));
            await().atMost(LONG)
                    .until(() -> master.ask("SET", "key", "refused").text().startsWith("CLUSTERDOWN"));
            assertThat(cluster.ownerOf(slot)).isEqualTo(replica);
            assertThat(cluster.masters()).contains(replica).doesNotContain(master);
            await().atMost(LONG)
                    .until(() -> replica.ask("SET", "key", "kept").text().equals("OK"));

            cluster.network().heal();
            cluster.awaitAgreement();
            assertThat(cluster.replicasOf(replica)).containsExactly(master);
            assertThat(cluster.command("GET", "key")).isEqualTo("kept");
        }
    }

    @Test
    void aSentinelPrimaryThatIsCutOffIsReplacedAndComesBackAsAReplica() {
        try (Sentinel sentinel = Sentinel.start(2, PARTED)) {
            SentinelTest.hasten(sentinel);
            Standalone primary = sentinel.primary();
            sentinel.network().isolate(primary, false);

            await().atMost(LONG).until(() -> sentinel.primary() != primary);
            assertThat(primary.command("SET", "key", "lost"))
                    .as("nothing stops it but min-replicas-to-write")
                    .isEqualTo("OK");
            sentinel.command("SET", "key", "kept");

            sentinel.network().heal();
            sentinel.awaitAgreement();
            assertThat(primary.info("role")).isEqualTo("slave");
            assertThat(primary.command("GET", "key")).isEqualTo("kept");
        }
    }

    @Test
    void oneServerCannotBeParted() {
        assertThatThrownBy(() -> Standalone.start(PARTED)).isInstanceOf(IllegalArgumentException.class);
    }
}
