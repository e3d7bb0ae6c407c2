package dev.keywright.ops.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two looks at real servers, and the page they make. */
class WatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void ratesComeFromTwoLooks() {
        try (Standalone server =
                        Standalone.start(ServerOptions.DEFAULTS.withDirective("slowlog-log-slower-than", "20000"));
                Watcher watcher = Watcher.open(server.uri())) {
            server.command("SET", "there", "1");
            server.command("DEBUG", "SLEEP", "0.03");
            Sample before = watcher.sample(PATIENCE);
            for (int i = 0; i < 50; i++) {
                server.command("GET", i % 2 == 0 ? "there" : "missing");
            }
            server.command("DEBUG", "SLEEP", "0.05");
            Sample now = watcher.sample(PATIENCE);
            View view = View.between(before, now);
            assertThat(view.kind()).isEqualTo("standalone");
            assertThat(view.total().down()).isZero();
            assertThat(view.total().keys()).isEqualTo(1);
            assertThat(view.total().hitRatio()).contains(0.5);
            assertThat(view.total().opsPerSecond()).isPositive();
            assertThat(view.nodes()).singleElement().satisfies(node -> {
                assertThat(node.role()).isEqualTo("master");
                assertThat(node.pingP99Millis()).isPositive().isGreaterThanOrEqualTo(node.pingP50Millis());
                assertThat(node.memoryBytes()).isPositive();
                assertThat(node.fragmentation()).isEmpty();
                assertThat(node.opsPerSecond()).isPresent();
            });
            assertThat(view.commands())
                    .filteredOn(command -> command.name().equals("get"))
                    .singleElement()
                    .satisfies(command -> assertThat(command.p99Millis()).isPresent());
            assertThat(view.slow()).hasSize(2);
            assertThat(view.slow())
                    .filteredOn(View.LogLine::isNew)
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.command()).isEqualTo("DEBUG SLEEP ...");
                        assertThat(line.amount()).isGreaterThan(40_000);
                    });
        }
    }

    @Test
    void aServerThatHangsIsToldAsSilentWithItsLastFiguresAndComesBack() {
        try (Standalone server = Standalone.start();
                FaultProxy proxy = FaultProxy.to(server);
                Watcher watcher = Watcher.open(proxy.uri())) {
            Sample first = watcher.sample(PATIENCE);
            assertThat(first.nodes()).allSatisfy(node -> assertThat(node.isUp()).isTrue());
            proxy.dropReplies(true);
            long begun = System.nanoTime();
            Sample hung = watcher.sample(Duration.ofMillis(300));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            View view = View.between(first, hung);
            assertThat(view.total().down()).isEqualTo(1);
            assertThat(view.nodes()).singleElement().satisfies(node -> {
                assertThat(node.trouble()).contains("does not answer");
                assertThat(node.memoryBytes()).isPositive();
                assertThat(node.opsPerSecond()).isEmpty();
            });
            proxy.dropReplies(false);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> watcher.sample(PATIENCE).nodes().get(0).isUp());
        }
    }

    @Test
    void aServerThatWasKilledIsDownAndARestartedOneHasNoRates() {
        try (Standalone server = Standalone.start();
                Watcher watcher = Watcher.open(server.uri())) {
            Sample before = watcher.sample(PATIENCE);
            server.kill();
            assertThat(View.between(before, watcher.sample(PATIENCE))
                            .nodes()
                            .get(0)
                            .trouble())
                    .isPresent();
            server.restart();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> watcher.sample(PATIENCE).nodes().get(0).isUp());
            View view = View.between(before, watcher.sample(PATIENCE));
            assertThat(view.total().down()).isZero();
            assertThat(view.nodes().get(0).opsPerSecond()).isEmpty();
        }
    }

    @Test
    void aReplicaHasItsLag() {
        try (Replication set = Replication.start(1);
                Watcher watcher = Watcher.open(set.uri())) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Sample sample = watcher.sample(PATIENCE);
                View view = View.between(sample, sample);
                assertThat(view.nodes()).hasSize(2);
                assertThat(view.nodes().get(0).role()).isEqualTo("master");
                assertThat(view.nodes().get(1).linkUp()).contains(true);
                assertThat(view.nodes().get(1).lagBytes()).isPresent();
                assertThat(view.total().lagBytes()).isPresent();
            });
        }
    }

    @Test
    void aClusterIsSortedByShards() {
        try (Cluster cluster = Cluster.start(3, 1);
                Watcher watcher = Watcher.open(cluster.uri())) {
            Sample sample = watcher.sample(PATIENCE);
            assertThat(sample.kind()).isEqualTo("cluster");
            assertThat(sample.nodes().stream().map(NodeSample::shard))
                    .containsExactly("0", "0", "5461", "5461", "10922", "10922");
            assertThat(sample.nodes().stream().map(node -> node.info().role()))
                    .containsExactly("master", "replica", "master", "replica", "master", "replica");
        }
    }

    @Test
    void whereNobodyAnswersAnEagerOneFailsAndAPatientOneWaits() {
        String nobody;
        try (Standalone server = Standalone.start()) {
            nobody = server.uri();
        }
        assertThatThrownBy(() -> Watcher.open(nobody)).isInstanceOf(KeywrightException.Unavailable.class);
        try (Watcher watcher = Watcher.patient(nobody)) {
            assertThat(watcher.sample(PATIENCE).nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.trouble()).isPresent());
        }
    }

    @Test
    void aSentinelsOwnPortLeadsToWhatItWatches() {
        try (Sentinel set = Sentinel.start(1)) {
            String port = "redis://127.0.0.1:" + set.sentinels().get(0).port();
            try (Watcher eager = Watcher.open(port);
                    Watcher patient = Watcher.patient(port)) {
                for (Watcher watcher : List.of(eager, patient)) {
                    Sample sample = watcher.sample(PATIENCE);
                    assertThat(sample.kind()).isEqualTo("sentinel");
                    assertThat(sample.nodes().stream().map(node -> node.info().role()))
                            .contains("master", "replica");
                }
            }
        }
    }

    @Test
    void aServerThatIsKnownToHangIsHardlyWaitedFor() {
        try (Standalone server = Standalone.start();
                FaultProxy proxy = FaultProxy.to(server);
                Watcher watcher = Watcher.open(proxy.uri())) {
            watcher.sample(PATIENCE);
            proxy.dropReplies(true);
            watcher.sample(Duration.ofMillis(200));
            long begun = System.nanoTime();
            Sample hung = watcher.sample(Duration.ofMinutes(1));
            assertThat(hung.nodes().get(0).isUp()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void argumentsThatMayBeSecretAreLeftOut() {
        try (Standalone server =
                        Standalone.start(ServerOptions.DEFAULTS.withDirective("slowlog-log-slower-than", "0"));
                Watcher watcher = Watcher.open(server.uri())) {
            server.command("CONFIG", "SET", "requirepass", "");
            server.command("EVAL", "return 'pass' .. 'word'", "0");
            server.command("SET", "a key", "s3cret");
            Sample sample = watcher.sample(PATIENCE);
            assertThat(sample.nodes().get(0).slow().stream().map(NodeSample.Slow::command))
                    .contains("EVAL", "SET a key ...")
                    .noneMatch(command -> command.contains("s3cret"));
        }
    }
}
