package dev.keywright.expert.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On real servers. The first test warms up what all others use. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BenchTest {

    private static final Bench HASTY = new Bench(0.2);

    @Test
    @Order(1)
    void loadsAndDrivesEveryCandidateOfEveryPatternWithoutAnError() {
        List<String> failures = new ArrayList<>();
        Patience patience = Patience.of(Duration.ofMinutes(1));
        int tried = 0;
        try (Site site = Site.open(ServerChoice.OWN, patience);
                Callers callers = new Callers()) {
            for (PatternSheet sheet : Designs.KNOWLEDGE.patterns()) {
                Design design = Designs.of(sheet.pattern());
                for (Candidate candidate : sheet.candidates()) {
                    Fill fill = Fill.of(design, design.needs().get(0), site.nowMillis());
                    try {
                        Trial trial = new Trial(candidate, fill, site, Depth.QUICK);
                        trial.rehearse();
                        trial.load(patience, 200);
                        trial.weigh(patience);
                        trial.drive(callers, patience, 200);
                        trial.leave();
                        tried++;
                    } catch (CandidateFailure failure) {
                        failures.add(sheet.pattern() + ", " + candidate.name() + ": " + failure.getMessage());
                    }
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(tried).isGreaterThan(70);
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {"rate-limit-sliding-counter", "leaderboard"})
    void quickEvidenceIsThereWithinFiveSecondsAndPlausible(String pattern) {
        long start = Patience.now();
        Evidence evidence = new Bench().measure(Designs.of(pattern), Depth.QUICK, ServerChoice.OWN, BenchTest::silent);
        assertThat(Duration.ofNanos(Patience.now() - start)).isLessThan(Duration.ofSeconds(5));

        assertThat(evidence.server()).matches("(redis|valkey) [7-9]\\S* \\S+ \\(.+\\)");
        assertThat(evidence.notes()).isEmpty();
        assertThat(evidence.measurements()).hasSize(3);
        assertThat(evidence.measurements().get(0).pattern()).isEqualTo(pattern);
        for (Measurement one : evidence.measurements()) {
            assertThat(one.items()).as(one.toString()).isBetween(256L, 100_000L);
            assertThat(one.bytesPerItem()).as(one.toString()).isBetween(40.0, 400.0);
            assertThat(one.modelBytesPerItem() / one.bytesPerItem())
                    .as(one.toString())
                    .isBetween(0.9, 1.1);
            assertThat(one.opsPerSecond()).as(one.toString()).isBetween(100.0, 1_000_000.0);
            assertThat(one.p50Millis()).as(one.toString()).isGreaterThan(0).isLessThanOrEqualTo(one.p99Millis());
            assertThat(one.encoding()).as(one.toString()).isIn("embstr", "raw", "int", "skiplist");
        }
    }

    @Test
    void aCandidateThatFailsIsANoteAndTheOthersAreMeasured() {
        Design design = Designs.of("feature-flags");
        Candidate good = design.needs().get(0).candidates().get(0);
        Design mixed = Designs.withCandidates(
                design,
                List.of(
                        candidate("wrong type", "SET flag:{i} {value}", "LPUSH flag:{i} {value}"),
                        candidate("no such command", "FLUSHALL", "GET flag:{i}"),
                        good));

        Evidence evidence = HASTY.measure(mixed, Depth.QUICK, ServerChoice.OWN, BenchTest::silent);

        assertThat(evidence.measurements()).extracting(Measurement::candidate).containsExactly(good.name());
        assertThat(evidence.notes())
                .hasSize(2)
                .anyMatch(note -> note.startsWith("wrong type was not measured: WRONGTYPE"))
                .anyMatch(note -> note.startsWith("no such command was not measured: 'FLUSHALL' is no command"));
    }

    @Test
    void aRunningServerKeepsItsOwnKeysAndNothingElse() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("requirepass", "hush"))) {
            server.command("SET", "rl:1", "theirs");
            server.command("ZADD", "lb:bench", "1", "theirs");

            Evidence evidence = HASTY.measure(
                    Designs.of("rate-limit-sliding-counter"),
                    Depth.QUICK,
                    ServerChoice.running(server.uri()),
                    BenchTest::silent);

            assertThat(evidence.measurements()).hasSize(3).allMatch(one -> one.bytesPerItem() > 50);
            assertThat(evidence.server()).endsWith("(running server)");
            assertThat(evidence.toString()).doesNotContain("hush");
            assertThat(server.command("DBSIZE")).isEqualTo("2");
            assertThat(server.command("GET", "rl:1")).isEqualTo("theirs");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loading", "driving"})
    void aRunningServerKeepsNothingWhenTheMeasurementIsInterrupted(String moment) {
        try (Standalone server = Standalone.start()) {
            Consumer<String> interrupter = words -> {
                if (words.startsWith(moment + " fixed window")) {
                    Thread.currentThread().interrupt();
                }
            };
            assertThatThrownBy(() -> HASTY.measure(
                            Designs.of("rate-limit-sliding-counter"),
                            Depth.QUICK,
                            ServerChoice.running(server.uri()),
                            interrupter))
                    .isInstanceOf(EvidenceException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(server.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void aRunningServerWithTooLittleMemoryIsNotWrittenTo() {
        ServerOptions small =
                ServerOptions.DEFAULTS.withDirective("maxmemory", "4mb").withDirective("requirepass", "hush");
        try (Standalone server = Standalone.start(small)) {
            assertThatThrownBy(() -> HASTY.measure(
                            Designs.of("leaderboard"),
                            Depth.QUICK,
                            ServerChoice.running(server.uri()),
                            BenchTest::silent))
                    .isInstanceOf(EvidenceException.class)
                    .hasMessageMatching("The sample needs about .+ and the server has .+ free \\(redis://127.+")
                    .hasMessageNotContaining("hush");
            assertThat(server.info("used_memory_scripts_eval")).isEqualTo("0");
            assertThat(server.command("DBSIZE")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-cluster://:hush@127.0.0.1:7000", "redis-sentinel://:hush@127.0.0.1:26379/main"})
    void clustersAndSentinelsAreRefusedInASentence(String uri) {
        assertThatThrownBy(() -> HASTY.measure(
                        Designs.of("leaderboard"), Depth.QUICK, ServerChoice.running(uri), BenchTest::silent))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("evidence is measured on a single primary")
                .hasMessageNotContaining("hush");
    }

    @Test
    void aNodeOfAClusterAndAReplicaAreRefusedInASentence() {
        try (Standalone node = Standalone.start(ServerOptions.DEFAULTS.withDirective("cluster-enabled", "yes"));
                Standalone replica = Standalone.start()) {
            replica.command("REPLICAOF", "127.0.0.1", Integer.toString(node.port()));
            for (Standalone unfit : List.of(node, replica)) {
                assertThatThrownBy(() -> HASTY.measure(
                                Designs.of("leaderboard"),
                                Depth.QUICK,
                                ServerChoice.running(unfit.uri()),
                                BenchTest::silent))
                        .isInstanceOf(EvidenceException.class)
                        .hasMessageContaining("evidence is measured on a single primary");
            }
        }
    }

    @Test
    void aProgramThatIsNoneIsAnErrorAndNothingIsMeasuredOnRequest() {
        ServerChoice missing = ServerChoice.program(Path.of("/nowhere/redis-server"));
        Design design = Designs.of("leaderboard");
        assertThatThrownBy(() -> HASTY.measure(design, Depth.QUICK, missing, BenchTest::silent))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("/nowhere/redis-server");
        assertThat(HASTY.measure(design, Depth.NONE, missing, BenchTest::silent))
                .isEqualTo(Evidence.NONE);
    }

    @Test
    void aValueTooLargeForASampleIsANote() {
        Design design = Designs.of("cache-aside", Map.of("value_bytes", 600e6));
        Evidence evidence = HASTY.measure(design, Depth.QUICK, ServerChoice.OWN, BenchTest::silent);
        assertThat(evidence.measurements()).isEmpty();
        assertThat(evidence.notes()).allMatch(note -> note.contains("values of 600 MB are too large for a sample"));
    }

    private static void silent(String progress) {}

    private static Candidate candidate(String name, String load, String drive) {
        return new Candidate(
                name, "feature-flags", "string", Optional.empty(), List.of(load), List.of(drive), Optional.empty());
    }
}
