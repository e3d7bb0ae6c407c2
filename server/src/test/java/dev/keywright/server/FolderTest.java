package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topologies whose nodes lie in a folder of the caller's. */
class FolderTest {

    @TempDir
    Path folder;

    private ServerOptions options;

    @BeforeEach
    void durable() {
        options = ServerOptions.DEFAULTS
                .withFolder(folder)
                .withDirective("appendonly", "yes")
                .withDirective("appendfsync", "always")
                .withDirective("requirepass", "secret");
    }

    @Test
    void replicationComesBackOnItsPortsWithItsDataAndRoles() {
        List<Integer> ports;
        int primary;
        try (Replication replication = Replication.start(2, options)) {
            replication.promote(replication.replicas().get(1));
            replication.command("SET", "key", "value");
            replication.awaitInSync();
            awaitAof(replication);
            ports = ports(replication);
            primary = replication.primary().port();
        }
        assertThat(names())
                .containsExactlyInAnyOrderElementsOf(
                        ports.stream().map(port -> "node-" + port).toList());
        try (Replication replication = Replication.start(2, options)) {
            assertThat(ports(replication)).isEqualTo(ports);
            assertThat(replication.primary().port()).isEqualTo(primary);
            assertThat(replication.command("GET", "key")).isEqualTo("value");
        }
    }

    @Test
    void aClusterComesBackWithItsSlotsAndRoles() {
        List<Integer> ports;
        List<Integer> masters;
        try (Cluster cluster = Cluster.start(2, 1, options)) {
            cluster.failover(cluster.replicasOf(cluster.masters().get(0)).get(0));
            cluster.migrateSlot(0, cluster.ownerOf(16_383));
            cluster.command("SET", "key", "value");
            awaitAof(cluster);
            ports = ports(cluster);
            masters = cluster.masters().stream().map(Standalone::port).toList();
        }
        try (Cluster cluster = Cluster.start(2, 1, options)) {
            assertThat(ports(cluster)).isEqualTo(ports);
            assertThat(cluster.masters().stream().map(Standalone::port)).isEqualTo(masters);
            assertThat(cluster.ownerOf(0)).isEqualTo(cluster.ownerOf(16_383));
            assertThat(cluster.command("GET", "key")).isEqualTo("value");
        }
    }

    @Test
    void sentinelsComeBackWithWhatTheyKnew() {
        int primary;
        String epoch;
        try (Sentinel sentinel = Sentinel.start(1, options)) {
            SentinelTest.hasten(sentinel);
            sentinel.failover();
            sentinel.command("SET", "key", "value");
            awaitAof(sentinel);
            primary = sentinel.primary().port();
            epoch = sentinel.sentinels().get(0).command("SENTINEL", "MASTER", "main");
        }
        assertThat(names()).hasSize(5).anyMatch(name -> name.startsWith("sentinel-"));
        try (Sentinel sentinel = Sentinel.start(1, options)) {
            assertThat(sentinel.primary().port()).isEqualTo(primary);
            assertThat(sentinel.command("GET", "key")).isEqualTo("value");
            assertThat(epoch).contains("config-epoch\n1");
            assertThat(sentinel.sentinels().get(0).command("SENTINEL", "MASTER", "main"))
                    .contains("config-epoch\n1");
        }
    }

    @Test
    void partedNodesComeBackAtTheirGates() {
        ServerOptions parted = options.withPartitions();
        List<Integer> ports;
        try (Replication replication = Replication.start(1, parted)) {
            replication.command("SET", "key", "value");
            ports = ports(replication);
        }
        try (Replication replication = Replication.start(1, parted)) {
            assertThat(ports(replication)).isEqualTo(ports);
            assertThat(replication.command("GET", "key")).isEqualTo("value");
        }
    }

    @Test
    void whatDoesNotFitIsExplained() throws IOException {
        int port;
        try (Independent two = Independent.start(2, options)) {
            port = two.nodes().get(0).port();
            assertThatThrownBy(() -> Independent.start(2, options))
                    .hasMessageContaining("Port " + port + " of the earlier start is taken");
        }
        assertThatThrownBy(() -> Independent.start(3, options))
                .hasMessageContaining("The folder holds 2 nodes, and 3 nodes were asked for");
        assertThatThrownBy(() -> Replication.start(1, options)).hasMessageContaining("nodes of something else");
        try (ServerSocket taken = new ServerSocket(port, 1, Ports.LOOPBACK)) {
            assertThatThrownBy(() -> Independent.start(2, options))
                    .hasMessageContaining("Port " + taken.getLocalPort() + " of the earlier start is taken");
        }
        assertThat(names()).hasSize(2);
        Independent.start(2, options).close();
    }

    @Test
    void aFirstStartThatFailsLeavesNothing() {
        ServerOptions broken = options.withNodeDirective(1, "no-such-directive", "1");

        long before = ProcessHandle.current().descendants().count();

        assertThatThrownBy(() -> Cluster.start(3, broken)).hasMessageContaining("no-such-directive");

        assertThat(names()).isEmpty();
        await().until(() -> ProcessHandle.current().descendants().count() <= before);
    }

    /** A node that was a replica writes a new AOF first; killed before that, it would come back empty. */
    private static void awaitAof(Redis redis) {
        await().until(() -> redis.nodes().stream()
                .allMatch(node -> node.info("aof_rewrite_in_progress").equals("0")
                        && node.info("aof_rewrite_scheduled").equals("0")));
    }

    private static List<Integer> ports(Redis redis) {
        return redis.nodes().stream().map(Standalone::port).toList();
    }

    private List<String> names() {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
