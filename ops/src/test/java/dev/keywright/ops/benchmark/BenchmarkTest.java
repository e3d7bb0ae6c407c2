package dev.keywright.ops.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.OpsException;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTest {

    private static final BenchOptions SHORT = BenchOptions.DEFAULTS
            .withKeys(new KeyDistribution.Uniform(), 1_000)
            .withClients(8, 2, 1)
            .withDuration(Duration.ofMillis(400), Duration.ofMillis(100));

    private static BenchReport run(String uri, BenchOptions options) {
        return Benchmark.run(uri, options, step -> {}, new CountDownLatch(1));
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    void measuresAMixAndLeavesNothingBehindButWhatWasThere(Redis redis) {
        redis.command("SET", "mine", "1");
        BenchReport report = run(redis.uri(), SHORT.withClients(8, 4, 2));

        assertThat(report.errors()).isEmpty();
        assertThat(report.complete()).isTrue();
        assertThat(report.all().operations()).isGreaterThan(20);
        assertThat(report.commands()).extracting(BenchReport.Command::name).containsExactly("get", "set");
        double gets = report.commands().get(0).operations();
        assertThat(gets / report.all().operations()).isBetween(0.7, 0.9);
        assertThat(report.all().latency().p50Ms()).isPositive();
        assertThat(report.all().latency().p99Ms())
                .isBetween(
                        report.all().latency().p50Ms(), report.all().latency().maxMs());
        assertThat(redis.nodes().stream()
                        .filter(node -> node.info("role").equals("master"))
                        .mapToLong(node -> Long.parseLong(node.command("DBSIZE")))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    @WithRedis
    void sendsEveryKindOfCommandWithoutAnError(Standalone server) {
        String all = String.join(",", Template.names());
        BenchReport report = run(
                server.uri(),
                SHORT.withMix(Mix.parse(all))
                        .withDuration(Duration.ofMinutes(1), Duration.ZERO)
                        .withRequests(4_000));

        assertThat(report.errors()).isEmpty();
        assertThat(report.commands())
                .hasSize(Template.names().size())
                .allSatisfy(command -> assertThat(command.operations()).isPositive());
        assertThat(report.all().operations()).isEqualTo(4_000);
        assertThat(server.command("DBSIZE")).isEqualTo("0");
    }

    /** A single client is nearly always on its way, so its latencies add up to the time that was measured. */
    @Test
    @WithRedis
    void aRoundOfSoManyOperationsEndsWithItsLastAnswer(Standalone server) {
        BenchReport report = run(
                server.uri(),
                SHORT.withClients(1, 1, 1)
                        .withDuration(Duration.ofMinutes(1), Duration.ofMillis(300))
                        .withRequests(150));

        double answeredSeconds =
                report.all().operations() * report.all().latency().meanMs() / 1e3;
        assertThat(report.rounds().get(0).seconds()).isLessThan(2.5 * answeredSeconds);
    }

    @Test
    @WithRedis
    void sendsCommandsInOwnWordsButNoneThatIsDangerousOrNamesAForeignKey(Standalone server) {
        Mix own = Mix.of(List.of("3:HSET {key} user-{n} {value} n {n}", "EXPIRE {key} 100", "PUBLISH news {value}"));
        assertThat(run(server.uri(), SHORT.withMix(own).withRequests(500)).errors())
                .isEmpty();

        assertThatThrownBy(() -> Mix.of(List.of("FLUSHALL"))).hasMessageContaining("FLUSHALL is not sent");
        assertThatThrownBy(() -> Mix.of(List.of("EVAL \"return redis.call('FLUSHDB')\" 0")))
                .hasMessageContaining("is not sent");
        assertThatThrownBy(() -> Mix.of(List.of("GET x{key}"))).hasMessageContaining("stands alone");
        assertThatThrownBy(() -> run(server.uri(), SHORT.withMix(Mix.of(List.of("SET order:1 {value}")))))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("order:1");
        assertThatThrownBy(() -> run(server.uri(), SHORT.withMix(Mix.of(List.of("GTE {key}")))))
                .hasMessageContaining("knows no command GTE");
    }

    @Test
    void logsInSpeaksTlsAndChoosesTheDatabase() {
        ServerOptions secured = ServerOptions.DEFAULTS.withTls().withDirective("requirepass", "s3cret");
        try (Standalone server = Standalone.start(secured)) {
            BenchReport report = run(
                    server.uri().replaceFirst("\\?", "/3?"),
                    SHORT.withValues(new ValueSizes.Range(10, 40_000)).withKeys(new KeyDistribution.Uniform(), 50));
            assertThat(report.errors()).isEmpty();
            assertThat(report.all().operations()).isPositive();
            assertThat(report.toString()).doesNotContain("s3cret");
            assertThat(server.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    @WithRedis
    void aServerThatStandsStillShowsInTheTailOfAnOpenLoopAndHardlyInThatOfAClosedOne(Standalone server) {
        BenchOptions paced = SHORT.withMix(Mix.parse("get=99"))
                .withClients(4, 1, 1)
                .withDuration(Duration.ofSeconds(2), Duration.ofMillis(200));
        BenchReport open = withStandstill(server, paced.withRate(500));
        // 300 ms of 2 s: far more than 1 % of the operations were due while it stood still.
        assertThat(open.all().latency().p99Ms()).isGreaterThan(100);
        assertThat(open.all().latency().maxMs()).isGreaterThan(250);
        BenchReport.Schedule schedule = open.schedule().orElseThrow();
        assertThat(schedule.latestMs()).isGreaterThan(100);

        BenchReport closed = withStandstill(server, paced);
        assertThat(closed.all().latency().maxMs()).isGreaterThan(250);
        assertThat(closed.all().latency().p99Ms())
                .as("a closed loop stands still with the server")
                .isLessThan(100);
    }

    private static BenchReport withStandstill(Standalone server, BenchOptions options) {
        return Benchmark.run(
                server.uri(),
                options,
                step -> {
                    if (step.contains("second 1:")) {
                        new Thread(() -> server.command("DEBUG", "SLEEP", "0.3")).start();
                    }
                },
                new CountDownLatch(1));
    }

    @Test
    @WithRedis
    void saysThatARateWasTooHigh(Standalone server) {
        BenchReport report = run(server.uri(), SHORT.withClients(1, 1, 1).withRate(50_000_000));

        BenchReport.Schedule schedule = report.schedule().orElseThrow();
        assertThat(report.all().operations()).isPositive();
        assertThat(schedule.overloaded()).isTrue();
        assertThat(schedule.notSent()).isPositive();
    }

    @Test
    @WithRedis
    void goesOnAfterItsConnectionsBrokeAndCountsWhatWasLost(Standalone server) {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            BenchReport report = Benchmark.run(
                    proxy.uri(),
                    SHORT.withClients(4, 1, 1).withDuration(Duration.ofMillis(2_500), Duration.ZERO),
                    step -> {
                        if (step.contains("second 1:")) {
                            proxy.cut();
                        }
                    },
                    new CountDownLatch(1));
            assertThat(report.errors()).containsOnlyKeys("connection lost");
            assertThat(report.complete()).isTrue();
            BenchReport.Second last = report.seconds().get(report.seconds().size() - 1);
            assertThat(last.operations()).as("it goes on").isPositive();
        }
    }

    @Test
    void followsSlotsThatMoveInACluster() {
        try (Cluster cluster = Cluster.start(2)) {
            Thread mover = new Thread(() -> {
                Standalone to = cluster.ownerOf(16_000);
                for (int slot = 0; slot < 20; slot++) {
                    cluster.migrateSlot(slot, to);
                }
            });
            mover.start();
            BenchReport report =
                    run(cluster.uri(), SHORT.withDuration(Duration.ofMillis(1_500), Duration.ofMillis(100)));
            assertThat(report.errors().keySet()).isSubsetOf("MOVED", "ASK", "TRYAGAIN");
            assertThat(report.all().operations()).isGreaterThan(20);
        }
    }

    @Test
    @WithRedis
    void endsEarlyWithWhatThereIs(Standalone server) {
        CountDownLatch stop = new CountDownLatch(1);
        BenchReport report = Benchmark.run(
                server.uri(),
                SHORT.withDuration(Duration.ofMinutes(5), Duration.ofMillis(50)).withRounds(3),
                step -> {
                    if (step.contains("second 1")) {
                        stop.countDown();
                    }
                },
                stop);
        assertThat(report.complete()).isFalse();
        assertThat(report.rounds()).hasSize(1);
        assertThat(report.all().operations()).isPositive();
        assertThat(report.notes()).anyMatch(note -> note.contains("interrupted"));
        assertThat(server.command("DBSIZE")).isEqualTo("0");
    }

    @Test
    void tellsWhatWasMeasuredWhenTheServerDies() {
        try (Standalone server = Standalone.start()) {
            BenchReport report = Benchmark.run(
                    server.uri(),
                    SHORT.withDuration(Duration.ofMillis(2_500), Duration.ZERO),
                    step -> {
                        if (step.contains("second 1:")) {
                            server.kill();
                        }
                    },
                    new CountDownLatch(1));
            assertThat(report.complete()).isFalse();
            assertThat(report.all().operations()).isPositive();
            assertThat(report.errors()).containsKeys("connection lost", "no connection");
            assertThat(report.notes()).anyMatch(note -> note.contains("may be left under keywright-bench:"));
        }
    }

    @Test
    void refusesWhatDoesNotFitAndAReplica() {
        try (Standalone small = Standalone.start(ServerOptions.DEFAULTS.withDirective("maxmemory", "20mb"))) {
            assertThatThrownBy(() -> run(small.uri(), SHORT.withKeys(new KeyDistribution.Uniform(), 1_000_000)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("has room for");
            assertThat(small.command("DBSIZE")).isEqualTo("0");
        }
        try (Replication pair = Replication.start(1)) {
            String replica = pair.nodes().get(1).uri();
            assertThatThrownBy(() -> run(replica, SHORT)).hasMessageContaining("is a replica");
        }
    }

    @Test
    void endsWhenAListGrowsUntilMemoryIsShort() {
        ServerOptions small = ServerOptions.DEFAULTS.withDirectives(Map.of("maxmemory", "12mb"));
        try (Standalone server = Standalone.start(small)) {
            BenchReport report = run(
                    server.uri(),
                    SHORT.withMix(Mix.parse("lpush"))
                            .withValues(new ValueSizes.Fixed(4_000))
                            .withKeys(new KeyDistribution.Sequential(), 10)
                            .withClients(8, 8, 1)
                            .withDuration(Duration.ofSeconds(30), Duration.ZERO));
            assertThat(report.complete()).isFalse();
            assertThat(report.notes()).anyMatch(note -> note.contains("nearly full"));
        }
    }

    @Test
    @WithRedis
    void writesFilesOfHdrHistogram(Standalone server, @TempDir Path folder) throws IOException {
        run(server.uri(), SHORT.withHistograms(folder.resolve("hdr")));

        assertThat(Files.readString(folder.resolve("hdr/get.hgrm"))).contains("Percentile", "#[Mean");
        assertThat(Files.readString(folder.resolve("hdr/seconds.hlog"))).contains("Tag=get,", "Tag=set,");
    }
}
