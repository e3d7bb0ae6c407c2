package dev.keywright.pubsub.browser;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.pubsub.Topic;
import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * An {@link EventBridge} in a process of its own, and a crowd of connections here: prints how much memory and how many threads the bridge
 * needs, and how long a message takes until all of them have it. Needs as many file descriptors in each process as there are connections
 * ({@code ulimit -n}). Arguments: connections (10,000), messages (50).
 */
final class CrowdMeasure {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final byte[] REQUEST = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
    private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(64 * 1024);

    private final Selector selector = Selector.open();
    private final int port;
    private int begun;
    private int had;

    private CrowdMeasure(int port) throws IOException {
        this.port = port;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            Process bridge = bridge(redis.uri());
            try (BufferedReader says = new BufferedReader(new InputStreamReader(bridge.getErrorStream(), US_ASCII))) {
                CrowdMeasure crowd = new CrowdMeasure(port(says));
                System.err.println("before: " + state(bridge));
                crowd.join(connections);
                System.err.println(connections + " connections: " + state(bridge));
                crowd.measure(kw.topic("news", Codecs.string()), connections, messages);
                System.err.println("after " + messages + " messages: " + state(bridge));
            } finally {
                bridge.destroy();
                bridge.waitFor();
            }
        }
    }

    private static Process bridge(String uri) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EventBridge.class.getName(),
                        uri,
                        "news",
                        "0")
                .start();
    }

    private static int port(BufferedReader says) throws IOException {
        for (String line = says.readLine(); line != null; line = says.readLine()) {
            if (line.startsWith("Open ")) {
                return Integer.parseInt(line.replaceAll(".*:(\\d+)/$", "$1"));
            }
        }
        throw new IllegalStateException("The bridge did not start");
    }

    /** Resident memory and threads, as the system counts them. */
    private static String state(Process process) throws IOException {
        StringBuilder state = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmRSS") || line.startsWith("Threads")) {
                state.append(line.replaceAll("\\s+", " ")).append("  ");
            }
        }
        return state.toString().strip();
    }

    private void join(int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 * 1024);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(REQUEST));
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            if (i % 100 == 99) {
                await(i + 1, 0);
            }
        }
        await(connections, 0);
    }

    private void measure(Topic<String> topic, int connections, int messages) throws IOException {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            long start = System.nanoTime();
            topic.publish("m".repeat(64));
            await(connections, connections * (i + 1));
            millis.add((System.nanoTime() - start) / 1_000_000);
        }
        Collections.sort(millis);
        System.err.printf(
                Locale.ROOT,
                "a message to all %d: %d ms (median), %d ms (worst of %d)%n",
                connections,
                millis.get(messages / 2),
                millis.get(messages - 1),
                messages);
    }

    /** Until so many were answered, and so many messages came together. */
    private void await(int answers, int messages) throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (begun < answers || had < messages) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(begun + " answered, " + had + " messages came");
            }
            selector.select(this::read, 1_000);
        }
    }

    /** Heads end with {@code retry}, messages begin with {@code event}; on loopback none of them comes in two pieces. */
    private void read(SelectionKey key) {
        BUFFER.clear();
        try {
            if (((SocketChannel) key.channel()).read(BUFFER) < 0) {
                throw new IllegalStateException("The bridge closed a connection");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        String text = US_ASCII.decode(BUFFER.flip()).toString();
        for (String event : text.split("\n\n")) {
            begun += event.endsWith("retry: 1000") ? 1 : 0;
            had += event.startsWith("event: message") ? 1 : 0;
        }
    }
}
