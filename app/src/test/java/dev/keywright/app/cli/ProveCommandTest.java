package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProveCommandTest {

    @TempDir
    private Path place;

    private Path folder = Path.of(".");

    @BeforeEach
    void write() {
        folder = place.resolve("design");
        Call solved =
                Call.of("cache-aside for 1000 products of 1 KB each", "--evidence", "none", "-o", folder.toString());
        assertThat(solved.status()).as(solved.err()).isZero();
    }

    @Test
    void promisesThatHoldEndWithZeroAndWriteBothFiles() throws IOException {
        Call call = prove(folder.toString(), "--budget", "2s", "--scale", "500");

        assertThat(call.out())
                .contains("held", "Every key begins with cache:", "500 of 1,000 items of cache-aside", "proof.html")
                .doesNotContain("\u001b", "Optional", "null");
        assertThat(call.out().lines().allMatch(line -> line.length() <= 140)).isTrue();
        assertThat(names()).contains("proof.json", "proof.html").noneMatch(name -> name.endsWith(".unfinished"));
    }

    @Test
    void aPromiseThatFailsEndsWithFour() throws IOException {
        Path conf = folder.resolve("redis.conf");
        Files.writeString(
                conf, Files.readString(conf).replaceFirst("maxmemory-policy \\S+", "maxmemory-policy volatile-ttl"));

        Call call = prove(folder.toString(), "--budget", "2s", "--json");

        assertThat(call.status()).isEqualTo(Main.UNPROVEN);
        JsonNode proof = new ObjectMapper().readTree(call.out());
        assertThat(proof.path("schema").asText()).isEqualTo("keywright.proof/1");
        assertThat(proof.path("verdicts").findValuesAsText("outcome")).contains("not_held", "held");
        assertThat(Files.readString(folder.resolve("proof.json"))).isEqualTo(call.out());
    }

    @Test
    void aFolderWithoutADesignIsAnErrorThatSaysWhatToDo() {
        Call call = prove(place.toString());

        assertThat(call.status()).isEqualTo(Main.FAILED);
        assertThat(call.err()).contains("There is no design.json", "Give the folder");
    }

    @ParameterizedTest
    @CsvSource({"--budget,soon", "--budget,10ms", "--scale,half", "--scale,0", "--server,redis://127.0.0.1:1"})
    void argumentsThatMakeNoSenseAreRefused(String option, String value) {
        assertThat(prove(folder.toString(), option, value).status()).isEqualTo(Main.USAGE);
    }

    /** As the command line runs it, by the same way of ending. */
    private static Call prove(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new ProveCommand(new Screen(false, 100, false)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return Main.FAILED;
                })
                .execute(arguments);
        return new Call(status, out.toString(), err.toString());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
