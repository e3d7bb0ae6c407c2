package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.MonitorLine;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

    private static final String RECORDED = """
        OK
        1764284111.000000 [0 10.0.0.1:5000] "SET" "a" "1"
        1764284111.100000 [0 10.0.0.1:5000] "INCRBY" "a" "41"
        1764284111.100010 [0 lua] "SET" "from-script" "1"
        1764284111.150000 [2 10.0.0.2:5000] "RPUSH" "list" "x" "\\x00\\"y"
        1764284111.160000 [0 10.0.0.2:5000] "FLUSHALL"
        1764284111.170000 [0 10.0.0.2:5000] "auth" "(redacted)"
        1764284111.180000 [0 10.0.0.2:5000] "KEYS" "*"
        1764284111.190000 [0 10.0.0.1:5000] "HSET" "only a field"
        1764284111.500000 [0 10.0.0.1:5000] "GET" "a"
        this is no line
        """;

    @Test
    void readsLinesWithEveryEscape() {
        MonitorLine line = parsed("1339518083.107412 [3 [::1]:60866] \"set\" \"k\\\"\\\\\\n"
                        + "\\r"
                        + "\\t\\a\\b\\x00\\xff\" \"\" \"] \\\"a\\\" b\"")
                .orElseThrow();

        assertThat(line.micros()).isEqualTo(1_339_518_083_107_412L);
        assertThat(line.database()).isEqualTo(3);
        assertThat(line.client()).isEqualTo("[::1]:60866");
        assertThat(line.command()).isEqualTo("SET");
        assertThat(line.words().stream().map(word -> new String(word, ISO_8859_1)))
                .containsExactly("set", "k\"\\\n\r\t\u0007\b\u0000\u00ff", "", "] \"a\" b");
        assertThat(parsed("+1339518083.1 [0 unix:/tmp/a b.sock] \"PING\"")
                        .orElseThrow()
                        .micros())
                .isEqualTo(1_339_518_083_100_000L);
        assertThat(parsed("1.0 [0 lua] \"GET\" \"a\"").orElseThrow().ofScript()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "OK",
                "1339518083.107412",
                "1339518083.107412 [",
                "1339518083.107412 [0 a:1]",
                "1339518083.107412 [0 a:1] ",
                "1339518083.107412 [0 a:1] \"",
                "1339518083.107412 [0 a:1] \"GET",
                "1339518083.107412 [0 a:1] \"GET\" \"a\\",
                "1339518083.107412 [0 a:1] \"GET\" \"a\\x0",
                "1339518083.107412 [0 a:1] \"GET\" \"a\\xzz\"",
                "1339518083.107412 [0 a:1] \"GET\"\"a\"",
                "1339518083.107412 [0 a:1] \"GET\"  \"a\"",
                "1339518083.107412 [0 a:1] GET a",
                "1339518083.107412 [x a:1] \"GET\"",
                "yesterday [0 a:1] \"GET\"",
                "99999999999999999999.1 [0 a:1] \"GET\""
            })
    void refusesLinesThatAreNone(String text) {
        assertThat(parsed(text)).isEmpty();
    }

    private static Optional<MonitorLine> parsed(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return MonitorLine.parse(bytes, bytes.length);
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void playsUnderAPrefixLeavesOutWhatIsDangerousAndCleansUp(Redis redis, @TempDir Path folder) throws IOException {
        redis.command("SET", "a", "mine");
        Path file = Files.writeString(folder.resolve("monitor.txt"), RECORDED);

        BenchReport report = Replay.run(redis.uri(), ReplayOptions.of(file), step -> {}, new CountDownLatch(1));

        assertThat(report.complete()).isTrue();
        assertThat(report.all().operations()).isEqualTo(4);
        assertThat(report.errors()).containsOnlyKeys("ERR").containsEntry("ERR", 1L);
        assertThat(report.commands())
                .extracting(BenchReport.Command::name)
                .containsExactlyInAnyOrder("SET", "INCRBY", "RPUSH", "GET");
        assertThat(report.notes())
                .anyMatch(note -> note.startsWith("Left out 1 x FLUSHALL"))
                .anyMatch(note -> note.startsWith("Left out 1 x KEYS"))
                .anyMatch(note -> note.startsWith("Left out 1 x AUTH"))
                .anyMatch(note -> note.startsWith("Left out 1 x SET: a script"))
                .anyMatch(note -> note.contains("none of MONITOR"));
        assertThat(redis.command("GET", "a")).isEqualTo("mine");
        assertThat(redis.nodes().stream()
                        .mapToLong(node -> Long.parseLong(node.command("DBSIZE")))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    @WithRedis
    void playsInTheRecordedOrderAndTimesToTheSameKeysWhenToldSo(Standalone server, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("monitor.txt"), RECORDED);

        BenchReport report = Replay.run(
                server.uri(),
                ReplayOptions.of(file).withKeysAsRecorded().withSpeed(1),
                step -> {},
                new CountDownLatch(1));

        assertThat(server.command("GET", "a")).isEqualTo("42");
        assertThat(report.rounds().get(0).seconds()).isGreaterThanOrEqualTo(0.5);
        assertThat(report.schedule().orElseThrow().askedPerSecond()).isGreaterThan(9);
    }

    @Test
    @WithRedis
    void saysWhenAFileIsNoRecording(Standalone server, @TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "");
        assertThatThrownBy(() -> Replay.run(server.uri(), ReplayOptions.of(empty), step -> {}, new CountDownLatch(1)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("holds no line of MONITOR");
        assertThatThrownBy(() -> Replay.run(
                        server.uri(), ReplayOptions.of(folder.resolve("none")), step -> {}, new CountDownLatch(1)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("none");
    }
}
