package dev.keywright.app.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.app.operation.PlantedServer.Expected;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of a server of which every finding is known, and of every kind of deployment. */
class AnalyzeTest {

    private static final int KEYS = 20_000;

    private static Standalone server;
    private static Wire wire;
    private static PlantedServer planted;

    @TempDir
    private Path folder;

    @BeforeAll
    static void fill() throws IOException {
        server = Standalone.start();
        wire = Wire.open(new Node("127.0.0.1", server.port()), Access.OPEN, Duration.ofMinutes(2));
        planted = PlantedServer.fill(wire, KEYS);
    }

    @AfterAll
    static void stop() {
        wire.close();
        server.close();
    }

    @Test
    void aLiveReportFindsAllThatWasPlantedAndNothingElse() throws IOException {
        Map<String, Long> before = AnalyzeTruth.bytes(wire, planted);
        AnalysisReport report = AnalyzeTruth.run(server.uri(), 1, Optional.empty());
        assertThat(report.totals().keys()).isEqualTo(planted.keys());
        assertThat(leftOver(report, 0.2, Set.of())).isEmpty();
        long unexplained = report.totals().parts().stream()
                .filter(part -> part.name().equals("unexplained"))
                .mapToLong(Part::bytes)
                .sum();
        assertThat(Math.abs(unexplained)).isLessThan(report.totals().usedMemoryBytes() / 20);
        // Tables that grow hold two until they are through with it, so that what a set takes changes meanwhile.
        Map<String, Long> after = AnalyzeTruth.bytes(wire, planted);
        before.forEach((pattern, bytes) -> assertThat(report.patterns())
                .filteredOn(row -> row.pattern().equals(pattern))
                .singleElement()
                .satisfies(row -> assertThat((double) row.bytes())
                        .isBetween(
                                0.98 * Math.min(bytes, after.getOrDefault(pattern, 0L)),
                                1.02 * Math.max(bytes, after.getOrDefault(pattern, 0L)))));
    }

    @Test
    void aReportOfTheDumpFindsTheSameButColdKeys() throws IOException {
        AnalysisReport report = AnalyzeTruth.run(AnalyzeTruth.saved(wire).toString(), 1, Optional.empty());
        assertThat(report.totals().keys()).isEqualTo(planted.keys());
        assertThat(leftOver(report, 0, Set.of("cold-keys"))).isEmpty();
    }

    @Test
    void aSampleFindsWhatManyKeysHaveAndStatesItsRange() {
        AnalysisReport report = AnalyzeTruth.run(server.uri(), 0.5, Optional.empty());
        assertThat(report.totals().keys()).isEqualTo(planted.keys());
        assertThat(report.findings())
                .extracting(one -> one.finding().id())
                .contains("bucketable-strings", "hash-long-field", "cache-without-ttl", "mass-expiry", "hot-slot");
        assertThat(report.totals().keyBytesError()).isPositive();
    }

    /** Findings that were planted and are not told, or are told and were not planted. */
    private static List<String> leftOver(AnalysisReport report, double off, Set<String> unknowable) {
        List<AnalysisFinding> told = new ArrayList<>(report.findings());
        List<String> wrong = new ArrayList<>();
        for (Expected one : planted.expected()) {
            double most = one.sampled() ? off * one.keys() : one.pattern().isPresent() ? 0 : 0.02 * one.keys() + 20;
            Optional<AnalysisFinding> found = told.stream()
                    .filter(finding -> finding.finding().id().equals(one.id())
                            && finding.pattern().equals(one.pattern())
                            && Math.abs(finding.keys() - one.keys()) <= most)
                    .findFirst();
            found.ifPresentOrElse(told::remove, () -> {
                if (!unknowable.contains(one.id())) {
                    wrong.add("missing: " + one);
                }
            });
        }
        told.forEach(one -> wrong.add("told: " + one.finding().id() + " " + one.pattern() + " " + one.keys()));
        return wrong;
    }

    // --- parts of a deployment

    @Test
    void onlyTheDatabasesAskedForAreScanned() {
        AnalysisReport report = run(server.uri(), Set.of(3), Optional.empty(), false);
        assertThat(report.databases())
                .singleElement()
                .satisfies(row -> assertThat(row.database()).isEqualTo(3));
        assertThat(report.coverage().keysThere())
                .isEqualTo(report.coverage().keysRead())
                .isEqualTo(40);
        assertThat(report.totals().parts())
                .extracting(Part::name)
                .contains("keys of databases that were not read, if like the others");
    }

    @Test
    void aScanThatGoesOnTellsThatItIsAPart() {
        Path cursor = folder.resolve("cursor.json");
        AnalysisReport first = run(server.uri(), Set.of(), Optional.of(cursor), true);
        assertThat(cursor).exists();
        assertThat(first.problems()).isNotEmpty();
        assertThat(first.coverage().keysRead()).isLessThan(planted.keys());
        AnalysisReport rest = run(server.uri(), Set.of(), Optional.of(cursor), false);
        assertThat(cursor).doesNotExist();
        assertThat(first.totals().keys() + rest.totals().keys()).isEqualTo(planted.keys());
        assertThat(rest.notes()).anyMatch(note -> note.contains("It goes on where an earlier scan stopped"));
        boolean part = rest.totals().keys() < 0.95 * planted.keys();
        assertThat(rest.coverage().complete()).isEqualTo(!part);
    }

    private static AnalysisReport run(String uri, Set<Integer> databases, Optional<Path> cursor, boolean stopping) {
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        Analyze.Live live = new Analyze.Live(1, stopping ? 10_000 : 0, Optional.empty(), false, false, cursor);
        Analyze.Request request = new Analyze.Request(
                List.of(uri),
                live,
                Optional.empty(),
                Optional.empty(),
                databases,
                Optional.empty(),
                new Analyze.Outputs(Optional.empty(), Optional.empty(), Optional.empty()));
        return new Analyze()
                .run(
                        request,
                        line -> {
                            if (stopping) {
                                stop.get().run();
                            }
                        },
                        stop::set)
                .report();
    }

    // --- deployments

    private static AnalysisReport few(Redis redis) {
        for (int i = 0; i < 300; i++) {
            redis.command("SET", "user:" + i + ":name", "ann");
        }
        return AnalyzeTruth.run(redis.uri(), 1, Optional.empty());
    }

    @Test
    void aReplicaIsReadWhereThereIsOne() {
        try (Replication replication = Replication.start(1)) {
            replication.command("SET", "first", "1");
            replication.awaitInSync();
            AnalysisReport report = AnalyzeTruth.run(replication.uri(), 1, Optional.empty());
            assertThat(report.kind()).isEqualTo("read from a replica");
            assertThat(report.totals().keys()).isOne();
            assertThat(report.problems()).isEmpty();
        }
    }

    @Test
    void aSentinelLeadsToTheKeys() {
        try (Sentinel sentinel = Sentinel.start(1)) {
            AnalysisReport report = few(sentinel);
            assertThat(report.problems()).isEmpty();
            assertThat(report.source()).contains("sentinel");
            assertThat(report.patterns())
                    .singleElement()
                    .satisfies(row -> assertThat(row.pattern()).isEqualTo("user:{n}:name"));
        }
    }

    @Test
    void allShardsOfAClusterAreOneReport() {
        try (Cluster cluster = Cluster.start(3)) {
            AnalysisReport report = few(cluster);
            assertThat(report.problems()).isEmpty();
            assertThat(report.kind()).isEqualTo("cluster of 3 shards");
            assertThat(report.totals().keys()).isEqualTo(300);
            assertThat(report.shards()).hasSize(3).allMatch(shard -> shard.keys() > 50);
            assertThat(report.patterns())
                    .singleElement()
                    .satisfies(row -> assertThat(row.pattern()).isEqualTo("user:{n}:name"));
        }
    }
}
