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

class FailoverDrillCommandTest {

    @Test
    void printsWhatAClientSawAndEndsWithFourWhenThePromiseOfADesignIsNotHeld(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("design.json"), """
            {"understood": {"quantities": {"failover_seconds": 0.2, "rpo_seconds": 0}},
             "server": {"topology": "standalone", "config": []}}
            """);
        Call call = call("--warm-up", "0.5", folder.toString());

        assertThat(call.err()).isEmpty();
        assertThat(call.status()).isEqualTo(Main.UNPROVEN);
        assertThat(call.out())
                .contains("What happened", "killing 127.0.0.1:", "acknowledged", "unknown outcomes")
                .contains("NOT HELD  failover_seconds: at most 0.2 s")
                .contains("NOT HELD  rpo_seconds: at most 0 s")
                .contains("Nobody takes over in this topology");
    }

    @Test
    void printsTheReportAsOneDocumentAndDoesNotFindFaultWithoutAPromise() throws IOException {
        Call call = call(
                "--warm-up",
                "0.5",
                "--topology",
                "standalone",
                "--directive",
                "appendonly yes",
                "--directive",
                "appendfsync always",
                "--max-lost",
                "0",
                "--json");

        assertThat(call.status()).as(call.out() + call.err()).isEqualTo(Main.ANSWERED);
        JsonNode report = new ObjectMapper().readTree(call.out());
        assertThat(report.path("schema").asText()).isEqualTo("keywright.failover-drill/1");
        assertThat(report.path("fault").asText()).isEqualTo("kill");
        assertThat(report.at("/runs/0/audit/writes/lost").asInt()).isZero();
        assertThat(report.at("/runs/0/audit/writes/acknowledged").asInt()).isPositive();
        assertThat(report.at("/runs/0/downtime").asDouble()).isGreaterThan(2.5);
        assertThat(report.at("/verdicts/0/held").asBoolean()).isTrue();
    }

    @Test
    void refusesToTouchServersThatKeywrightDidNotStart() {
        try (Standalone foreign = Standalone.start()) {
            Call call = call(foreign.uri());

            assertThat(call.status()).isEqualTo(Main.REFUSED);
            assertThat(call.err()).contains("--allow-foreign");
            assertThat(foreign.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void saysWhatIsWrongWithItsArguments() {
        assertThat(call().err()).contains("Say what to drill");
        assertThat(call("redis://127.0.0.1:1", "--shards", "3").err()).contains("leave out --topology");
        assertThat(call("--topology", "ring").err()).contains("--topology ring");
        assertThat(call("--topology", "cluster", "--fault", "meteor").err()).contains("'meteor'");
        assertThat(call("--topology", "cluster", "--slot", "16384").status()).isEqualTo(Main.USAGE);
    }

    private static Call call(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new FailoverDrillCommand(new Screen(false, 100, false)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Call(status, out.toString(), err.toString());
    }
}
