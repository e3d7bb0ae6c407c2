package dev.keywright.stream;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers and workers are processes that are killed with {@code -9} at random. In the end every message must be in the stream once, and
 * must have been handled at least once; those handled more often are counted. Producers begin anew with their first message after each
 * kill. Arguments: messages (20,000), most seconds (60), producers (2), workers (3), seed (1).
 */
final class StreamLedger {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private record Seat(String role, int from, int count) {}

    private final List<Seat> seats = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final Keywright kw;
    private final String uri;
    private final int messages;
    private final Random random;
    private int kills;

    private StreamLedger(Keywright kw, String uri, int messages, int producers, int workers, long seed)
            throws IOException {
        this.kw = kw;
        this.uri = uri;
        this.messages = messages;
        this.random = new Random(seed);
        for (int i = 0; i < producers; i++) {
            int from = messages * i / producers;
            seats.add(new Seat("produce", from, messages * (i + 1) / producers - from));
        }
        for (int i = 0; i < workers; i++) {
            seats.add(new Seat("work", 0, 0));
        }
        for (Seat seat : seats) {
            processes.add(start(seat));
        }
    }

    private static int argument(String[] arguments, int at, int otherwise) {
        return arguments.length > at ? Integer.parseInt(arguments[at]) : otherwise;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            StreamLedger ledger = new StreamLedger(
                    kw,
                    redis.uri(),
                    argument(arguments, 0, 20_000),
                    argument(arguments, 2, 2),
                    argument(arguments, 3, 3),
                    argument(arguments, 4, 1));
            try {
                ledger.run(Duration.ofSeconds(argument(arguments, 1, 60)));
            } finally {
                for (Process process : ledger.processes) {
                    process.destroyForcibly().waitFor();
                }
            }
            OUT.println(ledger.audit());
        }
    }

    private Process start(Seat seat) throws IOException {
        return StreamChild.start(uri, seat.role(), seat.from(), seat.count());
    }

    /** Kills while there is time, in the last third no more, and ends when all is handled. */
    private void run(Duration most) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long nextKill = start;
        while (System.nanoTime() - start < most.toNanos() && !isDone()) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            if (System.nanoTime() - nextKill > 0 && System.nanoTime() - start < most.toNanos() / 3 * 2) {
                nextKill = System.nanoTime()
                        + Duration.ofMillis(500 + random.nextInt(1_500)).toNanos();
                kill(random.nextInt(seats.size()));
            }
        }
    }

    private void kill(int seat) throws IOException, InterruptedException {
        Process process = processes.get(seat);
        if (process.isAlive() && process.getInputStream().available() > 0) { // it has begun
            process.destroyForcibly().waitFor();
            kills++;
            processes.set(seat, start(seats.get(seat)));
        }
    }

    private boolean isDone() {
        EventStream<String> stream = StreamChild.stream(kw);
        try {
            return stream.length() >= messages
                    && stream.group(StreamChild.GROUP)
                            .filter(group -> group.pending() == 0 && group.lag().orElse(-1) == 0)
                            .isPresent();
        } catch (KeywrightException.Unavailable busy) {
            return false;
        }
    }

    private String audit() {
        List<Reply> counts = kw.connection()
                .call(Command.named("HGETALL").key(StreamChild.LEDGER).build())
                .orThrow("ledger")
                .items();
        long handled = 0;
        for (int i = 1; i < counts.size(); i += 2) {
            handled += Long.parseLong(counts.get(i).text());
        }
        int different = counts.size() / 2;
        long length = StreamChild.stream(kw).length();
        return messages + " messages, " + kills + " kills: " + length + " in the stream, " + different + " handled, "
                + (messages - different) + " missing, " + (handled - different) + " handled again: "
                + (length == messages && different == messages ? "all is well" : "WRONG");
    }
}
