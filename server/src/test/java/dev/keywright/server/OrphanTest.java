package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrphanTest {

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"start", "freeze"})
    void aServerAndItsFolderGoWithAKilledJvm(String state) throws Exception {
        try (ChildJvm jvm = ChildJvm.start(Map.of(), temp, state)) {
            long server = Long.parseLong(jvm.line().split(" ")[0]);
            assertThat(ProcessHandle.of(server)).isPresent();
            assertThat(servers()).hasSize(1);

            jvm.kill();

            await().atMost(Duration.ofSeconds(5))
                    .until(() -> ProcessHandle.of(server).isEmpty() && servers().isEmpty());
        }
    }

    @Test
    void aServerNobodyClosedGoesWhenTheJvmEnds() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(Map.of(), temp, "leave")) {
            long server = Long.parseLong(jvm.line().split(" ")[0]);
            assertThat(jvm.awaitExit()).isTrue();

            await().atMost(Duration.ofSeconds(5))
                    .until(() -> ProcessHandle.of(server).isEmpty() && servers().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster", "sentinel"})
    void aJvmKilledAtAnyInstantOfAStartLeavesNothing(String what) throws Exception {
        Random instants = new Random(1);
        for (int i = 0; i < 4; i++) {
            try (ChildJvm jvm = ChildJvm.start(Map.of(), temp, what)) {
                assertThat(jvm.line()).isEqualTo("starting");
                assertThat(Deadline.in(Duration.ofMillis(instants.nextInt(250))).pass())
                        .isTrue();
                jvm.kill();
            }
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> servers().isEmpty() && processes().isEmpty());
    }

    /** The folders of servers under our temporary folder. */
    private List<Path> servers() throws IOException {
        try (Stream<Path> all = Files.list(temp)) {
            return all.filter(path -> path.getFileName().toString().matches("keywright-\\d+-.*"))
                    .toList();
        }
    }

    /** The processes that run in our temporary folder; known on Linux only. */
    private List<Path> processes() throws IOException {
        Path proc = Path.of("/proc");
        if (!Files.isDirectory(proc.resolve("self"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(proc)) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(this::runsHere)
                    .toList();
        }
    }

    private boolean runsHere(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString().startsWith(temp.toString());
        } catch (IOException gone) {
            return false;
        }
    }
}
