package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScriptCommandTest {

    private static final String SOUND = """
        #!lua
        --[[
        Keeps a value for a minute.

        KEYS  1 key       string
        ARGV  1 value     text
        REPLY OK
        VERSION 4
        TRY   EVAL KEYS k ARGV hello
        ]]
        return redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)
        """;

    private static final String RISKY = """
        local n = tonumber(redis.call('GET', KEYS[1]) or '0')
        if n >= tonumber(ARGV[1]) then
            return redis.call('DECRBY', KEYS[1], ARGV[1])
        end
        """;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    /** What one call of the verb prints and answers. */
    private record Run(int status, String out, String err) {

        static Run of(String... args) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine line = ScriptCommand.with(new Screen(false, 100, false));
            line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            line.setExecutionExceptionHandler((failure, command, parsed) -> {
                command.getErr().println(failure.getMessage());
                return Main.FAILED;
            });
            int status = line.execute(args);
            return new Run(status, out.toString(), err.toString());
        }
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aSoundScriptIsRunWithItsSample() throws IOException {
        Run run = Run.of("check", file("sound.lua", SOUND));
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "sound.lua  version 4",
                        "Run with KEYS k ARGV hello",
                        "answers 'OK'",
                        "SET k hello PX 60000",
                        "Nothing found.");
    }

    @Test
    void errorsDecideTheExitStatus() throws IOException {
        Run run = Run.of("check", "--try", file("risky.lua", RISKY));
        assertThat(run.status()).isEqualTo(4);
        assertThat(run.out())
                .contains(
                        "error  line 3  amount-unchecked",
                        "trial-crash",
                        "(ARGV[1] = '1.5'",
                        "Tried with edge values:",
                        "worth knowing.");
        assertThat(Run.of("check", "--no-run", file("risky.lua", RISKY)).out()).doesNotContain("Tried", "Run with");
    }

    @Test
    void printsJsonAndNothingElse() throws IOException {
        Run run = Run.of("check", "--json", file("sound.lua", SOUND), file("risky.lua", RISKY));
        assertThat(run.status()).isEqualTo(4);
        JsonNode json = JSON.readTree(run.out());
        assertThat(json.path("schema").asText()).isEqualTo("keywright.script-check/1");
        assertThat(json.path("scripts")).hasSize(2);
        assertThat(json.path("scripts").path(0).path("run").path("reply").asText())
                .isEqualTo("'OK'");
        assertThat(json.path("scripts")
                        .path(1)
                        .path("findings")
                        .path(0)
                        .path("severity")
                        .asText())
                .isEqualTo("error");
    }

    @Test
    void aFolderStandsForItsScripts() throws IOException {
        file("b.lua", SOUND);
        file("a.lua", SOUND);
        file("notes.txt", "not lua");
        Run run = Run.of("check", folder.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out()).containsSubsequence("a.lua", "b.lua", "2 scripts, none with errors.");
    }

    @Test
    void saysWhatCannotBe() throws IOException {
        assertThat(Run.of().status()).isEqualTo(2);
        assertThat(Run.of("check").status()).isEqualTo(2);
        assertThat(Run.of("check", "--try", "--no-run", file("a.lua", SOUND)).status())
                .isEqualTo(2);
        Run missing = Run.of("check", folder.resolve("none.lua").toString());
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("none.lua cannot be read");
        Path binary = Files.write(folder.resolve("binary.lua"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(Run.of("check", binary.toString()).err()).contains("is no text in UTF-8");
    }
}
