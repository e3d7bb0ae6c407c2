package dev.keywright.connection;

import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.Standalone;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server moves, and its name follows. The JVM reads names from a file when it is started so, and so the client is one of its
 * own; relays on 127.0.0.1 and 127.0.0.2 stand for the two places.
 */
class MovedNameTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "redis.test";

    @Test
    void theNameIsLookedUpAgainForEveryConnection(@TempDir Path folder) throws Exception {
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 " + NAME + "\n");
        try (Standalone here = Standalone.start();
                Standalone there = Standalone.start();
                Relay first = new Relay("127.0.0.1", 0, here);
                Relay second = new Relay("127.0.0.2", first.port(), there)) {
            Process client = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djdk.net.hosts.file=" + hosts,
                            "-cp",
                            classes(),
                            Client.class.getName(),
                            "redis://" + NAME + ":" + first.port())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("client.log").toFile())
                    .start();
            try {
                await().atMost(PATIENCE).until(() -> !here.command("GET", "n").isEmpty());
                Files.writeString(hosts, "127.0.0.2 " + NAME + "\n");
                first.close();
                await().atMost(PATIENCE).until(() -> !there.command("GET", "n").isEmpty());
            } finally {
                client.destroyForcibly().waitFor();
            }
        }
    }

    /** Of this test and of all it needs, which may be modules here and are none there. */
    private static String classes() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(path -> System.getProperty(path, ""))
                .collect(Collectors.joining(
                        File.pathSeparator, Path.of("target/test-classes") + File.pathSeparator, ""));
    }

    /** Counts until it is ended. */
    static final class Client {

        public static void main(String[] arguments) {
            Security.setProperty("networkaddress.cache.ttl", "1");
            Command count = Command.named("INCR").key("n").build();
            try (Connection connection = Connection.open(arguments[0])) {
                while (true) {
                    try {
                        connection.call(count).number();
                    } catch (KeywrightException.Unavailable moving) {
                        // until it has moved
                    }
                }
            }
        }
    }

    /** Passes on what comes to one address. */
    private static final class Relay implements AutoCloseable {

        private final ServerSocket listener;
        private final Standalone server;
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

        Relay(String host, int port, Standalone server) throws IOException {
            this.listener = new ServerSocket(port, 50, InetAddress.getByName(host));
            this.server = server;
            start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() throws IOException {
            while (true) {
                Socket client = listener.accept();
                Socket onward = new Socket(InetAddress.getLoopbackAddress(), server.port());
                sockets.add(client);
                sockets.add(onward);
                start(() -> pass(client.getInputStream(), onward.getOutputStream()));
                start(() -> pass(onward.getInputStream(), client.getOutputStream()));
            }
        }

        private static void pass(InputStream from, OutputStream to) throws IOException {
            byte[] buffer = new byte[8192];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // the relay's end, or the client's
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
