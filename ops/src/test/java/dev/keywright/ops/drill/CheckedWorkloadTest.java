package dev.keywright.ops.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckedWorkloadTest {

    private static final CheckedWorkload.Options FAST = CheckedWorkload.Options.DEFAULTS.withRate(1_000);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void findsEveryWriteOfAServerThatWorksAndLeavesNoKey() {
        try (Standalone redis = Standalone.start();
                Connection connection = Connection.open(redis.uri(), FAST.connection())) {
            try (CheckedWorkload workload = CheckedWorkload.start(connection, FAST)) {
                awaitWrites(workload);
                workload.stop();
                Audit audit = workload.audit(PATIENCE);

                assertThat(audit.writes().acknowledged())
                        .isPositive()
                        .isEqualTo(audit.writes().total());
                assertThat(audit.writes().lost()).isZero();
                assertThat(audit.writes().duplicated()).isZero();
                assertThat(audit.reads().stale()).isZero();
                assertThat(audit.reads().answered()).isPositive();
                assertThat(redis.command("TTL", workload.prefix() + ":{" + firstTag(workload) + "}"))
                        .as("keys expire on their own, should nobody remove them")
                        .isNotEqualTo("-1");
                assertThat(workload.seconds().stream()
                                .mapToLong(Second::acknowledged)
                                .sum())
                        .isEqualTo(audit.writes().acknowledged() + audit.reads().answered());
            }
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void callsEveryAcknowledgedWriteLostWhenAServerWithoutPersistenceIsKilled() {
        try (Standalone redis = Standalone.start();
                Connection connection = Connection.open(redis.uri(), FAST.connection());
                CheckedWorkload workload = CheckedWorkload.start(connection, FAST)) {
            awaitWrites(workload);
            redis.kill();
            workload.stop();
            redis.restart();
            Audit audit = workload.audit(PATIENCE);

            assertThat(audit.writes().acknowledged()).isPositive();
            assertThat(audit.writes().lost()).isEqualTo(audit.writes().acknowledged());
            assertThat(audit.writes().loss().orElseThrow().writes())
                    .isEqualTo(audit.writes().lost());
            assertThat(audit.writes().unknownApplied()).isZero();
        }
    }

    @Test
    void losesNoAcknowledgedWriteWhenEachIsFlushedToDisk() {
        ServerOptions durable =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        try (Standalone redis = Standalone.start(durable);
                Connection connection = Connection.open(redis.uri(), FAST.connection());
                CheckedWorkload workload = CheckedWorkload.start(connection, FAST)) {
            awaitWrites(workload);
            redis.kill();
            redis.restart();
            Duration back = workload.elapsed();
            await().atMost(PATIENCE).until(() -> workload.acknowledgedSince(back, key -> true));
            workload.stop();
            Audit audit = workload.audit(PATIENCE);

            assertThat(audit.writes().lost()).isZero();
            assertThat(audit.writes().contradicted()).isZero();
            assertThat(audit.writes().duplicated()).isZero();
            assertThat(audit.reads().stale()).isZero();
        }
    }

    @Test
    void countsLatencyFromTheMomentAnOperationWasDue() {
        try (Standalone redis = Standalone.start();
                Connection connection =
                        Connection.open(redis.uri(), FAST.withTimeout(PATIENCE).connection());
                CheckedWorkload workload = CheckedWorkload.start(connection, FAST.withTimeout(PATIENCE))) {
            awaitWrites(workload);
            Duration frozen = workload.elapsed();
            redis.freeze();
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            redis.thaw();
            Duration thawed = workload.elapsed();
            await().atMost(PATIENCE).until(() -> workload.acknowledgedSince(thawed, key -> true));
            workload.stop();
            Gap gap = workload.longestWriteGap(key -> true, frozen).orElseThrow();

            assertThat(gap.ended()).isTrue();
            assertThat(gap.length()).isGreaterThan(Duration.ofMillis(400));
            assertThat(workload.audit(PATIENCE).latency().maxMs()).isGreaterThan(400);
        }
    }

    @Test
    void saysUnknownOfAWriteWhoseAnswerWasLostAndFindsItsEffect() {
        try (Standalone redis = Standalone.start();
                FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri(), FAST.connection());
                CheckedWorkload workload = CheckedWorkload.start(connection, FAST)) {
            awaitWrites(workload);
            proxy.cutAfterNextRequest("RPUSH");
            await().atMost(PATIENCE).until(() -> proxy.cuts() == 1);
            Duration cut = workload.elapsed();
            await().atMost(PATIENCE).until(() -> workload.acknowledgedSince(cut, key -> true));
            workload.stop();
            Audit audit = workload.audit(PATIENCE);

            assertThat(audit.writes().unknown()).isPositive();
            assertThat(audit.writes().unknownApplied()).isPositive();
            assertThat(audit.writes().lost()).isZero();
            assertThat(audit.writes().duplicated()).isZero();
            assertThat(audit.writes().contradicted()).isZero();
            assertThat(workload.firstFailure(key -> true, Duration.ZERO)).isPresent();
        }
    }

    @Test
    void noticesALostADoubledAndAStaleEntry() {
        Ledger ledger = new Ledger(1);
        for (int i = 0; i < 4; i++) {
            Operation write = ledger.write(0, i, i);
            write.done = i + 1L;
            write.outcome = i == 3 ? Outcome.NOT_EXECUTED : Outcome.ACKNOWLEDGED;
        }
        Operation read = ledger.read(Operation.Kind.READ, 0, 3, 10_000_000, 10_000_000);
        read.outcome = Outcome.ACKNOWLEDGED;
        read.seen = 1;
        Ledger.Tally tally = new Ledger.Tally();
        ledger.compare(0, new int[] {1, 3, 3, 4}, tally);

        Audit.Writes writes = tally.writes();
        assertThat(writes.lost()).isEqualTo(1);
        assertThat(writes.duplicated()).isEqualTo(1);
        assertThat(writes.contradicted()).isEqualTo(1);
        Audit.Reads reads = ledger.reads(Operation.Kind.READ);
        assertThat(reads.stale()).isEqualTo(1);
        assertThat(reads.mostBehind()).isEqualTo(2);
        assertThat(reads.oldestSeconds()).isEqualTo(0.01);
    }

    @Test
    void spreadsItsKeysOverTheSlotsAndAgreesWithTheServerOnThem() {
        try (Cluster cluster = Cluster.start(3);
                Connection connection = Connection.open(cluster.uri(), FAST.connection());
                CheckedWorkload workload = CheckedWorkload.start(connection, FAST)) {
            awaitWrites(workload);
            workload.stop();

            assertThat(workload.audit(PATIENCE).writes().lost()).isZero();
            KeySet keys = KeySet.spread("any", 48);
            for (int key = 0; key < keys.size(); key++) {
                assertThat(keys.slotOf(key)).isBetween(key * 16_384 / 48, (key + 1) * 16_384 / 48);
                Command slot = Command.named("CLUSTER")
                        .argument("KEYSLOT")
                        .argument(keys.name(key))
                        .build();
                assertThat(connection.call(slot).number()).isEqualTo(keys.slotOf(key));
            }
        }
    }

    private static String firstTag(CheckedWorkload workload) {
        return KeySet.spread(workload.prefix(), workload.keys()).name(0).replaceAll(".*\\{|\\}", "");
    }

    private static void awaitWrites(CheckedWorkload workload) {
        Duration begun = workload.elapsed().plusMillis(300);
        await().atMost(PATIENCE).until(() -> workload.acknowledgedSince(begun, key -> true));
    }
}
