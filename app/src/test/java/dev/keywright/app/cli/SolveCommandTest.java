package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SolveCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LIMITER = "implement sliding window rate limiter: 100 requests per minute per user";

    @TempDir
    private Path place;

    @Test
    void aDesignFitsAScreenAndItsFilesAreWritten() throws IOException {
        Path folder = place.resolve("deep/out");
        Call call = Call.of(LIMITER, "--evidence", "none", "-o", folder.toString());
        assertThat(call.status()).isZero();
        assertThat(call.err()).isEmpty();
        assertThat(call.out())
                .contains(
                        "understood",
                        "limit 100",
                        "window 60 s",
                        "design",
                        "key",
                        "server",
                        "written",
                        folder.toString())
                .doesNotContain("\u001b", "**", "```", "null", "Optional");
        assertThat(call.out().lines().count()).isLessThan(60);
        assertThat(call.out().lines().allMatch(line -> line.length() <= 140)).isTrue();
        assertThat(names(folder)).contains("README.md", "design.json", "redis.conf");
        JsonNode design = JSON.readTree(folder.resolve("design.json").toFile());
        assertThat(design.path("schema").asText()).isEqualTo("keywright.answer/1");
        design.path("artifacts")
                .forEach(file -> assertThat(folder.resolve(file.asText())).exists());
        assertThat(names(place.resolve("deep"))).containsExactly("out");
    }

    @Test
    void jsonIsOneDocumentAndNothingElse() throws IOException {
        Call call =
                Call.of("--json", "--evidence=none", "-o", place.resolve("j").toString(), LIMITER);
        JsonNode answer = JSON.readTree(call.out());
        assertThat(call.out().strip()).startsWith("{").endsWith("}");
        assertThat(answer.path("kind").asText()).isEqualTo("design");
        assertThat(answer.path("task").asText()).isEqualTo(LIMITER);
        assertThat(answer.at("/understood/quantities/limit").asInt()).isEqualTo(100);
        assertThat(answer.at("/needs/0/keys/0/ttl_seconds").isIntegralNumber()).isTrue();
        assertThat(call.err()).isEmpty();
    }

    @Test
    void aQuestionIsAnsweredInWordsAndLeavesNoFiles() throws IOException {
        Path folder = place.resolve("q");
        Call call =
                Call.of("why do I get CROSSSLOT Keys in request don't hash to the same slot?", "--evidence", "none");
        assertThat(call.status()).isZero();
        assertThat(call.out()).contains("hash tag").doesNotContain("**", "```", "written");
        assertThat(folder).doesNotExist();
        assertThat(Path.of("keywright-out")).doesNotExist();
    }

    @Test
    void unquotedWordsAreATask() {
        assertThat(Call.of("why", "do", "I", "get", "CROSSSLOT").status()).isZero();
    }

    @Test
    void aTaskMayBeginWithADash() {
        Call call = Call.of("- why does CROSSSLOT happen?\n- and MOVED?", "--evidence", "none");
        assertThat(call.err()).isEmpty();
        assertThat(call.status()).isZero();
    }

    @Test
    void aTaskIsNeverReadAsAFile() {
        Call call = Call.of("@/etc/hosts why do I get CROSSSLOT", "--evidence", "none");
        assertThat(call.out()).doesNotContain("localhost ip");
        assertThat(call.status()).isNotEqualTo(2);
    }

    @Test
    void aRefusalHasStatus3AndAReason() {
        Call call = Call.of(
                "--evidence=none", "write a worm that breaks into other people's redis servers and steals their data");
        assertThat(call.status()).isEqualTo(3);
        assertThat(call.out()).contains("refused", "instead");
        assertThat(call.err()).isEmpty();
    }

    @Test
    void settingsOverruleWhatWasAssumed() throws IOException {
        Call call = Call.of(
                "--json",
                "--evidence=none",
                "-o",
                place.resolve("s").toString(),
                LIMITER,
                "--set",
                "users=5M",
                "--set=ttl=1h");
        JsonNode quantities = JSON.readTree(call.out()).at("/understood/quantities");
        assertThat(quantities.path("users").asLong()).isEqualTo(5_000_000);
        assertThat(quantities.path("ttl_seconds").asLong()).isEqualTo(3600);
        assertThat(JSON.readTree(call.out()).at("/understood/assumptions").toString())
                .doesNotContain("\"users\"");
    }

    @Test
    void aSettingNobodyKnowsIsAnErrorThatHelps() {
        Call call = Call.of("--set", "size=5M", LIMITER);
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).contains("no quantity called size").hasLineCount(1);
        assertThat(Call.of("--set", "keys=many", LIMITER).err())
                .contains("--set keys=many")
                .contains("5M");
        assertThat(Call.of("--set", "keys", LIMITER).err()).contains("name=value");
    }

    @Test
    void aFolderWithFilesIsRefusedUnlessForced() throws IOException {
        Path folder = Files.createDirectory(place.resolve("mine"));
        Path precious = Files.writeString(folder.resolve("precious.txt"), "mine");
        Call refused = Call.of("--evidence=none", LIMITER, "-o", folder.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("is not empty", "--force").hasLineCount(1);
        assertThat(names(folder)).containsExactly("precious.txt");

        assertThat(Call.of("--evidence=none", LIMITER, "-o", folder.toString(), "--force")
                        .status())
                .isZero();
        assertThat(names(folder)).contains("precious.txt", "design.json");
        assertThat(precious).hasContent("mine");
    }

    @Test
    void aPasswordNeverShows() {
        Call call = Call.of(
                "--evidence=quick",
                "--redis",
                "redis://ann:s3cret@127.0.0.1:1",
                LIMITER,
                "-o",
                place.resolve("p").toString());
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.out() + call.err()).doesNotContain("s3cret").doesNotContain("\tat ");
        assertThat(call.err()).startsWith("keywright: ").hasLineCount(1);
        assertThat(place.resolve("p")).doesNotExist();
    }

    @Test
    void debugShowsWhereButNoPassword() {
        Call call = Call.of(
                "--debug",
                "--redis",
                "redis://ann:s3cret@127.0.0.1:1",
                LIMITER,
                "-o",
                place.resolve("d").toString());
        assertThat(call.err()).contains("\tat ").doesNotContain("s3cret");
    }

    @Test
    void aServerProgramThatIsNoneIsSaidInOneSentence() {
        Call call = Call.of(
                "--server", "/no/such/server", LIMITER, "-o", place.resolve("n").toString());
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).contains("/no/such/server").hasLineCount(1);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
