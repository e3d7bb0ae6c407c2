package dev.keywright.ops.scan;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Replies;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Scans a server of many mixed keys, five facts of each, while a victim GETs one key at a time; rounds of rest, of a plain scan of
 * pages of 500 and of ours take turns. Arguments: keys (1,000,000), rounds (5), depth (FACTS), latency limit in ms (3).
 */
public final class ScanMeasure {

    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private ScanMeasure() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Depth depth = arguments.length > 2 ? Depth.valueOf(arguments[2]) : Depth.FACTS;
        Duration limit = Duration.ofMillis(arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3);
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, keys);
            for (int round = 1; round <= rounds; round++) {
                try (Victim idle = new Victim(server)) {
                    long until = System.nanoTime() + REST_NANOS;
                    while (System.nanoTime() < until) {
                        LockSupport.parkNanos(until - System.nanoTime());
                    }
                    idle.end();
                    System.out.println("round " + round + "  idle      " + idle.figures());
                }
                try (Victim victim = new Victim(server)) {
                    long start = System.nanoTime();
                    int read = bare(server);
                    double seconds = (System.nanoTime() - start) / 1e9;
                    victim.end();
                    System.out.println("round " + round + "  bare      " + victim.figures() + "  "
                            + String.format(Locale.ROOT, "%,.0f keys/s", read / seconds));
                }
                try (Victim victim = new Victim(server)) {
                    LongAdder told = new LongAdder();
                    double before = cpu(server);
                    ScanOutcome outcome = LiveScan.of(
                                    server.uri(),
                                    ScanOptions.DEFAULTS.withDepth(depth).withLatencyLimit(limit))
                            .run(node -> key -> told.increment(), progress -> {});
                    victim.end();
                    ShardOutcome shard = outcome.shards().get(0);
                    System.out.println("round " + round + "  scanning  " + victim.figures() + "  "
                            + String.format(
                                    Locale.ROOT,
                                    "%,.0f keys/s",
                                    told.sum() * 1e9 / outcome.took().toNanos())
                            + "  " + shard.pace() + "  server CPU " + (cpu(server) - before)
                            + (outcome.complete() ? "" : "  INCOMPLETE"));
                }
            }
        }
    }

    /** The plain way to compare with: a page of 500, its facts in one go, the next page. */
    private static int bare(Standalone server) throws IOException {
        int read = 0;
        try (Wire wire = Wire.open(new Node("127.0.0.1", server.port()), Access.of(server.uri()))) {
            Replies replies = new Replies(wire);
            List<Fact> facts = List.of(Fact.TYPE, Fact.BYTES, Fact.ENCODING, Fact.IDLE, Fact.TTL);
            String cursor = "0";
            do {
                wire.send("SCAN", cursor, "COUNT", "500");
                wire.flush();
                replies.next();
                replies.next();
                cursor = replies.text();
                replies.next();
                long names = replies.number();
                for (long i = 0; i < names; i++) {
                    replies.next();
                    byte[] framed = Phrase.framed(replies.copy(replies.length()));
                    for (Fact fact : facts) {
                        fact.phrase.send(wire, framed);
                    }
                }
                wire.flush();
                for (long i = 0; i < names * facts.size(); i++) {
                    replies.skip();
                }
                read += (int) names;
            } while (!cursor.equals("0"));
        }
        return read;
    }

    private static double cpu(Standalone server) {
        return Double.parseDouble(server.info("used_cpu_user")) + Double.parseDouble(server.info("used_cpu_sys"));
    }

    /** One GET at a time on a connection of its own. */
    private static final class Victim implements AutoCloseable {

        private final Wire wire;
        private final Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        private final Thread thread;
        private volatile boolean running = true;

        Victim(Standalone server) throws IOException {
            this.wire = Wire.open(new Node("127.0.0.1", server.port()), Access.of(server.uri()));
            this.thread = new Thread(this::run);
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                while (running) {
                    long start = System.nanoTime();
                    wire.call("GET", "counter:3");
                    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        void end() throws InterruptedException {
            running = false;
            thread.join();
        }

        String figures() {
            return String.format(
                    Locale.ROOT,
                    "GET p50 %.2f p99 %.2f p99.9 %.2f ms (%d)",
                    micros.getValueAtPercentile(50) / 1e3,
                    micros.getValueAtPercentile(99) / 1e3,
                    micros.getValueAtPercentile(99.9) / 1e3,
                    micros.getTotalCount());
        }

        @Override
        public void close() {
            running = false;
            wire.close();
        }
    }
}
