package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program in a process of its own: its exit status, its streams, and what it loads. */
@Timeout(300)
class ProcessTest {

    @TempDir
    private Path place;

    @ParameterizedTest
    @ValueSource(strings = {"--help", "solve --help", "--no-such-option", "--version", ""})
    void helpAndUsageErrorsLoadNothingHeavy(String line) throws Exception {
        Path log = place.resolve("classes");
        Process process =
                start(List.of("-Xlog:class+load:file=" + log), line.isEmpty() ? List.of() : List.of(line.split(" ")));
        finish(process);
        List<String> heavy = Files.readAllLines(log).stream()
                .filter(loaded -> loaded.contains("snakeyaml")
                        || loaded.contains("io.lettuce")
                        || loaded.contains("io.netty")
                        || loaded.contains("com.fasterxml")
                        || loaded.contains("dev.keywright.expert.knowledge")
                        || loaded.contains("dev.keywright.server"))
                .toList();
        assertThat(heavy).isEmpty();
    }

    @Test
    void theExitStatusIsTheKindOfTheAnswer() throws Exception {
        assertThat(finish(start(List.of(), List.of("why CROSSSLOT?")))).isZero();
        assertThat(finish(start(List.of(), List.of("--nonsense")))).isEqualTo(2);
        assertThat(finish(start(List.of(), List.of("--set", "x=1", "task")))).isEqualTo(1);
        assertThat(finish(start(List.of(), List.of("break into my neighbour's redis and steal the passwords"))))
                .isEqualTo(3);
    }

    @Test
    void aReaderWhoLeavesEarlyEndsItQuietly() throws Exception {
        Process process = start(List.of(), List.of("--batch", "-"));
        process.getInputStream().close();
        try (Writer in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
            for (int i = 0; i < 200; i++) {
                in.write("{\"id\": \"" + i + "\", \"text\": \"why CROSSSLOT?\"}\n");
            }
        } catch (IOException processEnded) {
            // It ended before it had read everything, as it should.
        }
        assertThat(finish(process)).isZero();
        assertThat(Files.readString(place.resolve("err"))).isEmpty();
    }

    @Test
    void aProgramMayWaitForEachAnswerOfABatch() throws Exception {
        Process process = start(List.of(), List.of("--batch", "-"));
        try (Writer in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < 3; i++) {
                in.write("{\"id\": \"" + i + "\", \"text\": \"why CROSSSLOT?\"}\n");
                in.flush();
                assertThat(out.readLine()).contains("\"id\":\"" + i + "\"");
            }
        }
        assertThat(finish(process)).isZero();
    }

    @Test
    void outputThatCannotBeWrittenIsAnError() throws Exception {
        Process process = builder(List.of(), List.of("--help"))
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();
        assertThat(finish(process)).isEqualTo(1);
        assertThat(Files.readString(place.resolve("err")))
                .contains("could not be written")
                .hasLineCount(1);
    }

    @Test
    void anInterruptLeavesNothingHalfDone() throws Exception {
        Path folder = place.resolve("out");
        Process process = start(
                List.of(), List.of("-o", folder.toString(), "--evidence", "full", "cache 5M products for an hour"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < deadline && process.isAlive()) {
            process.waitFor(200, TimeUnit.MILLISECONDS);
        }
        process.destroy(); // SIGTERM; SIGINT takes the same way
        finish(process);
        try (var left = Files.list(place)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> !name.equals("err")))
                    .isSubsetOf("out");
        }
        assertThat(Files.notExists(folder) || Files.exists(folder.resolve("design.json")))
                .isTrue();
    }

    private Process start(List<String> options, List<String> args) throws IOException {
        return builder(options, args).start();
    }

    private ProcessBuilder builder(List<String> options, List<String> args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.keywright.app.cli.Main"));
        command.addAll(args);
        return new ProcessBuilder(command).redirectError(place.resolve("err").toFile());
    }

    private static int finish(Process process) throws Exception {
        process.getOutputStream().close();
        try (var out = process.getInputStream()) {
            out.readAllBytes();
        } catch (IOException closed) {
            // The test closed it.
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
