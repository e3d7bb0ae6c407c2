package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String BROKEN = """
        # a cache
        maxmemory 100mb   # enough
        slave-read-only yes
        requirepass hunter2
        """;

    @TempDir
    private Path folder;

    private Path conf(String text) throws IOException {
        return Files.writeString(folder.resolve("redis.conf"), text);
    }

    @Test
    void showsFindingsBySeverityWithTheirLines() throws IOException {
        Path file = conf(BROKEN);
        Call call = Call.of("lint", file.toString());
        assertThat(call.status()).isEqualTo(4);
        assertThat(call.err()).isEmpty();
        assertThat(call.out())
                .contains("Errors (1)", file + ":2  trailing-comment", file + ":3  old-name", "weak-password")
                .contains("--fix corrects 2 of them")
                .doesNotContain("hunter2");
    }

    @Test
    void failOnDecidesTheExitStatus() throws IOException {
        String file = conf("maxmemory 100mb\nslave-read-only yes\n").toString();
        assertThat(Call.of("lint", file).status()).isZero();
        assertThat(Call.of("lint", "--fail-on", "info", file).status()).isEqualTo(4);
        assertThat(Call.of("lint", "--fail-on=warning", file).status()).isEqualTo(4);
        assertThat(Call.of("lint", "--fail-on", "never", conf(BROKEN).toString())
                        .status())
                .isZero();
        assertThat(Call.of("lint", "--fail-on", "sometimes", file).status()).isEqualTo(2);
    }

    @Test
    void printsJsonAndNothingElse() throws IOException {
        Call call = Call.of(
                "lint",
                "--json",
                "--for",
                "redis-7.0",
                "--as",
                "cache",
                conf(BROKEN).toString());
        JsonNode report = JSON.readTree(call.out());
        assertThat(report.path("schema").asText()).isEqualTo("keywright.lint/1");
        assertThat(report.path("judged_for").asText()).isEqualTo("Redis 7.0");
        assertThat(report.path("role").asText()).isEqualTo("cache");
        JsonNode first = report.path("findings").get(0);
        assertThat(first.path("id").asText()).isEqualTo("trailing-comment");
        assertThat(first.path("severity").asText()).isEqualTo("error");
        assertThat(first.path("place").path("line").asInt()).isEqualTo(2);
        assertThat(call.out()).doesNotContain("hunter2");
    }

    @Test
    void printsSarif() throws IOException {
        JsonNode sarif = JSON.readTree(
                Call.of("lint", "--sarif", conf(BROKEN).toString()).out());
        assertThat(sarif.path("version").asText()).isEqualTo("2.1.0");
        JsonNode result = sarif.at("/runs/0/results/0");
        assertThat(result.path("ruleId").asText()).isEqualTo("trailing-comment");
        assertThat(result.at("/locations/0/physicalLocation/region/startLine").asInt())
                .isEqualTo(2);
    }

    @Test
    void writesACorrectedCopyAndLeavesTheFileAlone() throws IOException {
        Path file = conf(BROKEN);
        Call call = Call.of("lint", "--fix", file.toString());
        Path copy = folder.resolve("redis.fixed.conf");
        assertThat(call.status()).isZero();
        assertThat(call.out()).contains("corrected line 2:", "corrected line 3:", copy.toString());
        assertThat(file).hasContent(BROKEN);
        assertThat(copy)
                .hasContent("# a cache\n# enough\nmaxmemory 100mb\nreplica-read-only yes\nrequirepass hunter2\n");
        assertThat(Call.of("lint", "--fix", "-o", file.toString(), file.toString())
                        .err())
                .contains("stays as it is")
                .hasLineCount(1);
        assertThat(file).hasContent(BROKEN);
    }

    @Test
    void argumentsThatMakeNoSenseAreSaid() throws IOException {
        String file = conf(BROKEN).toString();
        assertThat(Call.of("lint").status()).isEqualTo(2);
        assertThat(Call.of("lint", "--json", "--sarif", file).status()).isEqualTo(2);
        assertThat(Call.of("lint", "-o", "x", file).status()).isEqualTo(2);
        Call release = Call.of("lint", "--for", "mongodb-7", file);
        assertThat(release.status()).isEqualTo(1);
        assertThat(release.err()).contains("names no server", "redis-7.2").hasLineCount(1);
        Call missing = Call.of("lint", folder.resolve("none.conf").toString());
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("none.conf").hasLineCount(1);
    }

    @Test
    void judgesARunningServerAndKeepsItsPassword() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("requirepass", "Tr0ub4dor")
                .withDirective("maxmemory", "10mb")
                .withDirective("maxmemory-policy", "allkeys-lru"))) {
            Call call = Call.of("lint", "--as", "store", server.uri());
            assertThat(call.status()).isEqualTo(4);
            assertThat(call.out())
                    .contains("eviction-on-store", "weak-password", "nothing-persisted")
                    .doesNotContain("Tr0ub4dor");
            assertThat(Call.of("lint", "--fix", server.uri()).err())
                    .contains("not corrected")
                    .doesNotContain("Tr0ub4dor");
            assertThat(Call.of("lint", "redis://127.0.0.1:" + server.port()).err())
                    .contains("password")
                    .hasLineCount(1);
        }
    }

    @Test
    void aFolderIsJudgedAsOneDeployment() throws IOException {
        conf("bind 10.0.0.1\nrequirepass hunter2\n");
        Files.writeString(folder.resolve("replica.conf"), "replicaof 10.0.0.1 6379\nslave-read-only yes\n");
        Files.writeString(folder.resolve("sentinel.conf"), "sentinel monitor main 10.0.0.1 6379 2\n");
        Call call = Call.of("lint", folder.toString());
        assertThat(call.status()).isEqualTo(4);
        assertThat(call.out())
                .contains("redis.conf for Redis 8", "sentinel.conf for Redis 8")
                .contains("replica-cannot-log-in", "sentinel-cannot-log-in", "old-name")
                .doesNotContain("hunter2");
        JsonNode report =
                JSON.readTree(Call.of("lint", "--json", folder.toString()).out());
        assertThat(report.path("kind").asText()).isEqualTo("deployment");
        assertThat(report.path("parts")).hasSize(3);
        JsonNode sarif =
                JSON.readTree(Call.of("lint", "--sarif", folder.toString()).out());
        assertThat(sarif.at("/runs/0/results").toString()).contains("replica-cannot-log-in", "replica.conf");
    }

    @Test
    void severalFilesAreCorrectedIntoAFolder() throws IOException {
        Path redis = conf(BROKEN);
        Path other = Files.writeString(folder.resolve("other.conf"), "slave-read-only yes\n");
        Path copies = folder.resolve("copies/new");
        Call call = Call.of("lint", "--fix", "-o", copies.toString(), redis.toString(), other.toString());
        assertThat(call.out()).contains(copies.resolve("redis.conf").toString(), "corrected line 1: slave-read-only");
        assertThat(copies.resolve("other.conf")).hasContent("replica-read-only yes\n");
        assertThat(redis).hasContent(BROKEN);
        assertThat(Call.of("lint", "--fix", "-o", redis.toString(), redis.toString(), other.toString())
                        .err())
                .contains("-o names a folder")
                .hasLineCount(1);
    }

    @Test
    void whatCannotBeReadDoesNotHideTheOthers() throws IOException {
        Path file = conf(BROKEN);
        Call call = Call.of("lint", file.toString(), folder.resolve("none.conf").toString(), "redis://127.0.0.1:1");
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.out()).contains("trailing-comment");
        assertThat(call.err()).contains("none.conf", "127.0.0.1:1").hasLineCount(2);
    }
}
