package dev.keywright.ops.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrillTest {

    private static final DrillOptions ONCE = DrillOptions.DEFAULTS
            .withWarmUp(Duration.ofSeconds(1))
            .withPromises(Optional.of(60.0), Optional.empty(), Optional.empty());

    private static final ServerOptions PATIENT =
            ServerOptions.DEFAULTS.withDirective("down-after-milliseconds", "2000");

    /** Sentinels that look often: they notice within seconds, not ten, that a server came back and make it a replica. */
    private static Sentinel hasty(Sentinel set) {
        set.sentinels()
                .forEach(one -> one.command("SENTINEL", "DEBUG", "INFO-PERIOD", "1000", "PUBLISH-PERIOD", "500"));
        return set;
    }

    @Test
    void measuresHowAClusterHandsOverAndHowItReplacesAKilledPrimary() {
        ServerOptions fast = ServerOptions.DEFAULTS.withDirective("cluster-node-timeout", "1500");
        try (Cluster cluster = Cluster.start(3, 1, fast)) {
            DrillReport ordered = drill(
                    cluster,
                    ONCE.withFault(Fault.FAILOVER).withPromises(Optional.of(30.0), Optional.of(0.0), Optional.of(0L)));
            assertThat(ordered.held()).as(ordered.verdicts().toString()).isTrue();
            assertThat(ordered.verdicts())
                    .extracting(DrillReport.Verdict::promise)
                    .containsExactly("takes over by itself", "failover_seconds", "rpo_seconds", "max_lost");
            assertThat(ordered.runs().get(0).audit().writes().lost()).isZero();

            String before = "127.0.0.1:" + cluster.ownerOf(0).port();
            DrillReport.Run run = checkedRun(drill(cluster, ONCE));
            assertThat(run.victim()).isEqualTo(before);
            assertThat(run.successor())
                    .contains("127.0.0.1:" + cluster.ownerOf(0).port());
            assertThat(run.detected().orElseThrow()).isGreaterThan(0.7);
            assertThat(run.othersDowntime().orElseThrow())
                    .as("the other shards go on")
                    .isLessThan(run.downtime());
            assertThat(run.audit().replicaReads().orElseThrow().answered()).isPositive();
            assertThat(cluster.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void measuresHowSentinelReplacesAKilledPrimaryAndLosesNoWriteThatAReplicaConfirmed() {
        try (Sentinel sentinel = hasty(Sentinel.start(2, PATIENT))) {
            DrillReport report = drill(
                    sentinel,
                    ONCE.withWorkload(
                            CheckedWorkload.Options.DEFAULTS.withRate(200).withWaitReplicas(1)));

            DrillReport.Run run = checkedRun(report);
            assertThat(run.detected().orElseThrow()).isGreaterThan(1);
            // Sentinels may replace a slow new primary in turn, and then a confirmed write may be lost.
            assertThat(report.notes().isEmpty()).isEqualTo(run.takeovers() == 1);
            assertThat(run.takeovers() > 1 || run.audit().writes().lost() == 0)
                    .as(run.toString())
                    .isTrue();
        }
    }

    @Test
    void tellsOfANewPrimaryThatIsReplacedInTurn() {
        try (Sentinel sentinel = hasty(Sentinel.start(2))) {
            DrillReport report = Drill.of(sentinel).run(ONCE, text -> {
                if (text.startsWith("waiting for 127.0.0.1")) {
                    sentinel.failover();
                }
            });

            DrillReport.Run run = checkedRun(report);
            assertThat(run.takeovers()).isGreaterThan(1);
            assertThat(report.notes()).anyMatch(note -> note.contains("replaced in turn"));
        }
    }

    @Test
    void saysThatAPromiseIsNotHeldWhenNobodyTakesOverAndNothingIsKept() {
        try (Standalone alone = Standalone.start()) {
            DrillReport report = drill(alone, ONCE.withPromises(Optional.of(0.5), Optional.of(0.0), Optional.of(0L)));

            DrillReport.Run run = report.runs().get(0);
            assertThat(report.held()).isFalse();
            assertThat(report.verdicts()).noneMatch(DrillReport.Verdict::held);
            assertThat(run.downtime()).isGreaterThan(2.5);
            assertThat(run.audit().writes().lost()).isPositive();
            assertThat(run.lossSeconds()).isGreaterThan(0.5);
            assertThat(run.promoted()).isEmpty();
            assertThat(report.notes()).anyMatch(note -> note.startsWith("Nobody takes over"));
        }
    }

    @Test
    void asksBeforeItTouchesServersOfOthers() {
        try (Standalone alone = Standalone.start()) {
            Drill strangers = Drill.of(alone.uri(), address -> Optional.empty(), false, false);
            assertThatThrownBy(() -> strangers.run(ONCE, text -> {}))
                    .isInstanceOf(DrillRefused.class)
                    .hasMessageContaining("--allow-foreign");

            Drill allowed = Drill.of(alone.uri(), address -> Optional.empty(), true, false);
            assertThatThrownBy(() -> allowed.run(ONCE, text -> {}))
                    .isInstanceOf(DrillRefused.class)
                    .hasMessageContaining("--yes");

            Drill mistaken = Drill.of(alone.uri(), address -> Optional.of(1L), false, false);
            assertThatThrownBy(() -> mistaken.run(ONCE, text -> {}))
                    .as("the server says that its process is another one")
                    .isInstanceOf(DrillRefused.class);
            assertThat(alone.isRunning()).isTrue();
        }
    }

    @Test
    void aServerOfOthersIsShutDownAndNotWaitedFor() {
        try (Sentinel sentinel = hasty(Sentinel.start(2, PATIENT))) {
            List<String> told = new ArrayList<>();
            DrillReport report = Drill.of(sentinel.uri(), address -> Optional.empty(), true, true)
                    .run(ONCE.withFault(Fault.KILL), told::add);

            DrillReport.Run run = report.runs().get(0);
            assertThat(run.recovered()).isTrue();
            assertThat(run.whole()).isEmpty();
            assertThat(told).contains("shutting down " + run.victim()).noneMatch(text -> text.contains("to be back"));
            assertThat(report.notes()).anyMatch(note -> note.startsWith(run.victim() + " was shut down"));
        }
    }

    @Test
    void killsAServerThatIsKnownToBeOursAndLetsItsKeeperRestartIt() {
        try (Standalone alone = Standalone.start()) {
            Drill ours = Drill.of(alone.uri(), address -> Optional.of(alone.pid()), false, false);
            long first = alone.pid();
            DrillReport report = ours.run(ONCE, text -> {
                if (text.startsWith("waiting for 127.0.0.1")) {
                    alone.restart();
                }
            });

            assertThat(alone.pid()).isNotEqualTo(first);
            assertThat(report.runs().get(0).whole()).isPresent();
        }
    }

    private static DrillReport drill(Redis redis, DrillOptions options) {
        return Drill.of(redis).run(options, text -> {});
    }

    /** What must hold of every kill that a replica makes good. */
    private static DrillReport.Run checkedRun(DrillReport report) {
        assertThat(report.runs()).hasSize(1);
        DrillReport.Run run = report.runs().get(0);
        assertThat(report.held()).as(report.verdicts().toString()).isTrue();
        assertThat(run.recovered()).isTrue();
        assertThat(run.whole()).isPresent();
        double look = Watch.EVERY.toMillis() / 1e3;
        assertThat(run.detected().orElseThrow())
                .isGreaterThanOrEqualTo(run.suspected().orElseThrow());
        assertThat(run.promoted().orElseThrow())
                .isGreaterThanOrEqualTo(run.detected().orElseThrow());
        assertThat(run.downtime() + 2 * look)
                .as("no write is acknowledged before there is a primary")
                .isGreaterThanOrEqualTo(run.detected().orElseThrow());
        assertThat(run.firstFailure().orElseThrow()).isLessThan(run.downtime() + look);
        Audit.Writes writes = run.audit().writes();
        assertThat(writes.total()).isEqualTo(writes.acknowledged() + writes.notExecuted() + writes.unknown());
        assertThat(writes.acknowledged()).isPositive();
        assertThat(writes.contradicted()).isZero();
        assertThat(writes.duplicated()).isZero();
        assertThat(writes.lost() == 0).isEqualTo(run.lossSeconds() == 0);
        assertThat(run.timeline()).extracting(DrillReport.Event::seconds).isSorted();
        List<String> newPrimaries = run.timeline().stream()
                .map(DrillReport.Event::what)
                .filter(what -> what.endsWith(" is the new primary"))
                .toList();
        assertThat(newPrimaries)
                .hasSize(run.takeovers())
                .contains(run.successor().orElseThrow() + " is the new primary");
        return run;
    }
}
