package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SizeCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SESSIONS = "5M sessions, hash of 8 fields of 30 bytes, TTL 30 min";

    @TempDir
    private Path folder;

    private static Call size(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new SizeCommand(new Screen(false, 100, false)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return Main.FAILED;
                });
        int status = line.execute(args);
        line.getOut().flush();
        return new Call(status, out.toString(), err.toString());
    }

    @Test
    void wordsBecomeATotalWhatToBuyAndWhereItComesFrom() {
        Call call = size("--for", "redis-7.0", SESSIONS);
        assertThat(call.status()).isZero();
        assertThat(call.err()).isEmpty();
        assertThat(call.out())
                .contains("for 5,000,000 keys", "Redis 7.0")
                .contains("at 8,388,609 keys the key table doubles: +67.1 MB")
                .contains("maxmemory ", "fragmentation", "operating system", "one master fits")
                .contains("otherwise", "hangs on", "sessions.fields 8", "sessions.names=10", "--set name=value");
    }

    @Test
    void printsJsonAndNothingElse() throws IOException {
        JsonNode report = JSON.readTree(size("--json", SESSIONS).out());
        assertThat(report.path("schema").asText()).isEqualTo("keywright.size/1");
        assertThat(report.path("keys").asLong()).isEqualTo(5_000_000);
        assertThat(report.path("total_bytes").asDouble())
                .isBetween(
                        report.path("low_bytes").asDouble(),
                        report.path("high_bytes").asDouble());
        assertThat(report.at("/items/0/name").asText()).isEqualTo("sessions");
        assertThat(report.at("/room/maxmemory_bytes").asDouble())
                .isGreaterThan(report.path("total_bytes").asDouble());
        assertThat(report.findValuesAsText("origin")).contains("asked", "assumed");
    }

    @Test
    void whatWasUnderstoodCanBeEditedAndGivenBack() throws IOException {
        Call yaml = size("--yaml", SESSIONS + ", Valkey 8, 3 masters");
        Path file = Files.writeString(folder.resolve("data.yaml"), yaml.out().replace("fields: 8", "fields: 12"));
        JsonNode edited = JSON.readTree(size("--json", file.toString()).out());
        JsonNode asked = JSON.readTree(size("--json", "--set", "sessions.fields=12", SESSIONS + ", Valkey 8, 3 masters")
                .out());
        assertThat(edited.path("total_bytes")).isEqualTo(asked.path("total_bytes"));
        assertThat(edited.at("/fleet/masters").asInt()).isEqualTo(3);
    }

    @Test
    void aSampleIsScaled() throws IOException {
        Path file = Files.writeString(folder.resolve("keys.csv"), "user:1,abc\nuser:2,abcdefgh\norder:1,12\n");
        Call call = size("--sample", file.toString(), "--keys", "3000000");
        assertThat(call.status()).isZero();
        assertThat(call.out())
                .contains("user-strings", "2,000,000", "order-strings", "1,000,000", "their share of 3000000");
    }

    @Test
    void whatTheModelSaysIsHeldAgainstARealServer() {
        Call call = size("--verify", "30000 strings of 20-90 bytes, 30 % expire");
        assertThat(call.out()).contains("verified", "measured keys and values with modelled tables");
        assertThat(call.status()).isZero();
    }

    @Test
    void aServerTellsItsOwnProfileAndKeepsItsPassword() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("requirepass", "s3cret-of-size")
                .withDirective("hash-max-listpack-value", "96"))) {
            Call call = size("--redis", server.uri(), SESSIONS);
            assertThat(call.status()).isZero();
            assertThat(call.out())
                    .contains("server.hash-max-listpack-value 96", "server.version")
                    .doesNotContain("s3cret");
            assertThat(server.command("DBSIZE")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        How does Redis expire keys? | how many keys
        5M sessions                 | value of sessions is not said; add --set sessions.value=...
        2M bloom filters            | kept by a module
        20M strings of 100 bytes per shard | say how many there are in all
        200 pub/sub channels with 5000 subscribers each | 1,000,000 subscriptions take about
        """)
    void whatCannotBeSizedIsSaidInOneSentenceWithStatus3(String words, String sentence) {
        Call call = size(words);
        assertThat(call.status()).isEqualTo(Main.REFUSED);
        assertThat(call.out()).isEmpty();
        assertThat(call.err()).contains(sentence).hasLineCount(1);
    }

    @Test
    void whatIsMissingCanBeAdded() {
        Call call = size("--set", "sessions.value=400", "5M sessions, latency of 5 ms");
        assertThat(call.status()).isZero();
        assertThat(call.out()).contains("not used: \"5 ms\"");
    }

    @Test
    void argumentsThatMakeNoSenseAreSaid() {
        assertThat(size().status()).isEqualTo(Main.USAGE);
        assertThat(size("--keys", "5", SESSIONS).err()).contains("--keys says how many");
        assertThat(size("--json", "--yaml", SESSIONS).err()).contains("exclude each other");
        assertThat(size("--sample", "x", SESSIONS).err()).contains("leave out the words");
        Call missing = size("none.yaml");
        assertThat(missing.status()).isEqualTo(Main.FAILED);
        assertThat(missing.err()).contains("none.yaml is no file");
        assertThat(size("--for", "mongodb-7", SESSIONS).err()).contains("names no server");
    }
}
