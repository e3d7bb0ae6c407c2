package dev.keywright.stream;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that appends or handles events until it is killed, or its standard input ends. Its first output says that it began. Each event
 * handled is counted in the hash {@code ledger}.
 */
final class StreamChild {

    static final String LEDGER = "ledger";
    static final String GROUP = "audit";
    static final WorkerOptions OPTIONS = WorkerOptions.DEFAULTS
            .withIdle(Duration.ofSeconds(1))
            .withAttempts(1_000, Duration.ofMillis(50))
            .withPrefetch(64);

    private StreamChild() {}

    static EventStream<String> stream(Keywright kw) {
        return kw.stream("ledger events", Codecs.string(), StreamOptions.DEFAULTS.withDeadline(Duration.ofSeconds(2)));
    }

    static Process start(String uri, String role, int from, int count) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                StreamChild.class.getName(),
                uri,
                role,
                Integer.toString(from),
                Integer.toString(count));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Arguments: URI; {@code produce}, {@code work} or {@code hang}; first number; how many. */
    public static void main(String[] arguments) throws IOException {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            EventStream<String> stream = stream(kw);
            switch (arguments[1]) {
                case "produce" -> produce(stream, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
                case "work" -> work(stream, event -> count(kw.connection(), event.value()));
                default ->
                    work(stream, event -> {
                        new FileOutputStream(FileDescriptor.out).write('h');
                        LockSupport.park();
                    });
            }
        }
    }

    private static void work(EventStream<String> stream, EventHandler<String> handler) throws IOException {
        try (StreamWorker<String> worker = stream.work(GROUP, OPTIONS, handler)) {
            new FileOutputStream(FileDescriptor.out).write('!');
            while (System.in.read() >= 0) {
                LockSupport.parkNanos(1);
            }
        }
    }

    private static void count(Connection connection, String value) {
        connection
                .call(Command.named("HINCRBY")
                        .key(LEDGER)
                        .argument(value)
                        .argument(1)
                        .build())
                .orThrow("ledger");
    }

    /** Begins with the first one each time it is started: what was appended before is not appended again. */
    private static void produce(EventStream<String> stream, int from, int count) throws IOException {
        new FileOutputStream(FileDescriptor.out).write('!');
        int next = from;
        while (next < from + count) {
            List<Message<String>> messages = new ArrayList<>();
            for (int i = next; i < Math.min(next + 50, from + count); i++) {
                messages.add(Message.of("m" + i).withId("m" + i));
            }
            try {
                next += stream.appendAll(messages).size();
            } catch (KeywrightException.Unavailable away) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }
}
