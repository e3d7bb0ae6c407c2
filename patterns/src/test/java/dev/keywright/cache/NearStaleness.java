package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long a write by somebody else takes to become visible in a near cache (N6). A key is held in memory, another connection
 * overwrites it, and the near cache is read until it shows the new value; what is told is the time from before the write was sent, the
 * re-read included, and the part of it after the write was answered.
 *
 * <p>Arguments: topology (standalone, sentinel, cluster), mode (opt_in, broadcast), seconds.
 */
final class NearStaleness {

    /** Nanoseconds that were measured, sorted. */
    static final class Times {

        private final long[] sorted;

        private Times(long[] times, int count) {
            this.sorted = Arrays.copyOf(times, count);
            Arrays.sort(sorted);
        }

        int count() {
            return sorted.length;
        }

        Duration at(double share) {
            return Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))]);
        }

        double micros(double share) {
            return at(share).toNanos() / 1e3;
        }
    }

    /**
     * What was measured.
     *
     * @param sinceSent from before the write was sent
     * @param sinceAnswered from its answer
     */
    record Seen(Times sinceSent, Times sinceAnswered) {}

    private NearStaleness() {}

    public static void main(String[] arguments) {
        Topology topology =
                arguments.length > 0 ? Topology.valueOf(arguments[0].toUpperCase(Locale.ROOT)) : Topology.STANDALONE;
        NearOptions.Mode mode = arguments.length > 1
                ? NearOptions.Mode.valueOf(arguments[1].toUpperCase(Locale.ROOT))
                : NearOptions.Mode.OPT_IN;
        long seconds = arguments.length > 2 ? Long.parseLong(arguments[2]) : 5;
        try (Redis redis = start(topology)) {
            measure(redis, mode, Duration.ofSeconds(1), Integer.MAX_VALUE); // until the code is compiled
            Seen seen = measure(redis, mode, Duration.ofSeconds(seconds), Integer.MAX_VALUE);
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
            out.printf(
                    Locale.ROOT,
                    "%s %s, %d writes, microseconds%n",
                    topology,
                    mode,
                    seen.sinceSent().count());
            print(out, "from before the write was sent", seen.sinceSent());
            print(out, "from its answer", seen.sinceAnswered());
        }
    }

    private static void print(PrintStream out, String what, Times times) {
        out.printf(
                Locale.ROOT,
                "  %-32s p50 %.0f  p99 %.0f  p99.9 %.0f  max %.0f%n",
                what,
                times.micros(0.5),
                times.micros(0.99),
                times.micros(0.999),
                times.micros(1));
    }

    private static Redis start(Topology topology) {
        return switch (topology) {
            case STANDALONE -> Standalone.start();
            case SENTINEL -> Sentinel.start(1);
            case CLUSTER -> Cluster.start(3);
            default -> throw new IllegalArgumentException("not measured on " + topology);
        };
    }

    /** Measures for so long, or so many writes. */
    static Seen measure(Redis redis, NearOptions.Mode mode, Duration length, int most) {
        long[] sinceSent = new long[(int) Math.min(most, length.toSeconds() * 50_000)];
        long[] sinceAnswered = new long[sinceSent.length];
        int count = 0;
        try (Connection connection = Connection.open(redis.uri());
                Connection writer = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS.withMode(mode), "seen:")) {
            long end = System.nanoTime() + length.toNanos();
            for (int i = 0; i < 100; i++) {
                writer.call(set("seen:" + i, "0"));
            }
            while (count < sinceSent.length && System.nanoTime() < end) {
                String key = "seen:" + count % 100;
                hold(reader, key);
                String value = Integer.toString(count + 1);
                long sent = System.nanoTime();
                writer.call(set(key, value));
                long answered = System.nanoTime();
                while (!value.equals(reader.get(key))) {
                    Thread.onSpinWait();
                }
                long visible = System.nanoTime();
                sinceSent[count] = visible - sent;
                sinceAnswered[count] = visible - answered;
                count++;
            }
        }
        return new Seen(new Times(sinceSent, count), new Times(sinceAnswered, count));
    }

    private static void hold(NearReader reader, String key) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!reader.holds(key)) {
            String unused = reader.get(key);
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no copy of " + key + " is kept");
            }
        }
    }

    private static Command set(String key, String value) {
        return Command.named("SET").key(key).argument(value).build();
    }
}
