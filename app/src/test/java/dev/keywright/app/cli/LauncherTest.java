package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell script {@code keywright}, in a repository of a few files and with a java and a mvn that only take notes. */
@Timeout(300)
class LauncherTest {

    private static final String JAVA = """
            #!/bin/sh
            case "$1" in -version) echo 'openjdk version "17.0.15"' >&2; exit 0;; esac
            echo "java $*" >>"$NOTES"
            for word; do last=$word; done
            [ "$last" != wait ] || exec sleep 30
            case $last in [0-9]) exit $last;; esac
            exit 0
            """;
    private static final String MVN = """
            #!/bin/sh
            echo "mvn $*" >>"$NOTES"
            sleep 1
            mkdir -p app/target
            : >app/target/keywright-app.jar
            """;

    @TempDir
    private Path place;

    private Path repository;
    private Path bin;
    private Path notes;

    @BeforeEach
    void makeRepository() throws IOException {
        repository = Files.createDirectories(place.resolve("repository"));
        bin = Files.createDirectories(place.resolve("bin"));
        notes = Files.createFile(place.resolve("notes"));
        Files.copy(Path.of("..", "keywright"), repository.resolve("keywright"));
        assertThat(repository.resolve("keywright").toFile().setExecutable(true)).isTrue();
        Files.createFile(repository.resolve("pom.xml"));
        for (String module : List.of("server", "patterns", "ops", "expert", "app", "testing")) {
            Files.createDirectories(repository.resolve(module).resolve("src/main/java"));
            Files.createFile(repository.resolve(module).resolve("pom.xml"));
        }
        program("java", JAVA);
        program("javac", "#!/bin/sh\n");
        program("mvn", MVN);
        for (String tool : List.of(
                "sh",
                "dirname",
                "readlink",
                "find",
                "head",
                "sed",
                "mkdir",
                "rm",
                "mv",
                "cat",
                "awk",
                "sleep",
                "grep",
                "tail",
                "stty")) {
            Files.createSymbolicLink(bin.resolve(tool), which(tool));
        }
    }

    @Test
    void buildsOnceAndThenOnlyRuns() throws Exception {
        Ran first = run("task");
        assertThat(first.status()).isZero();
        assertThat(first.err()).startsWith("keywright: building").hasLineCount(1);
        assertThat(builds()).isEqualTo(1);
        assertThat(lastNote()).endsWith("keywright-app.jar task");

        Ran second = run("two words", "--json");
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
        assertThat(lastNote()).endsWith("keywright-app.jar two words --json");
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        run("task");
        touch(repository.resolve("app/target/keywright.built"), -10);
        Files.createFile(repository.resolve("expert/src/main/java/New.java"));
        run("task");
        assertThat(builds()).isEqualTo(2);
        Files.writeString(repository.resolve("app/target/keywright-build.log"), "x", StandardOpenOption.APPEND);
        run("task");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void callsAtTheSameTimeBuildOnce() throws Exception {
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(builder(repository.resolve("keywright"), "task").start());
        }
        for (Process call : calls) {
            assertThat(call.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(call.exitValue()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
        assertThat(repository.resolve(".keywright-build.lock")).doesNotExist();
    }

    @Test
    void theLockOfACallThatDiedIsTakenOver() throws Exception {
        Path lock = Files.createDirectory(repository.resolve(".keywright-build.lock"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));
        assertThat(run("task").status()).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void worksThroughLinksFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(place.resolve("kw"), Path.of("repository/keywright"));
        Path linkToLink = Files.createSymbolicLink(place.resolve("kw2"), link);
        assertThat(finish(builder(linkToLink, "task")
                                .directory(Path.of("/").toFile())
                                .start())
                        .status())
                .isZero();
        assertThat(lastNote()).contains(repository.toRealPath() + "/app/target/keywright-app.jar task");
    }

    @Test
    void aFolderWithSpacesIsNoObstacle() throws Exception {
        Path spaced = Files.move(repository, place.resolve("a b"));
        assertThat(finish(builder(spaced.resolve("keywright"), "task").start()).status())
                .isZero();
        assertThat(finish(builder(spaced.resolve("keywright"), "task").start()).err())
                .isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void theExitStatusIsThatOfTheProgram() throws Exception {
        assertThat(run("3").status()).isEqualTo(3);
        assertThat(run("2").status()).isEqualTo(2);
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        run("task");
        Process process = builder(repository.resolve("keywright"), "wait").start();
        while (!Files.readString(notes).contains("jar wait")) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        }
        process.destroy();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void whatIsMissingIsSaidInOneSentence() throws Exception {
        Files.delete(bin.resolve("mvn"));
        assertThat(run("task").err()).contains("install Maven 3.8.7 or newer").hasLineCount(1);
        Files.delete(bin.resolve("java"));
        Ran none = run("task");
        assertThat(none.err()).contains("install a JDK 17 or newer").hasLineCount(1);
        assertThat(none.status()).isEqualTo(1);
    }

    @Test
    void aJavaThatIsTooOldIsSaidInOneSentence() throws Exception {
        program("java", JAVA.replace("17.0.15", "1.8.0_412"));
        assertThat(run("task").err()).contains("older than 17").hasLineCount(1);
        program("java", JAVA.replace("17.0.15", "11.0.2"));
        assertThat(run("task").err()).contains("older than 17");
        assertThat(builds()).isZero();
    }

    @Test
    void aBuildThatFailsShowsWhyAndIsTriedAgain() throws Exception {
        program("mvn", "#!/bin/sh\necho \"mvn $*\" >>\"$NOTES\"\necho '[ERROR] no such thing'\nexit 1\n");
        Ran ran = run("task");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("[ERROR] no such thing", "keywright-build.log");
        run("task");
        assertThat(builds()).isEqualTo(2);
        assertThat(repository.resolve(".keywright-build.lock")).doesNotExist();
    }

    /** What a call did. */
    private record Ran(int status, String out, String err) {}

    private Ran run(String... args) throws Exception {
        return finish(builder(repository.resolve("keywright"), args).start());
    }

    private ProcessBuilder builder(Path script, String... args) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", bin.toString(), "NOTES", notes.toString()));
        return builder;
    }

    private static Ran finish(Process process) throws Exception {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), out, err);
    }

    private long builds() throws IOException {
        return Files.readAllLines(notes).stream()
                .filter(note -> note.startsWith("mvn "))
                .count();
    }

    private String lastNote() throws IOException {
        List<String> all = Files.readAllLines(notes);
        return all.get(all.size() - 1);
    }

    private void program(String name, String text) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static void touch(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    private static Path which(String tool) {
        for (String folder : List.of("/bin", "/usr/bin")) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return Path.of(folder, tool);
            }
        }
        throw new IllegalStateException(tool + " is not installed");
    }
}
