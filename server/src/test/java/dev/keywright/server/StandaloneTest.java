package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneTest {

    private static Standalone redis;

    @BeforeAll
    static void start() {
        redis = Standalone.start();
    }

    @AfterAll
    static void close() {
        redis.close();
    }

    @Test
    void answersAsSoonAsStartReturns() {
        assertThat(redis.command("PING")).isEqualTo("PONG");
        assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
        assertThat(redis.topology()).isEqualTo(Topology.STANDALONE);
        assertThat(redis.nodes()).containsExactly(redis);
        assertThat(redis.info("process_id")).isEqualTo(Long.toString(redis.pid()));
        assertThat(redis.info("no_such_field")).isEmpty();
    }

    @Test
    void startsInWellUnderHalfASecond() {
        long[] millis = IntStream.range(0, 9)
                .mapToLong(i -> {
                    long before = System.nanoTime();
                    try (Standalone one = Standalone.start()) {
                        one.command("PING");
                        return (System.nanoTime() - before) / 1_000_000;
                    }
                })
                .sorted()
                .toArray();

        assertThat(millis[4]).as("median of %s ms", Arrays.toString(millis)).isLessThan(250);
    }

    @Test
    void repliesReadAsTheRawOutputOfRedisCli() {
        redis.command("RPUSH", "raw", "ä", "", "two words");

        assertThat(redis.command("LRANGE", "raw", "0", "-1")).isEqualTo("ä\n\ntwo words");
        assertThat(redis.command("GET", "raw:missing")).isEmpty();
        assertThat(redis.command("LLEN", "raw")).isEqualTo("3");
        assertThat(redis.command("BLMPOP", "0.01", "1", "raw:missing", "LEFT")).isEmpty();
    }

    @Test
    void anErrorReplyIsAnExceptionThatNamesCommandAndServer() {
        redis.command("SET", "text", "a");

        assertThatThrownBy(() -> redis.command("LPUSH", "text", "b"))
                .isInstanceOf(ServerException.class)
                .hasMessageStartingWith("WRONGTYPE ")
                .hasMessageContaining("(LPUSH on 127.0.0.1:" + redis.port() + ")");
    }

    @Test
    void nothingACommandSetsOnItsConnectionOutlivesIt() {
        redis.command("SELECT", "5");
        redis.command("SET", "database", "0");

        assertThat(redis.command("GET", "database")).isEqualTo("0");
        assertThat(redis.info("db5")).isEmpty();
    }

    @Test
    void isReachedThroughLoopbackOnly() throws IOException {
        assertThat(redis.configuration()).containsEntry("bind", "127.0.0.1");
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress other : others) {
            assertThatThrownBy(() -> new Socket(other, redis.port()).close()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void keepsNothingByDefault() {
        assertThat(redis.configuration())
                .containsEntry("save", "")
                .containsEntry("appendonly", "no")
                .containsEntry("protected-mode", "yes");
    }

    @Test
    void aKilledServerComesBackOnItsPortWithWhatTheAofKept() {
        ServerOptions durable =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        try (Standalone one = Standalone.start(durable)) {
            int port = one.port();
            long first = one.pid();
            one.command("SET", "kept", "yes");

            one.kill();
            assertThat(one.isRunning()).isFalse();
            assertThat(ProcessHandle.of(first)).isEmpty();
            assertThatThrownBy(() -> one.command("PING")).hasMessageContaining("Was the server killed or closed?");
            assertThatThrownBy(one::freeze).hasMessageContaining("not running");

            one.restart();
            assertThat(one.port()).isEqualTo(port);
            assertThat(one.pid()).isNotEqualTo(first);
            assertThat(one.command("GET", "kept")).isEqualTo("yes");
        }
    }

    @Test
    void aRunningOrFrozenServerKeepsItsDataOverARestart() {
        try (Standalone one = Standalone.start()) {
            one.command("SET", "kept", "yes");
            one.restart();
            assertThat(one.command("GET", "kept")).isEqualTo("yes");
            one.freeze();
            one.restart();
            assertThat(one.command("GET", "kept")).isEqualTo("yes");
        }
    }

    @Test
    void onAFullDiskSnapshotsFailAndWritesAreRefusedUntilThereIsRoom() {
        try (Standalone one = Standalone.start(ServerOptions.DEFAULTS.withDirective("appendonly", "yes"))) {
            one.command("SET", "key", "before");
            one.fillDisk();

            await().until(() -> refusal(one).contains("Errors writing to the AOF file: File too large"));
            one.command("BGSAVE");
            await().until(() -> one.info("rdb_last_bgsave_status").equals("err"));
            assertThat(one.command("GET", "key")).startsWith("before");

            one.freeDisk();
            await().until(() -> refusal(one).isEmpty());
            one.command("BGSAVE");
            await().until(() -> one.info("rdb_last_bgsave_status").equals("ok"));
            one.fillDisk();
            one.kill();
            assertThatThrownBy(one::freeDisk).hasMessageContaining("not running");
            one.restart();
            assertThat(refusal(one)).isEmpty();
        }
    }

    /** What a write is refused with; empty when it is not. */
    private static String refusal(Standalone one) {
        return one.ask("APPEND", "key", "x") instanceof Reply.Failed failed ? failed.text() : "";
    }

    @Test
    void aFrozenServerAnswersNothingUntilItIsThawed() throws IOException {
        try (Standalone one = Standalone.start()) {
            one.freeze();
            assertThat(one.isRunning()).isTrue();
            try (Wire wire = Wire.open(one.port(), Access.NONE, Duration.ofMillis(150))) {
                assertThatThrownBy(() -> wire.send("PING")).isInstanceOf(SocketTimeoutException.class);
            }
            one.thaw();
            assertThat(one.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void aFrozenServerCanBeClosed() {
        Standalone one = Standalone.start();
        one.freeze();
        one.close();
        assertThat(ProcessHandle.of(one.pid())).isEmpty();
    }

    @Test
    void leavesNoProcessAndNoFolderAndStillHasItsLog() {
        Standalone one = Standalone.start();
        Path folder = Path.of(one.configuration().get("dir")).getParent();
        assertThat(folder).isDirectory();

        one.close();
        one.close();

        assertThat(folder).doesNotExist();
        assertThat(ProcessHandle.of(one.pid())).isEmpty();
        assertThat(one.log()).contains("Ready to accept connections");
        assertThatThrownBy(() -> one.command("PING")).isInstanceOf(ServerException.class);
    }

    @Test
    void aFolderOfTheCallersOutlivesTheServer(@TempDir Path parent) {
        Path folder = parent.resolve("a \"quoted\" folder\\ä");
        ServerOptions options = ServerOptions.DEFAULTS.withFolder(folder);
        try (Standalone one = Standalone.start(options)) {
            one.command("SET", "kept", "yes");
            one.command("SAVE");
        }
        assertThat(folder.resolve("dump.rdb")).exists();
        try (Standalone one = Standalone.start(options)) {
            assertThat(one.command("GET", "kept")).isEqualTo("yes");
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, Ports.LOOPBACK)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> Standalone.start(ServerOptions.DEFAULTS.withDirective("port", port)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("Port " + port + " is taken (127.0.0.1)");
        }
    }

    @Test
    void aPortTakenByAnotherRedisIsNotMistakenForOurs() {
        String port = Integer.toString(redis.port());
        assertThatThrownBy(() -> Standalone.start(ServerOptions.DEFAULTS.withDirective("port", port)))
                .hasMessageContaining("Port " + port + " is taken");
        assertThat(redis.command("PING")).isEqualTo("PONG");
    }

    @Test
    void aPortLostBetweenChoiceAndBindIsReplacedByAnother() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, Ports.LOOPBACK)) {
            int[] offered = {taken.getLocalPort(), Ports.hold()};
            int[] next = {0};
            try (ServerProcess process = ServerProcess.start(
                    RedisBinary.find(java.util.Optional.empty()), ServerOptions.DEFAULTS, () -> offered[next[0]++])) {
                assertThat(process.port()).isEqualTo(offered[1]);
            }
        }
    }

    @Test
    void aConfigurationTheServerRefusesIsQuoted() {
        assertThatThrownBy(
                        () -> Standalone.start(ServerOptions.DEFAULTS.withDirective("maxmemory-polizy", "allkeys-lru")))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("ended while it started")
                .hasMessageContaining("'maxmemory-polizy allkeys-lru'");
    }

    @Test
    void directivesReachTheServer() {
        ServerOptions options = ServerOptions.DEFAULTS
                .withDirective("maxmemory", "10mb")
                .withDirective("client-output-buffer-limit", "pubsub 1mb 1mb 10")
                .withDirective("requirepass", "pass:word");
        try (Standalone one = Standalone.start(options)) {
            assertThat(one.uri()).isEqualTo("redis://:pass%3Aword@127.0.0.1:" + one.port());
            assertThat(one.configuration()).containsEntry("maxmemory", "10485760");
            assertThat(one.configuration().get("client-output-buffer-limit")).contains("pubsub 1048576 1048576 10");
        }
    }

    @Test
    void flushAllEmptiesEveryDatabase() {
        redis.command("EVAL", "redis.call('SELECT', 3); redis.call('SET', 'k', 'v')", "0");
        assertThat(redis.info("db3")).isNotEmpty();

        redis.flushAll();

        assertThat(redis.info("db3")).isEmpty();
    }

    @Test
    void ctrlCDoesNotEndTheWatchdogBeforeItsServer() throws Exception {
        try (Standalone one = Standalone.start()) {
            long watchdog = ProcessHandle.of(one.pid())
                    .orElseThrow()
                    .parent()
                    .orElseThrow()
                    .pid();
            for (String signal : List.of("INT", "TERM", "HUP", "QUIT")) {
                assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(watchdog))
                                .start()
                                .waitFor())
                        .isZero();
            }
            assertThat(one.command("PING")).isEqualTo("PONG");
            assertThat(ProcessHandle.of(watchdog)).isPresent();
        }
    }

    @Test
    void aKilledWatchdogLeavesNothingBehindOnceTheServerIsClosed() {
        Standalone one = Standalone.start();
        Path folder = Path.of(one.configuration().get("dir")).getParent();
        ProcessHandle server = ProcessHandle.of(one.pid()).orElseThrow();
        server.parent().orElseThrow().destroyForcibly();

        one.close();

        await().until(() -> !server.isAlive() && !Files.exists(folder));
    }
}
