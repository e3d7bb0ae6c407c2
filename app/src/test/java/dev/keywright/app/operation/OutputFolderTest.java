package dev.keywright.app.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.expert.artifact.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

    private static final List<Artifact> FILES = List.of(
            new Artifact("README.md", "page"),
            new Artifact("lua/a.lua", "return 1"),
            new Artifact("create.sh", "#!/bin/sh\n"));

    @TempDir
    private Path place;

    @Test
    void makesTheFolderAndAllAboveIt() throws IOException {
        new OutputFolder(place.resolve("a/b/c"), false).write(FILES);
        assertThat(place.resolve("a/b/c/lua/a.lua")).hasContent("return 1");
        assertThat(place.resolve("a/b/c/create.sh").toFile().canExecute()).isTrue();
        assertThat(all(place.resolve("a/b")))
                .containsExactly("c", "c/README.md", "c/create.sh", "c/lua", "c/lua/a.lua");
    }

    @Test
    void usesAnEmptyFolderThatIsThere() throws IOException {
        Path folder = Files.createDirectory(place.resolve("empty"));
        Object before = Files.readAttributes(folder, "unix:ino").get("ino");
        new OutputFolder(folder, false).write(FILES);
        assertThat(folder.resolve("README.md")).exists();
        assertThat(Files.readAttributes(folder, "unix:ino").get("ino")).isEqualTo(before);
    }

    @Test
    void refusesAFileAndAFolderWithFiles() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        assertThatThrownBy(() -> new OutputFolder(file, true)).hasMessageContaining("is a file");
        assertThatThrownBy(() -> new OutputFolder(place, false)).hasMessageContaining("is not empty");
    }

    @Test
    void leavesNothingWhenAFileCannotBeWritten() throws IOException {
        List<Artifact> clash = List.of(new Artifact("a", "file"), new Artifact("a/b", "in a file"));
        Path folder = place.resolve("out");
        assertThatThrownBy(() -> new OutputFolder(folder, false).write(clash))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("could not be written");
        assertThat(all(place)).isEmpty();
    }

    @Test
    void neverWritesOutsideTheFolder() throws IOException {
        List<Artifact> outside = List.of(new Artifact("../x", "no"));
        assertThatThrownBy(() -> new OutputFolder(place.resolve("out"), false).write(outside))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(all(place)).isEmpty();
    }

    @Test
    void forceReplacesAnEarlierAnswerAndKeepsTheRest() throws IOException {
        Path folder = Files.createDirectory(place.resolve("out"));
        Files.writeString(folder.resolve("mine.txt"), "mine");
        Files.writeString(folder.resolve("Old.java"), "old");
        Files.writeString(place.resolve("outside.txt"), "outside");
        Files.writeString(
                folder.resolve("design.json"),
                "{\"schema\": \"keywright.answer/1\", \"artifacts\": [\"Old.java\", \"README.md\","
                        + " \"../outside.txt\"]}");
        new OutputFolder(folder, true).write(FILES);
        assertThat(all(folder))
                .containsExactly("README.md", "create.sh", "design.json", "lua", "lua/a.lua", "mine.txt");
        assertThat(place.resolve("outside.txt")).exists();
    }

    private static List<String> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
