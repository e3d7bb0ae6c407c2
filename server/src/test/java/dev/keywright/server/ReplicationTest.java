package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReplicationTest {

    @Test
    void replicasHaveWhatThePrimaryWroteAndOneCanBePromoted() {
        ServerOptions options = ServerOptions.DEFAULTS.withDirective("requirepass", "pass:word");
        try (Replication replication = Replication.start(2, options)) {
            Standalone first = replication.primary();
            Standalone second = replication.replicas().get(0);
            assertThat(replication.nodes()).hasSize(3).startsWith(first);
            assertThat(replication.topology()).isEqualTo(Topology.REPLICA);
            assertThat(replication.uri()).isEqualTo("redis://:pass%3Aword@127.0.0.1:" + first.port());

            replication.command("SET", "kept", "yes");
            replication.awaitInSync();
            assertThat(replication.replicas())
                    .hasSize(2)
                    .allSatisfy(replica ->
                            assertThat(replica.command("GET", "kept")).isEqualTo("yes"));

            replication.promote(second);
            replication.command("SET", "after", "yes");
            replication.awaitInSync();

            assertThat(replication.primary()).isEqualTo(second);
            assertThat(replication.uri()).endsWith(":" + second.port());
            assertThat(first.command("GET", "after")).isEqualTo("yes");
            assertThat(first.info("role")).isEqualTo("slave");
            first.restart();
            replication.awaitInSync();
            assertThat(first.info("role")).as("the role outlives a restart").isEqualTo("slave");
            assertThat(replication.log()).contains("==> 127.0.0.1:" + first.port());
        }
    }

    @Test
    void aReplicaOfAKilledPrimaryTakesOverWithWhatItHas() {
        try (Replication replication = Replication.start(2)) {
            replication.command("SET", "kept", "yes");
            replication.awaitInSync();
            Standalone first = replication.primary();
            first.kill();
            assertThat(replication.primary()).isEqualTo(first);
            assertThatThrownBy(() -> replication.promote(first)).hasMessageContaining("This is no replica");

            replication.promote(replication.replicas().get(1));
            replication.awaitInSync();

            assertThat(replication.command("GET", "kept")).isEqualTo("yes");
            replication.flushAll();
            assertThat(replication.replicas().get(1).command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void numbersAreChecked() {
        assertThatThrownBy(() -> Replication.start(-1)).hasMessage("replicas is -1; give 0 or more");
        try (Replication alone = Replication.start(0)) {
            assertThat(alone.replicas()).isEmpty();
            assertThatThrownBy(alone::network).hasMessageContaining("without partitions");
        }
    }
}
