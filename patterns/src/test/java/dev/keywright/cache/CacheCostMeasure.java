package dev.keywright.cache;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * What a hit and a put cost beside the bare commands, and how soon waiters are woken: {@code CacheCostMeasure [rounds]}. Rounds of half a
 * second, interleaved; medians of calls per second and of bytes allocated by a calling thread.
 */
public final class CacheCostMeasure {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final int THREADS = 8;
    private static final int KEYS = 10_000;
    private static final long ROUND_NANOS = 500_000_000;

    private CacheCostMeasure() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        try (Standalone server = Standalone.start();
                Keywright kw = Keywright.connect(server.uri());
                Cache<String, String> cache =
                        kw.cache("cost", KeyCodec.STRING, Codecs.string()).build();
                Cache<String, String> merged = kw.cache("cost", KeyCodec.STRING, Codecs.string())
                        .mergeReads()
                        .build()) {
            Connection connection = kw.connection();
            Duration timeout = connection.options().timeout();
            String value = "v".repeat(100);
            for (int i = 0; i < KEYS; i++) {
                cache.put("key" + i, value);
            }
            List<Contest> contests = List.of(
                    new Contest(
                            "GET",
                            i -> connection.call(
                                    Command.named("GET")
                                            .key("cache:cost:key" + i)
                                            .buildRepeatable(),
                                    timeout)),
                    new Contest("cache get", i -> cache.get("key" + i)),
                    new Contest(
                            "SET PX",
                            i -> connection.call(
                                    Command.named("SET")
                                            .key("cache:cost:key" + i)
                                            .argument("V\0t\0\0" + value)
                                            .argument("PX")
                                            .argument(600_000)
                                            .build(),
                                    timeout)),
                    new Contest("cache put", i -> cache.put("key" + i, value)),
                    new Contest(
                            "GET hot",
                            i -> connection.call(
                                    Command.named("GET").key("cache:cost:key1").buildRepeatable(), timeout)),
                    new Contest("cache get hot, merged", i -> merged.get("key1")));
            for (int round = 0; round < rounds + 1; round++) {
                boolean warm = round > 0;
                contests.forEach(contest -> contest.round(connection, warm));
            }
            contests.forEach(Contest::tell);
            wakes(server);
        }
    }

    /** 200 threads of two clients wait for one load: how long after its end they have the value. */
    private static void wakes(Standalone server) {
        AtomicLong ended = new AtomicLong();
        List<Long> micros = new ArrayList<>();
        Loader<String, String> loader = key -> {
            CompletableFuture<Void> pause = new CompletableFuture<>();
            pause.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS).join();
            ended.set(System.nanoTime());
            return key;
        };
        try (Keywright one = Keywright.connect(server.uri());
                Keywright two = Keywright.connect(server.uri());
                Cache<String, String> first = one.cache("wake", KeyCodec.STRING, Codecs.string())
                        .readThrough(loader)
                        .build();
                Cache<String, String> second = two.cache("wake", KeyCodec.STRING, Codecs.string())
                        .readThrough(loader)
                        .build()) {
            listen(first, second, "warm 1");
            listen(second, first, "warm 2");
            for (int round = 0; round < 10; round++) {
                String key = "k" + round;
                List<CompletableFuture<Long>> waiters = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    Cache<String, String> cache = i % 2 == 0 ? first : second;
                    waiters.add(CompletableFuture.supplyAsync(
                            () -> cache.get(key) == null ? 0 : System.nanoTime(), task -> new Thread(task).start()));
                }
                for (CompletableFuture<Long> waiter : waiters) {
                    micros.add((waiter.join() - ended.get()) / 1000);
                }
            }
        }
        micros.sort(null);
        OUT.println(String.format(
                Locale.ROOT,
                "woken after the load: p50 %d us, p99 %d us, max %d us",
                micros.get(micros.size() / 2),
                micros.get(micros.size() * 99 / 100),
                micros.get(micros.size() - 1)));
    }

    /** Lets one of them wait for the other, which makes it subscribe to the channel. */
    private static void listen(Cache<String, String> loads, Cache<String, String> waits, String key) {
        long before = loads.stats().loads();
        CompletableFuture<String> load = CompletableFuture.supplyAsync(() -> loads.get(key));
        while (loads.stats().loads() == before) {
            Thread.onSpinWait();
        }
        waits.get(key);
        load.join();
    }

    private static final class Contest {

        private final String name;
        private final IntConsumer call;
        private final List<double[]> results = new ArrayList<>();

        Contest(String name, IntConsumer call) {
            this.name = name;
            this.call = call;
        }

        void round(Connection connection, boolean keep) {
            AtomicLong calls = new AtomicLong();
            AtomicLong bytes = new AtomicLong();
            long commands = connection.counters().calls();
            long start = System.nanoTime();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t * 1237;
                threads.add(CompletableFuture.runAsync(
                        () -> run(first, start, calls, bytes), task -> new Thread(task).start()));
            }
            threads.forEach(CompletableFuture::join);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (keep) {
                results.add(new double[] {
                    calls.get() / seconds,
                    bytes.get() / (double) calls.get(),
                    (connection.counters().calls() - commands) / (double) calls.get()
                });
            }
        }

        private void run(int first, long start, AtomicLong calls, AtomicLong bytes) {
            var beans = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = beans.getCurrentThreadAllocatedBytes();
            int done = 0;
            for (int i = first; System.nanoTime() - start < ROUND_NANOS; i++) {
                call.accept(i % KEYS);
                done++;
            }
            bytes.addAndGet(beans.getCurrentThreadAllocatedBytes() - before);
            calls.addAndGet(done);
        }

        void tell() {
            OUT.println(String.format(
                    Locale.ROOT,
                    "%-22s %8.0f calls/s %6.0f bytes/call in the caller %5.2f commands/call",
                    name,
                    median(0),
                    median(1),
                    median(2)));
        }

        private double median(int column) {
            double[] sorted =
                    results.stream().mapToDouble(result -> result[column]).toArray();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
