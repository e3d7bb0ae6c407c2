package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBinaryTest {

    @TempDir
    Path folder;

    @Test
    void isUnpackedOnceAndUsedAgain() throws IOException {
        RedisBinary first = find(host(folder.resolve("home")));
        FileTime written = Files.getLastModifiedTime(first.path());

        assertThat(first.path()).startsWith(folder.resolve("home/.cache/keywright"));
        assertThat(first).extracting(RedisBinary::version, RedisBinary::origin).containsExactly("7.0.15", "embedded");
        assertThat(find(host(folder.resolve("home")))).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.path())).isEqualTo(written);
        assertThat(files(first.path().getParent())).containsExactly(first.path());
    }

    @Test
    void xdgCacheHomeIsHonouredWhenItIsAbsolute() {
        Host host = host(folder.resolve("home"));
        Map<String, String> environment =
                Map.of("PATH", "", "XDG_CACHE_HOME", folder.resolve("xdg").toString());
        Host chosen = new Host(environment, host.home(), host.temp(), host.user(), host.system(), host.architecture());

        assertThat(find(chosen).path()).startsWith(folder.resolve("xdg/keywright"));
    }

    @Test
    void aDamagedFileIsReplacedAndStalePartsAreRemoved() throws IOException {
        Path binary = find(host(folder.resolve("home"))).path();
        Files.write(binary, new byte[] {1, 2, 3});
        Path stale = Files.createFile(binary.resolveSibling(binary.getFileName() + "-1.part"));
        Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minus(Duration.ofDays(1))));

        assertThat(find(host(folder.resolve("home"))).path()).isEqualTo(binary);
        assertThat(files(binary.getParent())).containsExactly(binary);
    }

    @Test
    void fourJvmsThatStartAtOneInstantOnAnEmptyCacheAllGetIt() throws Exception {
        Map<String, String> environment =
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
        String instant = Long.toString(System.currentTimeMillis() + 1500);
        List<ChildJvm> jvms = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jvms.add(ChildJvm.start(environment, folder, "find", instant));
        }
        for (ChildJvm jvm : jvms) {
            assertThat(jvm.line()).startsWith("PONG embedded " + folder.resolve("cache/keywright"));
            jvm.close();
        }
        assertThat(files(folder.resolve("cache/keywright"))).hasSize(1);
    }

    @Test
    void aHomeThatCannotBeWrittenLeadsToAPrivateTemporaryFolder() throws IOException {
        Path temp = Files.createDirectory(folder.resolve("temp"));
        RedisBinary binary = find(host(unwritable(), temp));

        assertThat(binary.path().getParent()).isEqualTo(temp.resolve("keywright-tester"));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(binary.path().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aReadOnlyHomeThatAlreadyHoldsTheBinaryIsUsed() throws IOException {
        Path home = folder.resolve("home");
        Path binary = find(host(home)).path();
        Files.setPosixFilePermissions(binary.getParent(), PosixFilePermissions.fromString("r-x------"));
        try {
            assertThat(find(host(home)).path()).isEqualTo(binary);
        } finally {
            Files.setPosixFilePermissions(binary.getParent(), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aTemporaryFolderThatOthersMayChangeIsNotTrusted() throws IOException {
        Path shared = Files.createDirectory(folder.resolve("keywright-tester"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> find(host(unwritable(), folder)))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(shared + ": the folder is not private to this user");
    }

    @Test
    void aFullDiskEndsInOneSentenceAndLeavesNoPart() throws Exception {
        // No file may grow beyond 1 MB or less (the unit differs between shells): to the writer, the disk is full.
        List<String> limited = List.of("/bin/sh", "-c", "ulimit -f 1000; exec \"$@\"", "sh");
        Path cache = folder.resolve("cache");
        try (ChildJvm jvm = ChildJvm.start(limited, Map.of("XDG_CACHE_HOME", cache.toString()), folder, "find", "0")) {
            assertThat(jvm.line())
                    .startsWith("The embedded Redis could not be unpacked (" + cache.resolve("keywright") + ": ")
                    .contains("File too large")
                    .endsWith(
                            "Make one of these folders writable and executable with 7 MB free, set XDG_CACHE_HOME, or give"
                                    + " --server PATH.");
        }
        assertThat(files(cache.resolve("keywright"))).isEmpty();
    }

    @Test
    void aTemporaryFolderThatIsMissingIsNamedWhenAServerStarts() throws Exception {
        Path missing = folder.resolve("missing");
        Map<String, String> environment =
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
        try (ChildJvm jvm = ChildJvm.start(environment, missing, "find", "0")) {
            assertThat(jvm.line())
                    .startsWith("The shell that runs the server stopped: failed: cannot make the folder (" + missing)
                    .endsWith("or choose another folder with -Djava.io.tmpdir.");
        }
    }

    /** A folder in which not even root makes another one. */
    private Path unwritable() throws IOException {
        return Files.writeString(folder.resolve("a-file-for-a-home"), "");
    }

    private Host host(Path home) {
        return host(home, folder);
    }

    private static Host host(Path home, Path temp) {
        Host here = Host.here();
        return new Host(
                Map.of("PATH", ""), home.toString(), temp.toString(), "tester", here.system(), here.architecture());
    }

    private static RedisBinary find(Host host) {
        return RedisBinary.find(Optional.empty(), host);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
