package dev.keywright.queue;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that takes from a queue until it is killed, or its standard input ends. Each entry handled is counted in the hash
 * {@code ledger}. Its first output says that it began.
 */
final class QueueChild {

    static final String LEDGER = "ledger";
    static final QueueOptions OPTIONS = QueueOptions.DEFAULTS
            .withLease(Duration.ofSeconds(1))
            .withAttempts(1_000)
            .withBackoff(Duration.ofMillis(20));

    private QueueChild() {}

    static ReliableQueue<String> queue(Keywright kw) {
        return kw.queue("ledger work", Codecs.string(), OPTIONS);
    }

    /** What goes wrong in it is to be seen in the output of the tests. */
    static Process start(String uri, String role) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                QueueChild.class.getName(),
                uri,
                role);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Arguments: URI; {@code work}, or {@code hang} to handle nothing to its end. */
    public static void main(String[] arguments) throws IOException {
        try (Keywright kw = Keywright.connect(arguments[0]);
                ReliableQueue<String> queue = queue(kw);
                Consumption<String> consumption = queue.consume(2, delivery -> {
                    if (arguments[1].equals("hang")) {
                        LockSupport.park();
                    }
                    count(kw, delivery.value());
                })) {
            new FileOutputStream(FileDescriptor.out).write(consumption == null ? '?' : '!');
            while (System.in.read() >= 0) {
                LockSupport.parkNanos(1);
            }
        }
    }

    private static void count(Keywright kw, String value) {
        kw.connection()
                .call(Command.named("HINCRBY")
                        .key(LEDGER)
                        .argument(value)
                        .argument(1)
                        .build())
                .orThrow("ledger");
    }
}
