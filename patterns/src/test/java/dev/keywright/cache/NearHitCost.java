package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Tracking;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a hit of the near cache costs against one of Caffeine alone, in turns: nanoseconds of the threads' own CPU time, so that
 * other work on the machine counts little. A rough loop.
 *
 * <p>Arguments: threads, pairs of rounds, thousands of hits of a thread in a round.
 */
final class NearHitCost {

    private static final int KEYS = 5_000;

    private NearHitCost() {}

    public static void main(String[] arguments) throws InterruptedException {
        int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        int hits = (arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500) * 1_000;
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        try (Standalone redis = Standalone.start();
                Connection connection = Connection.open(redis.uri() + "?timeout=60s");
                Near<Long, String> near = Near.of(NearOptions.DEFAULTS);
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), near)) {
            com.github.benmanes.caffeine.cache.Cache<Long, String> bare = Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .executor(Runnable::run)
                    .build();
            List<Long> keys = new ArrayList<>();
            Command get = Command.named("GET").key("any").buildReadOnly();
            Tracking.Bond bond = tracking.call(get, Duration.ofSeconds(2)).bond();
            for (long key = 0; key < KEYS; key++) {
                keys.add(key);
                bare.put(key, "value " + key);
                byte[] redisKey = NearReader.bytes("user:" + key);
                boolean kept = near.begin(redisKey).keep(key, "value " + key, 20, NearReader.FOR_EVER, List.of(bond));
                if (!kept) {
                    throw new IllegalStateException("not kept");
                }
            }
            double[] alone = new double[rounds];
            double[] ours = new double[rounds];
            for (int round = -3; round < rounds; round++) {
                double bareNanos = nanos(keys, bare::getIfPresent, threads, hits);
                double nearNanos = nanos(keys, near::getIfPresent, threads, hits);
                if (round >= 0) {
                    alone[round] = bareNanos;
                    ours[round] = nearNanos;
                }
            }
            Arrays.sort(alone);
            Arrays.sort(ours);
            out.printf(
                    Locale.ROOT,
                    "%d threads, CPU nanoseconds of a hit, median (least): Caffeine alone %.0f (%.0f), near cache %.0f"
                            + " (%.0f)%n",
                    threads,
                    alone[rounds / 2],
                    alone[0],
                    ours[rounds / 2],
                    ours[0]);
        }
    }

    private static double nanos(List<Long> keys, Function<Long, @Nullable String> cache, int threads, int hits)
            throws InterruptedException {
        long[] spent = new long[threads];
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            all.add(new Thread(() -> {
                hit(keys, cache, hits, number);
                spent[number] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            }));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
        return (double) Arrays.stream(spent).sum() / threads / hits;
    }

    private static void hit(List<Long> keys, Function<Long, @Nullable String> cache, int hits, int first) {
        int at = first * 31;
        for (int i = 0; i < hits; i++) {
            at = (at * 1_103_515_245 + 12_345) & Integer.MAX_VALUE;
            if (cache.apply(keys.get(at % KEYS)) == null) {
                throw new IllegalStateException("no hit");
            }
        }
    }
}
