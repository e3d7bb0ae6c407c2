package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {

    private static final String[] SHORT = {"--duration", "0.4", "--warm-up", "0", "--keys", "500", "--clients", "5"};

    @Test
    void measuresAServerAndWritesTheChartPage(@TempDir Path folder) throws IOException {
        try (Standalone server = Standalone.start()) {
            Path page = folder.resolve("bench.html");
            Call call = call("--html", page.toString(), server.uri());

            assertThat(call.status()).as(call.err()).isEqualTo(Main.ANSWERED);
            assertThat(call.out()).contains("get 80 %, set 20 %", "p99.9 ms", "closed loop", "all");
            assertThat(Files.readString(page))
                    .contains("<svg", "prefers-color-scheme", "p99.9")
                    .doesNotContain("<script");
            assertThat(server.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void printsOneDocument() throws IOException {
        try (Standalone server = Standalone.start()) {
            Call call = call("--json", "--rate", "500", "--command", "APPEND {key} {value}", server.uri());

            assertThat(call.status()).as(call.err()).isBetween(Main.ANSWERED, Main.UNPROVEN);
            JsonNode report = new ObjectMapper().readTree(call.out());
            assertThat(report.path("schema").asText()).isEqualTo("keywright.bench/1");
            assertThat(report.at("/load/loop").asText()).isEqualTo("open");
            assertThat(report.at("/commands/0/name").asText()).isEqualTo("APPEND {key} {value}");
            assertThat(report.at("/all/latency/p99_ms").asDouble()).isPositive();
            assertThat(report.at("/schedule/asked_per_second").asInt()).isEqualTo(500);
        }
    }

    @Test
    void takesTheLoadAndTheServerFromADesign(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("design.json"), """
            {"understood": {"quantities": {"members": 300, "value_bytes": 50}},
             "needs": [{"structure": "zset"}],
             "server": {"topology": "standalone", "config": [{"directive": "appendonly", "value": "yes"}]}}
            """);
        Call call = call("--keys", "200", folder.toString());

        assertThat(call.status()).as(call.err()).isEqualTo(Main.ANSWERED);
        assertThat(call.out()).contains("zadd 50 %, zrange 50 %", "values 50 bytes");
    }

    @Test
    void whatADesignAssumesCountsWhereNothingWasAsked(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("design.json"), """
            {"understood": {"quantities": {"limit": 5}, "assumptions": [
               {"name": "users", "value": 321}, {"name": "value_bytes", "value": 77},
               {"name": "rate_per_second", "value": 10}, {"name": "region", "value": "eu"}]},
             "needs": [{"structure": "string", "commands": ["EVALSHA counter.lua 1 rl:{user} {limit}"]}],
             "server": {"config": []}}
            """);
        Call call = Call.of("bench", "--duration", "0.3", "--warm-up", "0.1", folder.toString());

        assertThat(call.status()).as(call.err()).isEqualTo(Main.ANSWERED);
        assertThat(call.out()).contains("eval 100 %", "321 keys", "values 77 bytes", "closed loop");
    }

    @Test
    void takesTheLoadFromASavedAnalysis(@TempDir Path folder) throws IOException {
        Path saved = folder.resolve("analysis.json");
        try (Standalone server = Standalone.start()) {
            for (int i = 0; i < 300; i++) {
                server.command("SET", "text:" + i, "x".repeat(400));
            }
            for (int i = 0; i < 100; i++) {
                server.command("HSET", "hash:" + i, "field", "value");
            }
            assertThat(Call.of("analyze", server.uri(), "--counts", "--save", saved.toString())
                            .status())
                    .isZero();
            Call call = call("--design", saved.toString(), server.uri());

            assertThat(call.status()).as(call.err()).isEqualTo(Main.ANSWERED);
            assertThat(call.out())
                    .contains("get 60 %, set 15 %, hgetall 15 %, hget 5 %, hset 5 %", "lognormal, median");
            assertThat(server.command("DBSIZE")).isEqualTo("400");

            Path other = Files.writeString(folder.resolve("other.json"), "{\"schema\": \"x\"}");
            assertThat(call("--design", other.toString(), server.uri()).err()).contains("is no analysis");
        }
    }

    @Test
    void showsWhatWasMeasuredAlsoWhenThePageCannotBeWritten(@TempDir Path folder) throws IOException {
        try (Standalone server = Standalone.start()) {
            Path taken = Files.createDirectory(folder.resolve("taken.html"));
            Call call = call("--html", taken.toString(), server.uri());

            assertThat(call.status()).isEqualTo(Main.FAILED);
            assertThat(call.out()).contains("p99.9 ms", "all");
        }
    }

    @Test
    void comparesASettingWithItsAbsence() {
        Call call = call("--variant", "hz 50", "--rounds", "2", "--duration", "0.2");

        assertThat(call.status()).as(call.err()).isEqualTo(Main.ANSWERED);
        assertThat(call.out()).contains("Second to first", "throughput", "too few rounds (2)");
    }

    @Test
    void saysWhatIsWrongWithItsArguments() {
        assertThat(call().err()).contains("Say what to put load on");
        assertThat(call("no-such-folder").err()).contains("There is no folder no-such-folder");
        assertThat(call("--variant", "hz 50", "redis://127.0.0.1:1").err()).contains("--variant starts both");
        assertThat(call("--replay", "x").status()).isEqualTo(Main.USAGE);
        assertThat(call("--mix", "fly=1", "redis://127.0.0.1:1").status()).isEqualTo(Main.USAGE);
        assertThat(call("--html", "no-such-folder/x.html", "redis://127.0.0.1:1")
                        .err())
                .contains("There is no folder for");
        assertThat(call("--speed", "2", "redis://127.0.0.1:1").err()).contains("are for --replay");
    }

    private static Call call(String... arguments) {
        String[] all = new String[SHORT.length + arguments.length];
        System.arraycopy(SHORT, 0, all, 0, SHORT.length);
        System.arraycopy(arguments, 0, all, SHORT.length, arguments.length);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new BenchCommand(new Screen(false, 100, false)))
                .setOverwrittenOptionsAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(all);
        return new Call(status, out.toString(), err.toString());
    }
}
