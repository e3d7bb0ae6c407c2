package dev.keywright.ops.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ClusterRosterTest {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AfterAll
    static void close() {
        THREADS.shutdownNow();
    }

    @Test
    void readsAddressesAndShardsAndLeavesOutWhoHasNoAddress() {
        String lines = """
            a1 :7000@17000 myself,master - 0 0 1 connected 5461-10922 [93->-b1]
            a2 10.0.0.2:7001@17001,host-2 slave a1 0 0 1 connected
            b1 2001:db8::1:7002@17002 master,fail - 0 0 2 disconnected 0-5460 12000
            c1 :0@0 master,noaddr - 0 0 3 disconnected
            d1 10.0.0.9:7009@17009 handshake - 0 0 0 connected
            e1 10.0.0.3:7003@17003 master - 0 0 4 connected
            """;
        assertThat(ClusterRoster.parse(lines, new Node("10.0.0.1", 7000)).shards())
                .containsOnly(
                        Map.entry(new Node("10.0.0.1", 7000), "5461"),
                        Map.entry(new Node("10.0.0.2", 7001), "5461"),
                        Map.entry(new Node("2001:db8::1", 7002), "0"),
                        Map.entry(new Node("10.0.0.3", 7003), "0"));
    }

    @Test
    void theFirstThatAnswersTellsAndAFrozenOneHoldsUpNobody() {
        try (Cluster cluster = Cluster.start(3)) {
            List<Node> nodes = cluster.nodes().stream()
                    .map(node -> new Node("127.0.0.1", node.port()))
                    .toList();
            cluster.nodes().get(0).freeze();
            assertThat(ClusterRoster.ask(THREADS, nodes, Access.OPEN, PATIENCE))
                    .hasValueSatisfying(roster -> assertThat(roster.shards()).containsOnlyKeys(nodes));
        }
    }

    @Test
    void aServerAloneIsNoneAndCountsNoError() {
        try (Standalone alone = Standalone.start()) {
            Node node = new Node("127.0.0.1", alone.port());
            assertThat(ClusterRoster.ask(THREADS, List.of(node), Access.OPEN, PATIENCE))
                    .isEmpty();
            assertThat(alone.command("INFO", "errorstats")).doesNotContain("errorstat_");
            assertThat(ClusterRoster.ask(THREADS, List.of(new Node("127.0.0.1", 1)), Access.OPEN, PATIENCE))
                    .as("nobody there")
                    .isEmpty();
        }
    }
}
