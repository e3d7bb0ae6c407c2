package dev.keywright.ops.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keywright.ops.rdb.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

    @TempDir
    private Path folder;

    @Test
    void aFullDiskIsSaidWithWhatToDo() {
        IOException full = catchThrowableOfType(IOException.class, () -> {
            try (RdbWriter writer = new RdbWriter(Path.of("/dev/full"))) {
                writer.add(new Entry(0, new byte[] {'k'}, Entry.NEVER, new byte[12]));
            }
        });
        assertThat(Scratch.isAbout(full)).isTrue();
        assertThat(Scratch.noRoom(full))
                .hasMessageContaining(System.getProperty("java.io.tmpdir"))
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("-Djava.io.tmpdir");
    }

    @Test
    void aFolderThatIsNotThereIsSaidToo() {
        IOException absent = catchThrowableOfType(
                IOException.class, () -> Files.createTempDirectory(folder.resolve("absent"), "keywright-"));
        assertThat(Scratch.isAbout(absent)).isTrue();
        assertThat(Scratch.noRoom(absent)).hasMessageContaining("there is no such folder");
        assertThat(Scratch.isAbout(new IOException("Connection reset"))).isFalse();
    }
}
