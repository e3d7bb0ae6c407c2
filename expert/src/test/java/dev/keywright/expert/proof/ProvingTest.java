package dev.keywright.expert.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.expert.Expert;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.evidence.Designs;
import dev.keywright.expert.proof.Report.Fault;
import dev.keywright.expert.proof.Report.Outcome;
import dev.keywright.expert.proof.Report.Verdict;
import dev.keywright.expert.task.Task;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small designs, proved on real servers in a few seconds each. No figure that hangs on the machine's speed is asserted. */
class ProvingTest {

    private static final Expert EXPERT = new Expert(Designs.KNOWLEDGE);
    private static final Instant NOW = Instant.parse("2026-01-21T10:00:00Z");
    private static final Proving.Options SHORT = Proving.Options.DEFAULTS.withBudget(Duration.ofSeconds(2));

    private final Proving proving = new Proving(Designs.KNOWLEDGE, InstantSource.fixed(NOW));

    @TempDir
    private Path folder;

    @Test
    void provesARateLimiterOnOneServer() throws IOException {
        write("sliding window rate limiter: 100 requests per minute per user, 2000 users");

        Report report = prove();

        assertThat(report.at()).isEqualTo("2026-01-21T10:00:00Z");
        assertThat(outcome(report, "Its scripts survive SCRIPT FLUSH")).isEqualTo(Outcome.HELD);
        assertThat(outcome(report, "Every key that should expire has a TTL")).isEqualTo(Outcome.HELD);
        assertThat(outcome(report, "maxmemory-policy noeviction is in effect")).isEqualTo(Outcome.HELD);
        assertThat(outcome(report, "It works again after kill -9 and a start; data is not kept"))
                .isEqualTo(Outcome.HELD);
        assertThat(report.latency().orElseThrow().operations()).isPositive();
        assertThat(report.seconds()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(report.faults()).extracting(Fault::kind).containsExactly("script-flush", "freeze", "restart");
    }

    @Test
    void seesWithTheStatedRateOfACacheThatAServerStoodStill() throws IOException {
        write("cache-aside for 1000 products of 2 KB each, 100 requests per second, answers under 5 ms");

        Report report = prove();

        assertThat(report.samples()).singleElement().satisfies(sample -> {
            assertThat(sample.statedItems()).isEqualTo(1_000);
            assertThat(sample.loadedItems()).isPositive();
        });
        assertThat(promises(report))
                .contains(
                        "It carries 100 operations per second",
                        "99 of 100 operations take at most 5 ms",
                        "Every key begins with cache:objects:");
        Fault freeze = report.faults().stream()
                .filter(fault -> fault.kind().equals("freeze"))
                .findFirst()
                .orElseThrow();
        assertThat(freeze.worstMs())
                .as("operations due while the server stood still waited for it")
                .isGreaterThan(400);
    }

    @Test
    void sessionsAreBackAfterKill() throws IOException {
        write("session store for 2000 users, 30 minutes idle");

        Report report = prove();

        assertThat(outcome(report, "Its data survives kill -9")).isEqualTo(Outcome.HELD);
        assertThat(outcome(report, "persistence aof-everysec is in effect")).isEqualTo(Outcome.HELD);
        assertThat(report.faults()).last().satisfies(restart -> {
            assertThat(restart.acknowledged()).isPositive();
            assertThat(restart.lost()).isLessThan(restart.acknowledged());
            assertThat(restart.keysAfter()).isPositive();
        });
    }

    @Test
    void aPromiseThatFailsIsShownAsFailed() throws IOException {
        write("session store for 2000 users, 30 minutes idle");
        change("design.json", text -> text.replaceFirst("\"high_bytes\" ?: ?\\d+", "\"high_bytes\": 1"));
        change(
                "redis.conf",
                text -> text.replace("appendonly yes", "appendonly no")
                        .replaceFirst("maxmemory-policy \\S+", "maxmemory-policy allkeys-random"));

        Report report = prove();

        assertThat(report.holds()).isFalse();
        assertThat(report.verdicts().stream().filter(verdict -> verdict.outcome() == Outcome.NOT_HELD))
                .extracting(verdict -> verdict.promise().replaceFirst("maxmemory-policy \\S+", "policy"))
                .contains("policy is in effect", "persistence aof-everysec is in effect", "Its data survives kill -9")
                .anyMatch(promise -> promise.startsWith("The data takes"));
    }

    @Test
    void aReplicaTakesOverUnderSentinel() throws IOException {
        write("session store for 2000 users, failover within 4 seconds");

        Report report = prove();

        assertThat(report.setting().topology()).isEqualTo("sentinel");
        assertThat(report.setting().nodes()).isEqualTo(3);
        assertThat(report.faults()).last().satisfies(failover -> {
            assertThat(failover.kind()).isEqualTo("failover");
            assertThat(failover.recovered()).as(failover.detail()).isTrue();
            assertThat(failover.downtimeSeconds()).isPositive();
            assertThat(failover.acknowledged()).isPositive();
        });
        assertThat(promises(report)).contains("A replica takes over within 4 s");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        standalone | 1 | aof-always   | Its data survives kill -9         | job queue for 500 jobs, fsync on every write
        standalone | 1 | rdb+aof      | Its data survives kill -9         | leaderboard for 500 players, RDB and AOF both
        standalone | 1 | rdb          | Its last snapshot survives kill -9 | leaderboard for 500 players, RDB snapshots are enough
        standalone | 1 | aof-everysec | Its data survives kill -9         | reserve stock of 500 articles for 8 minutes while they pay, never oversell
        replica    | 2 | aof-everysec | Its data survives kill -9         | sessions of 500 users, a replica stands by, we switch over by hand
        cluster    | 6 | aof-everysec | The loss of one shard does not stop the others | sessions of 500 users on a redis cluster
        """)
    void everyTopologyAndPersistenceIsTried(String topology, int nodes, String persistence, String promise, String task)
            throws IOException {
        write(task);

        Report report = prove();

        assertThat(report.setting().topology()).isEqualTo(topology);
        assertThat(report.setting().nodes()).isEqualTo(nodes);
        assertThat(outcome(report, "persistence " + persistence + " is in effect"))
                .isEqualTo(Outcome.HELD);
        assertThat(outcome(report, promise)).isEqualTo(Outcome.HELD);
        assertThat(report.faults()).last().satisfies(last -> {
            assertThat(last.kind()).isEqualTo(topology.equals("cluster") ? "failover" : "restart");
            assertThat(last.recovered()).as(last.detail()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'\"pattern\": \"session-store\"', '\"pattern\": \"lock\"', 'written by another version'",
        "'keywright.answer/1', 'keywright.answer/9', 'keywright.answer/9'",
        "'\"kind\": \"design\"', '\"kind\": \"query\"', 'only a design can be proved'",
        "'\"understood\"', '\"overlooked\"', 'parts of it are missing'",
        "'\"needs\": [', '\"needs\": [ ?', 'design.json'",
    })
    void aDamagedDesignIsRefusedWithWhatToDo(String from, String to, String complaint) throws IOException {
        write("session store for 2000 users, 30 minutes idle");
        change("design.json", text -> text.replaceAll(" : ", ": ").replace(from, to));

        assertThatThrownBy(this::prove).isInstanceOf(OpsException.class).hasMessageContaining(complaint);
    }

    @Test
    void aFolderWithoutADesignIsRefused() {
        assertThatThrownBy(this::prove)
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("There is no design.json in " + folder);
    }

    private Report prove() {
        return proving.prove(folder, SHORT, progress -> {});
    }

    /** What the command line writes for that task. */
    private void write(String task) throws IOException {
        Output output = EXPERT.answer(new Task("test", task), Map.of());
        for (Artifact file : output.files()) {
            Path path = folder.resolve(file.path());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.text());
        }
        String answer = Document.text(output.answer());
        Files.writeString(
                folder.resolve("design.json"), "{\"schema\": \"" + Answer.SCHEMA + "\"," + answer.substring(1));
    }

    private void change(String file, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(folder.resolve(file));
        String after = change.apply(before);
        assertThat(after).as("the change of " + file).isNotEqualTo(before);
        Files.writeString(folder.resolve(file), after);
    }

    private static List<String> promises(Report report) {
        return report.verdicts().stream().map(Verdict::promise).toList();
    }

    private static Outcome outcome(Report report, String promise) {
        return report.verdicts().stream()
                .filter(verdict -> verdict.promise().equals(promise))
                .map(Verdict::outcome)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no promise '" + promise + "' in " + promises(report)));
    }
}
