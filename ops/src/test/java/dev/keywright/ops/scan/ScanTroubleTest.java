package dev.keywright.ops.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanTroubleTest {

    private static final ScanOptions IMPATIENT = ScanOptions.DEFAULTS.withPatience(Duration.ofSeconds(2));

    @Test
    void aScanThatIsStoppedGoesOnLaterAndTogetherTheyTellEveryKeyOnce(@TempDir Path folder) {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 4000);
            Filling.send(server, List.of(new String[] {"SELECT", "3"}, new String[] {"SET", "elsewhere", "1"}));
            List<String> told = new ArrayList<>();
            ScanOptions options = ScanOptions.DEFAULTS;
            int runs = 0;
            while (true) {
                LiveScan[] scan = new LiveScan[1];
                Collected collected = Collected.atKey(1000, () -> scan[0].stop());
                scan[0] = LiveScan.of(server.uri(), options);
                ScanOutcome outcome = collected.by(scan[0]);
                told.addAll(collected.names(outcome));
                runs++;
                if (outcome.complete()) {
                    break;
                }
                assertThat(outcome.shards().get(0).stopped()).contains("The scan was stopped.");
                Document.write(
                        folder.resolve("position.json"), outcome.position().orElseThrow());
                options = ScanOptions.DEFAULTS.withResume(
                        Document.read(folder.resolve("position.json"), ScanPosition.class));
            }
            assertThat(runs).isBetween(3, 5);
            assertThat(told).hasSize(4001);
            assertThat(new HashSet<>(told)).hasSize(4001);
        }
    }

    @Test
    void aPositionOfAnotherDeploymentOrProcessIsNotTaken() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 100);
            ScanPosition foreign = new ScanPosition("redis://elsewhere:6379", 1, List.of());
            assertThatThrownBy(() -> LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withResume(foreign)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("redis://elsewhere:6379");

            ScanPosition old = new ScanPosition(
                    server.uri(),
                    1,
                    List.of(new ScanPosition.Place(
                            "127.0.0.1:" + server.port(), "127.0.0.1", server.port(), "another", false, 0, "77")));
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withResume(old)));
            assertThat(collected.of(outcome)).hasSize(100);
            assertThat(outcome.shards().get(0).notes()).anyMatch(note -> note.startsWith("Read from the beginning"));
        }
    }

    @Test
    void whatWasReadBeforeTheServerDiedIsKept() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 5000);
            Collected collected = Collected.atKey(1000, server::kill);
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), IMPATIENT));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(outcome.complete()).isFalse();
            assertThat(shard.stopped())
                    .hasValueSatisfying(why -> assertThat(why)
                            .contains("127.0.0.1:" + server.port())
                            .contains("2 s"));
            assertThat(collected.of(outcome).size()).isBetween(1000, 4999);
            assertThat(shard.databases().get(0).read())
                    .isEqualTo(collected.of(outcome).size());
        }
    }

    @Test
    void aServerThatIsStartedAgainIsReadAnewWithANewSink() {
        ServerOptions kept =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        try (Standalone server = Standalone.start(kept)) {
            Filling.mixed(server, 3000);
            Collected collected = Collected.atKey(1000, () -> {
                server.kill();
                server.restart();
            });
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(outcome.complete()).isTrue();
            assertThat(shard.node().attempt()).isEqualTo(2);
            assertThat(shard.notes()).anyMatch(note -> note.startsWith("Begun anew"));
            assertThat(new HashSet<>(collected.names(outcome))).hasSize(3000);
            assertThat(collected.of(outcome)).hasSize(3000);
        }
    }

    @Test
    void aConnectionThatBreaksGoesOnAtTheSamePage() {
        try (Standalone server = Standalone.start();
                FaultProxy proxy = FaultProxy.to(server)) {
            Filling.mixed(server, 3000);
            Collected collected = new Collected(number -> {
                if (number % 700 == 0) {
                    proxy.cut();
                }
            });
            ScanOutcome outcome = collected.by(LiveScan.of(proxy.uri(), ScanOptions.DEFAULTS));
            assertThat(outcome.complete()).isTrue();
            assertThat(outcome.shards().get(0).node().attempt()).isEqualTo(1);
            assertThat(collected.of(outcome)).hasSize(3000);
            assertThat(new HashSet<>(collected.names(outcome))).hasSize(3000);
        }
    }

    @Test
    void aFrozenServerEndsTheScanInBoundedTimeAndAStopEndsItAtOnce() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 5000);
            Collected collected = Collected.atKey(1000, server::freeze);
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), IMPATIENT));
            assertThat(outcome.complete()).isFalse();
            assertThat(collected.of(outcome)).hasSizeGreaterThanOrEqualTo(1000);
            server.thaw();

            LiveScan[] scan = new LiveScan[1];
            Collected again = Collected.atKey(1000, () -> {
                server.freeze();
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(() -> scan[0].stop());
            });
            scan[0] = LiveScan.of(server.uri(), ScanOptions.DEFAULTS);
            ScanOutcome stopped = again.by(scan[0]);
            assertThat(stopped.took()).isLessThan(Duration.ofSeconds(9));
            assertThat(stopped.shards().get(0).stopped()).contains("The scan was stopped.");
            server.thaw();
        }
    }

    @Test
    void aSlowServerIsSpared() {
        try (Standalone server =
                Standalone.start(ServerOptions.DEFAULTS.withDirective("enable-debug-command", "yes"))) {
            Filling.mixed(server, 20_000);
            Collected collected = new Collected(number -> {
                if (number % 1000 == 0) {
                    sleep(server, "0.05");
                }
            });
            ScanOutcome outcome = collected.by(
                    LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withLatencyLimit(Duration.ofMillis(5))));
            Pace pace = outcome.shards().get(0).pace();
            assertThat(outcome.complete()).isTrue();
            assertThat(pace.worst()).isGreaterThan(Duration.ofMillis(20));
            assertThat(pace.backOffs()).isPositive();
            assertThat(pace.paused()).isPositive();
        }
    }

    /** Sends DEBUG SLEEP and does not wait for its end. */
    private static void sleep(Standalone server, String seconds) {
        try (Wire wire = Wire.open(new Node("127.0.0.1", server.port()), Access.of(server.uri()))) {
            wire.send("DEBUG", "SLEEP", seconds);
            wire.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noMoreKeysPerSecondThanAllowed() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 1500);
            ScanOutcome outcome =
                    new Collected().by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withKeysPerSecond(1000)));
            assertThat(outcome.took()).isGreaterThan(Duration.ofMillis(1200));
        }
    }

    @Test
    void evictionDuringTheScanIsSaid() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 5000);
            Collected collected = Collected.atKey(1000, () -> {
                server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
                server.command("CONFIG", "SET", "maxmemory", "1mb");
                server.command("PING");
            });
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(shard.changes().evictedKeys()).isPositive();
            assertThat(shard.notes()).anyMatch(note -> note.contains("evicted"));
        }
    }

    @Test
    void aBugOfTheSinkIsNotHidden() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 10);
            assertThatThrownBy(() -> LiveScan.of(server.uri(), ScanOptions.DEFAULTS)
                            .run(
                                    node -> key -> {
                                        throw new IllegalStateException("broken");
                                    },
                                    progress -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("broken");
        }
    }

    @Test
    void hashesOfNamesDifferAndAreSpreadEvenly() {
        List<Long> hashes = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            hashes.add(Draft.hash(("user:" + i).getBytes(UTF_8)));
        }
        assertThat(new HashSet<>(hashes)).hasSize(100_000);
        long below = hashes.stream().filter(hash -> hash < Draft.below(0.01)).count();
        assertThat(below).isBetween(850L, 1150L);
    }
}
