package dev.keywright.cache.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL on 127.0.0.1, unpacked from the jar that carries its binaries. It refuses to run as root; then it is started as the
 * user nobody. It ends with this JVM, however that ends: a shell holds it, and stops it when its standard input is closed.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String UNPRIVILEGED = "nobody";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RUN_WHILE_STDIN_IS_OPEN = "\"$@\" & pid=$!; cat > /dev/null; kill -INT $pid; wait $pid";

    private final Path home;
    private final int port;
    private final Process process;

    private PostgresServer(Path home, int port, Process process) {
        this.home = home;
        this.port = port;
        this.process = process;
    }

    /** One that writes nothing through to the disk. */
    static PostgresServer start() throws IOException, InterruptedException {
        return start("fsync=off");
    }

    /** One with these settings, each "name=value", beside its own. */
    public static PostgresServer start(String... settings) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("keywright-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpack(home);
        Path data = Files.createDirectory(home.resolve("data"));
        if (isRoot()) {
            UserPrincipal nobody =
                    home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED);
            Files.setOwner(data, nobody);
            Files.setOwner(home, nobody);
        }
        Path log = home.resolve("log");
        Process initdb = process(
                        home,
                        log,
                        List.of(
                                bin(home, "initdb"),
                                "-D",
                                data.toString(),
                                "-U",
                                "keywright",
                                "-A",
                                "trust",
                                "-E",
                                "UTF8"),
                        List.of("--no-locale", "--no-sync"))
                .start();
        if (!initdb.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || initdb.exitValue() != 0) {
            throw new AssertionError("initdb failed: " + Files.readString(log));
        }
        int port = freePort();
        List<String> postgres = List.of(
                bin(home, "postgres"),
                "-D",
                data.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "-k",
                home.toString());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", RUN_WHILE_STDIN_IS_OPEN, "sh"));
        command.addAll(postgres);
        Process process = process(
                        home,
                        log,
                        command,
                        Stream.concat(Stream.of("shared_buffers=16MB"), Stream.of(settings))
                                .flatMap(setting -> Stream.of("-c", setting))
                                .toList())
                .start();
        PostgresServer server = new PostgresServer(home, port, process);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (Connection connection = server.source().getConnection()) {
                return connection.isValid(5);
            }
        });
        return server;
    }

    PGSimpleDataSource source() {
        return to(new PGSimpleDataSource());
    }

    /** For a pool of connections, whose driver writes the rows of a batch in one statement. */
    public PGConnectionPoolDataSource pooled() {
        PGConnectionPoolDataSource source = to(new PGConnectionPoolDataSource());
        source.setReWriteBatchedInserts(true);
        return source;
    }

    private <S extends BaseDataSource> S to(S source) {
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("keywright");
        return source;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(PostgresServer::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String bin(Path home, String program) {
        return home.resolve("bin").resolve(program).toString();
    }

    private static ProcessBuilder process(Path home, Path log, List<String> command, List<String> more) {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=nogroup", "--clear-groups"));
        }
        words.addAll(command);
        words.addAll(more);
        return new ProcessBuilder(words)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // --- the archive: tar in xz, with plain files, folders and symbolic links

    private static void unpack(Path home) throws IOException {
        try (InputStream packed = PostgresServer.class.getResourceAsStream(ARCHIVE);
                DataInputStream tar = new DataInputStream(new XZInputStream(packed))) {
            byte[] header = new byte[512];
            tar.readFully(header);
            while (header[0] != 0) {
                Path file = home.resolve(text(header, 0, 100)).normalize();
                int length = Integer.parseInt(text(header, 124, 12).trim(), 8);
                byte[] content = tar.readNBytes(length);
                tar.skipNBytes((512 - length % 512) % 512);
                switch (header[156]) {
                    case '5' -> Files.createDirectories(file);
                    case '2' -> Files.createSymbolicLink(file, Path.of(text(header, 157, 100)));
                    default -> {
                        Files.createDirectories(file.getParent());
                        Files.write(file, content);
                        if (file.getParent().endsWith("bin")) {
                            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                        }
                    }
                }
                tar.readFully(header);
            }
        }
    }

    private static String text(byte[] header, int at, int length) {
        String text = new String(header, at, length, UTF_8);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }
}
