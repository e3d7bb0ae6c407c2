package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code up}, {@code status} and {@code down} as a user calls them: in processes of their own, which find each other. */
@Timeout(300)
class UpCommandTest {

    private static final Pattern PID = Pattern.compile("127\\.0\\.0\\.1:\\d+ +(\\d+)");

    @TempDir
    private Path cache;

    private record Said(int status, String out, String err) {}

    @AfterEach
    void nothingRunsOn() throws Exception {
        assertThat(run("down", "--all").status()).isZero();
    }

    @Test
    void aDetachedTopologyIsShownAndEnded() throws Exception {
        Said up = run("up", "--topology", "replica", "--detach", "--name", "pair", "--directive", "maxmemory 50mb");
        assertThat(up.err()).isEmpty();
        assertThat(up.out()).startsWith("pair is up: redis://127.0.0.1:").contains("keywright down pair");

        Said status = run("status");
        assertThat(status.status()).isZero();
        assertThat(status.out())
                .startsWith("pair  redis://")
                .contains(" master ")
                .contains(" replica of 127.0.0.1:");
        assertThat(run("status", "pair", "--json").out())
                .contains("\"schema\": \"keywright.status/1\"")
                .contains("\"whole\": true");
        List<Long> pids = pids(status.out());
        assertThat(pids).hasSize(2).allMatch(UpCommandTest::lives);

        assertThat(run("down").out()).isEqualTo("pair ended.\n");
        assertThat(pids).noneMatch(UpCommandTest::lives);
        assertThat(run("status").out()).startsWith("Nothing runs");
    }

    @Test
    void aNodeThatDiedIsSeenAndTheStatusSaysSo() throws Exception {
        run("up", "--topology", "standalone", "--detach", "--restart-after", "0");
        ProcessHandle.of(pids(run("status").out()).get(0)).orElseThrow().destroyForcibly();
        Said status = run("status");
        assertThat(status.out()).contains(" down ");
        assertThat(status.status()).isEqualTo(4);
    }

    @Test
    void inTheForegroundItShowsATableAndEndsWithItsServers() throws Exception {
        Process process = start("up", "--topology", "standalone");
        StringBuilder shown = new StringBuilder();
        try (BufferedReader out = process.inputReader()) {
            while (PID.matcher(shown).results().findAny().isEmpty()) {
                shown.append(out.readLine()).append('\n');
            }
            List<Long> pids = pids(shown.toString());
            assertThat(pids).hasSize(1).allMatch(UpCommandTest::lives);
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(pids).noneMatch(UpCommandTest::lives);
        }
    }

    @Test
    void whatCannotBeStartedIsSaidInASentence() throws Exception {
        assertThat(Call.of("up").status()).isEqualTo(2);
        assertThat(Call.of("up").err()).contains("Say what to start");
        assertThat(Call.of("up", "--topology", "ring").err()).contains("There is no topology ring; known are");
        assertThat(Call.of("up", "--topology", "standalone", "--shards", "3").err())
                .contains("only a cluster has shards");
        assertThat(Call.of("up", cache.toString()).err()).contains("holds no deployment.json");
        assertThat(Call.of("up", "--topology", "cluster", "--name", "a/b").status())
                .isEqualTo(2);
        assertThat(Call.of("up", "--topology", "standalone", "--directive", "maxmemory")
                        .err())
                .contains("has no value");
        Said detached = run("up", "--topology", "standalone", "--detach", "--directive", "no-such-thing 1");
        assertThat(detached.status()).isEqualTo(1);
        assertThat(detached.err()).contains("no-such-thing").doesNotContain("Exception");
    }

    private static List<Long> pids(String text) {
        Matcher matcher = PID.matcher(text);
        List<Long> pids = new ArrayList<>();
        while (matcher.find()) {
            pids.add(Long.parseLong(matcher.group(1)));
        }
        return pids;
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private Said run(String... args) throws IOException, InterruptedException {
        Process process = start(args);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return new Said(status, out, Files.readString(cache.resolve("err")));
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(cache.resolve("err").toFile());
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        return builder.start();
    }
}
