package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOSTILE = "</script><img src=x onerror=alert(1)>";

    private static Standalone server;

    @TempDir
    private static Path shared;

    private static Path dump;

    @TempDir
    private Path folder;

    @BeforeAll
    static void fill() throws IOException {
        server = Standalone.start();
        for (int i = 0; i < 60; i++) {
            server.command("SET", "session:" + new UUID(i, i), "{\"a\":1}", "EX", "3000");
            server.command("HSET", "user:" + i + ":profile", "name", "ann", "city", "Rome");
            server.command("SET", "cache:page:" + i, "x");
        }
        server.command("SET", "blob:front", "z".repeat(1_500_000));
        server.command("SET", HOSTILE, "1");
        server.command("SAVE");
        Path written = Path.of(server.configuration().getOrDefault("dir", ""), "dump.rdb");
        dump = Files.copy(written, shared.resolve("dump.rdb"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode pattern(JsonNode report, String text) {
        return StreamSupport.stream(report.get("patterns").spliterator(), false)
                .filter(row -> row.get("pattern").asText().equals(text))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void explainsARunningServer() throws IOException {
        Path saved = folder.resolve("report.json");
        Path page = folder.resolve("report.html");
        Call call = Call.of("analyze", server.uri(), "--save", saved.toString(), "--html", page.toString());
        assertThat(call.err()).isEmpty();
        assertThat(call.status()).isZero();
        assertThat(call.out())
                .contains("session:{uuid}", "user:{n}:profile", "Strings above 1 MB", "unexplained", "blob:front");
        JsonNode report = JSON.readTree(saved.toFile());
        assertThat(report.get("schema").asText()).isEqualTo("keywright.analysis/1");
        assertThat(report.at("/totals/keys").asLong()).isEqualTo(182);
        assertThat(report.at("/totals/measured").asBoolean()).isTrue();
        long parts = StreamSupport.stream(report.at("/totals/parts").spliterator(), false)
                .mapToLong(part -> part.get("bytes").asLong())
                .sum();
        assertThat(parts).isEqualTo(report.at("/totals/used_memory_bytes").asLong());
        assertThat(pattern(report, "session:{uuid}").get("expiring").asLong()).isEqualTo(60);
        assertThat(Files.readString(page)).doesNotContain("<img").contains("\\u003c/script");
        assertThat(Call.of("analyze", server.uri(), "--against", saved.toString())
                        .out())
                .contains("Since ");
    }

    @Test
    void explainsADumpAndItsFolderAlike() throws IOException {
        Call file = Call.of("analyze", "--json", dump.toString());
        assertThat(file.err()).isEmpty();
        assertThat(file.status()).isZero();
        JsonNode report = JSON.readTree(file.out());
        assertThat(report.at("/totals/keys").asLong()).isEqualTo(182);
        assertThat(report.at("/totals/measured").asBoolean()).isFalse();
        assertThat(pattern(report, "user:{n}:profile").get("keys").asLong()).isEqualTo(60);
        assertThat(JSON.readTree(Call.of("analyze", "--json", shared.toString()).out())
                        .get("patterns"))
                .isEqualTo(report.get("patterns"));
    }

    @Test
    void writesTablesThatASpreadsheetCanTake() throws IOException {
        assertThat(Call.of(
                                "analyze",
                                dump.toString(),
                                "--csv",
                                folder.resolve("tables").toString())
                        .status())
                .isZero();
        assertThat(Files.readString(folder.resolve("tables/patterns.csv"))).contains("user:{n}:profile,60,");
        assertThat(Files.readString(folder.resolve("tables/keys.csv"))).contains("bytes,1,blob:front,0,string,raw,");
        assertThat(Call.of(
                                "analyze",
                                dump.toString(),
                                "--csv",
                                folder.resolve("one.csv").toString())
                        .out())
                .contains("one.csv", "one-keys.csv");
    }

    @Test
    void aDamagedFileGivesWhatWasReadAndFails() throws IOException {
        byte[] whole = Files.readAllBytes(dump);
        Path cut = folder.resolve("cut.rdb");
        Files.write(cut, Arrays.copyOf(whole, whole.length - 200));
        Call call = Call.of("analyze", cut.toString());
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).contains("cut.rdb");
        assertThat(call.out()).contains(" keys");
        Files.writeString(cut, "this is no dump");
        Call foreign = Call.of("analyze", cut.toString());
        assertThat(foreign.status()).isEqualTo(1);
        assertThat(foreign.err()).contains("cut.rdb");
        assertThat(foreign.out()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithArguments() throws IOException {
        assertThat(Call.of("analyze").status()).isEqualTo(2);
        assertThat(Call.of("analyze", dump.toString(), "--sample", "1%").status())
                .isEqualTo(2);
        assertThat(Call.of("analyze", server.uri(), "--sample", "200%").status())
                .isEqualTo(2);
        assertThat(Call.of("analyze", server.uri(), "--for", "redis-8").status())
                .isEqualTo(2);
        assertThat(Call.of("analyze", server.uri(), "--top", "0").status()).isEqualTo(2);
        assertThat(Call.of("analyze", "/no/such/dump.rdb").err()).contains("There is no /no/such/dump.rdb");
        assertThat(Call.of("analyze", dump.toString(), "--html", "/no/such/folder/x.html")
                        .err())
                .contains("There is no folder /no/such/folder");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"schema\":\"keywright.lint/1\"}");
        Call against = Call.of("analyze", dump.toString(), "--against", other.toString());
        assertThat(against.status()).isEqualTo(1);
        assertThat(against.err()).contains("other.json");
    }

    @Test
    void aServerThatIsNotThereIsSaidWithoutThePassword() {
        Call call = Call.of("analyze", "redis://ann:hunter2@127.0.0.1:1");
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).isNotEmpty().doesNotContain("hunter2");
    }

    @Test
    void aFileThatCannotBeWrittenFailsAfterTheReportWasShown() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("full"));
        Files.createDirectory(taken.resolve("patterns.csv"));
        Files.writeString(taken.resolve("patterns.csv/x"), "");
        Call call = Call.of("analyze", dump.toString(), "--csv", taken.toString());
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).contains("patterns.csv could not be written");
        assertThat(call.out()).contains("user:{n}:profile");
    }

    @Test
    void readsAPartOfTheKeys() throws IOException {
        Call call = Call.of("analyze", "--json", "--sample", "50%", server.uri());
        assertThat(call.status()).isZero();
        JsonNode report = JSON.readTree(call.out());
        assertThat(report.at("/totals/keys").asLong()).isBetween(181L, 183L);
        assertThat(report.at("/coverage/keys_read").asLong()).isBetween(40L, 140L);
        assertThat(report.at("/totals/key_bytes_error").asLong()).isPositive();
    }
}
