package dev.keywright.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithRedis
class WatchCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void printsALineAtEachIntervalWhereThereIsNoTerminal(Standalone server) {
        Call call = Call.of("watch", server.uri(), "--interval", "200ms", "--count", "2");
        assertThat(call.status()).isZero();
        assertThat(call.err()).isEmpty();
        assertThat(call.out().lines()).hasSize(2).allMatch(line -> line.matches("\\S+Z, 1 server, .* ops/s, .*"));
    }

    @Test
    void printsADocumentInEachLine(Standalone server) throws IOException {
        Call call = Call.of("watch", server.uri(), "--interval", "200ms", "--count", "2", "--json");
        assertThat(call.out().lines()).hasSize(2);
        for (String line : call.out().lines().toList()) {
            JsonNode view = JSON.readTree(line);
            assertThat(view.get("schema").asText()).isEqualTo("keywright.watch/1");
            assertThat(view.at("/total/nodes").asInt()).isEqualTo(1);
            assertThat(view.at("/nodes/0/role").asText()).isEqualTo("master");
        }
    }

    /** Through a process of its own, since only its end runs what gives the terminal back. */
    @Test
    void aWatchThatIsInterruptedGivesTheTerminalBack(Standalone server) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dkeywright.columns=80",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "watch",
                        server.uri(),
                        "--interval",
                        "200ms")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream out = process.getInputStream()) {
            StringBuilder shown = new StringBuilder();
            while (shown.indexOf("ops/s") < 0) {
                int next = out.read();
                assertThat(next).as("ended after " + shown).isNotNegative();
                shown.append((char) next);
            }
            process.toHandle().destroy(); // Process.destroy would close the stream as well.
            String rest = new String(out.readAllBytes(), UTF_8);
            assertThat(shown.toString()).startsWith("\u001b[?1049h\u001b[?25l");
            assertThat(rest).endsWith("\u001b[?25h\u001b[?1049l");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void exportsForPrometheusUntilTheCountIsReached(Standalone server) {
        Call call = Call.of("watch", server.uri(), "--prometheus", "0", "--interval", "100ms", "--count", "1");
        assertThat(call.status()).as(call.err()).isZero();
        assertThat(call.out()).matches("Figures for Prometheus are at http://127\\.0\\.0\\.1:\\d+/metrics\\..*\\R");
    }

    @Test
    void writesAlertsForServersThatRun(Standalone server) throws IOException {
        Call call = Call.of("watch", server.uri(), "--alerts", folder.toString(), "--name", "shop");
        assertThat(call.status()).as(call.err()).isZero();
        assertThat(call.out().lines()).hasSize(2);
        assertThat(Files.readString(folder.resolve("keywright-alerts.yaml")))
                .contains("RedisUnlimited", "keywright_redis_up{deployment=\"shop\"} == 0", "deployment: shop");
        assertThat(JSON.readTree(folder.resolve("keywright-dashboard.json").toFile())
                        .get("panels"))
                .isNotEmpty();
    }

    @Test
    void writesAlertsForADesignWithItsFigures() throws IOException {
        Files.writeString(folder.resolve("design.json"), """
            {"understood": {"quantities": {"rate_per_second": 5000, "replicas": 2}},
             "server": {"topology": "sentinel", "config": [
               {"directive": "maxmemory", "value": "2gb"}, {"directive": "maxmemory-policy", "value": "noeviction"},
               {"directive": "appendonly", "value": "yes"}]}}
            """);
        Path out = folder.resolve("out");
        Call call = Call.of("watch", folder.toString(), "--alerts", out.toString());
        assertThat(call.status()).as(call.err()).isZero();
        assertThat(Files.readString(out.resolve("keywright-alerts.yaml")))
                .contains("!= 2147483648", "> 6000", "RedisTwoMasters", "RedisLogOff", ", role=\"master\"} < 2")
                .doesNotContain("RedisClusterNotWhole");
    }

    @Test
    void writesAlertsForADeploymentWithItsFigures() throws IOException {
        Path orders = folder.resolve("orders");
        assertThat(Call.of(("deploy " + orders + " --topology cluster --shards 3 --replicas 1 --maxmemory 2gb"
                                        + " --persistence rdb+aof --eviction noeviction --for redis-7.4 --name orders"
                                        + " --hosts 10.0.0.1,10.0.0.2,10.0.0.3")
                                .split(" "))
                        .status())
                .isZero();
        Path out = folder.resolve("out");
        Call call = Call.of("watch", orders.toString(), "--alerts", out.toString());
        assertThat(call.status()).as(call.err()).isZero();
        assertThat(Files.readString(out.resolve("keywright-alerts.yaml")))
                .contains("for orders.", "!= 2147483648")
                .contains("replicas{deployment=\"orders\", role=\"master\"} < 1", "== 1) < 6")
                .contains("RedisClusterNotWhole", "RedisEvictsData", "RedisLogOff")
                .doesNotContain("RedisTwoMasters", "RedisAboveDesign");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --prometheus 99999              | is no address
        --prometheus a:b                | is no address
        --prometheus 9121 --alerts x    | exclude each other
        --name orders                   | is for --prometheus and --alerts
        --interval 5ms                  | below 100ms
        --interval never                | expected a time
        --count -1                      | give 1 or more
        """)
    void whatMakesNoSenseIsSaid(String options, String sentence) {
        Call call = Call.of(("watch redis://127.0.0.1:1 " + options).split(" +"));
        assertThat(call.status()).isEqualTo(2);
        assertThat(call.err()).contains(sentence);
    }

    @Test
    void saysWhenNobodyAnswersOrThereIsNoFolder() {
        Call nobody = Call.of("watch", "redis://ann:s3cret@127.0.0.1:1", "--count", "1");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err()).startsWith("keywright: ").doesNotContain("s3cret");
        Call nowhere = Call.of("watch", "no-such-folder", "--alerts", folder.toString());
        assertThat(nowhere.status()).isEqualTo(1);
        assertThat(nowhere.err()).contains("There is no folder no-such-folder");
    }
}
