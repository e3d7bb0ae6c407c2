package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {

    @TempDir
    Path folder;

    @Test
    void readsVersionAllocatorAndProduct() throws IOException {
        Path redis = program("one", "echo 'Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1'");
        Path valkey = program("two", "echo 'Valkey server v=8.0.1 sha=00000000:0 malloc=libc bits=64 build=2'");

        assertThat(RedisBinary.find(Optional.of(redis)))
                .isEqualTo(new RedisBinary(redis, "redis", "7.2.4", "jemalloc-5.3.0", "chosen"))
                .hasToString("redis 7.2.4 jemalloc-5.3.0");
        assertThat(RedisBinary.find(Optional.of(valkey)))
                .isEqualTo(new RedisBinary(valkey, "valkey", "8.0.1", "libc", "chosen"));
    }

    @Test
    void theChosenOneWinsOverTheVariableAndTheVariableOverThePath() throws IOException {
        Path chosen = redis("chosen", "7.0.1");
        Path variable = redis("variable", "7.0.2");
        redis("redis-server", "7.0.3");
        Host both = host(Map.of("PATH", folder.toString(), RedisBinary.VARIABLE, variable.toString()));
        Host path = host(Map.of("PATH", "/nowhere:" + folder));

        assertThat(RedisBinary.find(Optional.of(chosen), both).version()).isEqualTo("7.0.1");
        assertThat(RedisBinary.find(Optional.empty(), both).version()).isEqualTo("7.0.2");
        assertThat(RedisBinary.find(Optional.empty(), path))
                .extracting(RedisBinary::version, RedisBinary::origin)
                .containsExactly("7.0.3", "PATH");
    }

    @Test
    void valkeyIsTakenBeforeRedisAndWhatIsTooOldOrNoRedisIsPassedOver() throws IOException {
        Files.createDirectories(folder.resolve("old"));
        redis("old/redis-server", "6.2.6");
        program("old/valkey-server", "echo hello");
        redis("redis-server", "7.0.3");
        Host onlyRedis = host(Map.of("PATH", folder.resolve("old") + ":" + folder));
        assertThat(RedisBinary.find(Optional.empty(), onlyRedis).version()).isEqualTo("7.0.3");

        redis("valkey-server", "7.2.5");
        assertThat(RedisBinary.find(Optional.empty(), onlyRedis))
                .extracting(RedisBinary::version, RedisBinary::product)
                .containsExactly("7.2.5", "valkey");
    }

    @Test
    void aRedisOlderThan7IsRefused() throws IOException {
        Path old = redis("old", "6.2.6");

        assertThatThrownBy(() -> RedisBinary.find(Optional.of(old)))
                .isInstanceOf(ServerException.class)
                .hasMessage("This Redis is too old: 6.2.6, and 7.0 or newer is needed (" + old
                        + ", chosen by --server). Give the path of a redis-server or valkey-server, 7.0 or newer.");
    }

    @Test
    void aProgramThatIsNoRedisIsRefusedWhateverItDoes() throws IOException {
        String noRedis = "This program is no Redis: --version does not answer as one";
        assertRefused(program("greeter", "echo hello"), noRedis);
        assertRefused(program("failing", "exit 3"), noRedis);
        assertRefused(program("silent", "cat; exec tail -f /dev/null"), noRedis);
        assertRefused(Files.writeString(folder.resolve("text"), "just text"), "This file may not be executed");
        Path stranger = Files.writeString(folder.resolve("stranger"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(stranger, PosixFilePermissions.fromString("rwx------"));
        assertRefused(stranger, "This program cannot be run");
    }

    @Test
    void aMissingFileAFolderAndAFileWithoutPermissionAreNamed() {
        assertRefused(folder.resolve("missing"), "There is no such file");
        assertRefused(folder, "This is a folder");
    }

    @Test
    void theVariableIsNamedWhenItIsWrong() {
        Host wrong = host(Map.of(RedisBinary.VARIABLE, "/no/such/server"));

        assertThatThrownBy(() -> RedisBinary.find(Optional.empty(), wrong))
                .hasMessageContaining("(/no/such/server, chosen by KEYWRIGHT_SERVER)");
    }

    @Test
    void aPlatformWithoutBinaryIsToldTheTwoWaysOut() {
        Host solaris = new Host(Map.of("PATH", ""), "/home/a", "/tmp", "a", "SunOS", "sparcv9");

        assertThatThrownBy(() -> RedisBinary.find(Optional.empty(), solaris))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("no embedded Redis for this platform (SunOS sparcv9)")
                .hasMessageContaining("--redis URI")
                .hasMessageContaining("--server PATH");
    }

    @Test
    void everyPlatformHasItsName() {
        assertThat(platform("Linux", "amd64")).contains("linux-amd64");
        assertThat(platform("Linux", "aarch64")).contains("linux-arm64");
        assertThat(platform("Linux", "i386")).contains("linux-386");
        assertThat(platform("Mac OS X", "x86_64")).contains("darwin-amd64");
        assertThat(platform("Mac OS X", "aarch64")).contains("darwin-arm64");
        assertThat(platform("Linux", "riscv64")).isEmpty();
        assertThat(platform("Windows 11", "amd64")).isEmpty();
    }

    private static Optional<String> platform(String system, String architecture) {
        return new Host(Map.of(), "/home/a", "/tmp", "a", system, architecture).platform();
    }

    private Host host(Map<String, String> environment) {
        return new Host(environment, folder.toString(), folder.toString(), "a", "Linux", "amd64");
    }

    private static void assertRefused(Path path, String problem) {
        assertThatThrownBy(() -> RedisBinary.find(Optional.of(path)))
                .isInstanceOf(ServerException.class)
                .hasMessageStartingWith(problem)
                .hasMessageContaining("(" + path + ", chosen by --server). ");
    }

    private Path redis(String name, String version) throws IOException {
        return program(name, "echo 'Redis server v=" + version + " sha=00000000:0 malloc=libc bits=64 build=1'");
    }

    private Path program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }
}
