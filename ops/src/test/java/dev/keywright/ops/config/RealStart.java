package dev.keywright.ops.config;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.server.RedisBinary;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Starts the embedded Redis 7.0.15 with a conf file and says whether it would. Nothing goes on running. */
final class RealStart {

    private static final Pattern LINE = Pattern.compile("at line (\\d+)");
    private static final String READY = "Ready to accept connections";
    private static final String LISTENS = "The server is now ready to accept connections";
    private static final RedisBinary BINARY = RedisBinary.embedded();

    /**
     * @param started it came as far as serving
     * @param line where it found the file wrong
     * @param output what it said
     */
    record Outcome(boolean started, OptionalInt line, String output) {}

    private final Path folder;

    RealStart(Path folder) {
        this.folder = folder;
    }

    static RedisBinary binary() {
        return BINARY;
    }

    /** Starts a server that listens on a Unix socket only, whatever the file says of ports. */
    Outcome server(Path conf) {
        return run(
                conf,
                "--port",
                "0",
                "--tls-port",
                "0",
                "--unixsocket",
                folder.resolve("s").toString(),
                "--logfile",
                "",
                "--loglevel",
                "notice",
                "--daemonize",
                "no",
                "--supervised",
                "no",
                "--bind",
                "127.0.0.1",
                "--cluster-port",
                freePort(),
                "--dir",
                folder.toString(),
                "--pidfile",
                folder.resolve("pid").toString());
    }

    private static String freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server with the file alone. */
    Outcome plain(Path conf) {
        return run(conf);
    }

    Outcome sentinel(Path conf) {
        return run(conf, "--sentinel");
    }

    private Outcome run(Path conf, String... more) {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(BINARY.path().toString(), conf.toString()));
        command.addAll(List.of(more));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .start();
            try {
                Awaitility.await()
                        .pollDelay(Duration.ofMillis(2))
                        .pollInterval(Duration.ofMillis(2))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> !process.isAlive() || serves(output));
                String said = Files.readString(output);
                Matcher line = LINE.matcher(said);
                return new Outcome(
                        process.isAlive(),
                        line.find() ? OptionalInt.of(Integer.parseInt(line.group(1))) : OptionalInt.empty(),
                        said);
            } finally {
                process.destroyForcibly();
                process.waitFor(10, TimeUnit.SECONDS);
                Files.deleteIfExists(folder.resolve("s"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean serves(Path output) throws IOException {
        String said = Files.readString(output);
        return said.contains(READY) || said.contains(LISTENS) || said.contains("Sentinel ID is");
    }

    /** What the linter thinks of it: the first line of an error that stops the server. */
    static Optional<Finding> fatal(LintReport report) {
        return report.findings().stream()
                .filter(finding -> FATAL.contains(finding.id()))
                .filter(finding -> finding.severity() == Severity.ERROR)
                .findFirst();
    }

    /** The rules that say the server does not start. */
    static final List<String> FATAL = List.of(
            "byte-order-mark",
            "unbalanced-quotes",
            "trailing-comment",
            "unknown-directive",
            "directive-of-another-release",
            "wrong-value",
            "include-too-deep",
            "user-rule-wrong",
            "user-twice",
            "users-in-two-places",
            "renamed-command-unknown",
            "replicaof-in-cluster",
            "listens-nowhere",
            "tls-without-certificate",
            "cluster-bus-port-too-high",
            "module-setting-without-module",
            "activedefrag-needs-jemalloc",
            "sentinel-directive-unknown",
            "sentinel-value-wrong",
            "sentinel-master-unknown",
            "sentinel-master-twice",
            "sentinel-hostname");
}
