package dev.keywright.ops.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aClusterIsWrittenDownWhileItRunsAndForgottenAfterwards() {
        Running.Book book = new Running.Book(folder);
        try (Keeper keeper = keep(LocalTopology.usual(Topology.CLUSTER).withReplicas(0), book, Optional.empty())) {
            Running running = book.find("cluster").orElseThrow();
            assertThat(running.uri()).isEqualTo(keeper.uri());
            assertThat(running.nodes()).hasSize(3).allMatch(node -> node.pid() > 0);
            assertThat(running.keeperPid()).isEqualTo(ProcessHandle.current().pid());

            TopologyStatus own = keeper.status();
            TopologyStatus asked = TopologyStatus.of(running);
            for (TopologyStatus status : List.of(own, asked, TopologyStatus.of(keeper.uri()))) {
                assertThat(status.whole()).as(status.toString()).isTrue();
                assertThat(status.nodes())
                        .hasSize(3)
                        .allMatch(node -> node.role().equals("master"));
                assertThat(status.nodes().stream()
                                .mapToInt(node -> node.slots().orElse(0))
                                .sum())
                        .isEqualTo(16_384);
            }
        }
        assertThat(book.all()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aKilledServerIsShownDownAndStartedAgain() {
        Running.Book book = new Running.Book(folder);
        LocalTopology topology = LocalTopology.usual(Topology.REPLICA);
        try (Keeper keeper = keep(topology, book, Optional.of(Duration.ofSeconds(1)))) {
            AtomicReference<TopologyStatus> shown = new AtomicReference<>();
            Thread watching = new Thread(() -> keeper.watch(shown::set), "watching");
            watching.start();
            await().atMost(PATIENCE)
                    .until(() -> shown.get() != null && shown.get().whole());
            Running.Node replica = book.find("replica").orElseThrow().nodes().get(1);

            ProcessHandle.of(replica.pid()).orElseThrow().destroyForcibly();

            await().atMost(PATIENCE)
                    .until(() -> shown.get().nodes().get(1).state().equals("down"));
            assertThat(shown.get().whole()).isFalse();
            await().atMost(PATIENCE).until(() -> shown.get().whole());
            await().atMost(PATIENCE)
                    .until(() ->
                            book.find("replica").orElseThrow().nodes().get(1).pid() != replica.pid());
        }
    }

    @Test
    void aFrozenServerIsNotTakenForADeadOne() {
        Running.Book book = new Running.Book(folder);
        try (Keeper keeper = keep(LocalTopology.STANDALONE, book, Optional.empty())) {
            String pid = Long.toString(
                    book.find("standalone").orElseThrow().nodes().get(0).pid());
            signal("-STOP", pid);
            assertThat(keeper.status().nodes().get(0).state()).isEqualTo("frozen");
            signal("-CONT", pid);
            await().atMost(PATIENCE).until(() -> keeper.status().whole());
        }
    }

    @Test
    void aFolderKeepsTheDataThePortsAndTheRoles() {
        Running.Book book = new Running.Book(folder.resolve("book"));
        LocalTopology topology = LocalTopology.usual(Topology.CLUSTER)
                .withReplicas(0)
                .withOptions(LocalTopology.STANDALONE.options().withFolder(folder.resolve("data")));
        List<String> addresses;
        try (Keeper keeper = keep(topology, book, Optional.empty())) {
            addresses =
                    keeper.status().nodes().stream().map(NodeStatus::address).toList();
            try (Connection connection = Connection.open(keeper.uri())) {
                for (int i = 0; i < 100; i++) {
                    connection
                            .call(Command.named("SET").key("k" + i).argument(i).build())
                            .orThrow("SET");
                }
            }
        }
        try (Keeper keeper = keep(topology, book, Optional.empty())) {
            TopologyStatus status = keeper.status();
            assertThat(status.nodes().stream().map(NodeStatus::address)).containsExactlyElementsOf(addresses);
            assertThat(status.nodes().stream()
                            .mapToLong(node -> node.keys().orElse(0L))
                            .sum())
                    .isEqualTo(100);
        }
    }

    @Test
    void namesStayApartAndThePasswordIsNotShown() {
        Running.Book book = new Running.Book(folder);
        LocalTopology secret = LocalTopology.STANDALONE.withOptions(
                LocalTopology.STANDALONE.options().withDirective("requirepass", "wombat"));
        try (Keeper one = keep(secret, book, Optional.empty());
                Keeper two = keep(secret, book, Optional.empty())) {
            assertThat(List.of(one.name(), two.name())).containsExactly("standalone", "standalone-2");
            assertThat(one.status().uri()).doesNotContain("wombat");
            assertThat(TopologyStatus.of(book.find("standalone").orElseThrow()).whole())
                    .isTrue();
            assertThat(book.find("standalone").orElseThrow().shownUri()).doesNotContain("wombat");
        }
    }

    @Test
    void aFileWhoseKeeperIsGoneIsRemoved() {
        Running.Book book = new Running.Book(folder);
        book.write(new Running("gone", "standalone", "redis://127.0.0.1:1", 1, "never", Optional.empty(), List.of()));
        assertThat(book.all()).isEmpty();
        assertThat(Files.exists(folder.resolve("gone.json"))).isFalse();
    }

    @Test
    void aFileThatIsNoneOfOursIsPassedOver() throws Exception {
        Files.writeString(folder.resolve("odd.json"), "[1, 2");
        assertThat(new Running.Book(folder).all()).isEmpty();
        assertThat(folder.resolve("odd.json")).exists();
    }

    private static Keeper keep(LocalTopology topology, Running.Book book, Optional<Duration> restartAfter) {
        String name = topology.topology().name().toLowerCase(java.util.Locale.ROOT);
        return Keeper.start(topology, book, name, Optional.empty(), restartAfter);
    }

    private static void signal(String name, String pid) {
        try {
            assertThat(new ProcessBuilder("kill", name, pid).start().waitFor()).isZero();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
