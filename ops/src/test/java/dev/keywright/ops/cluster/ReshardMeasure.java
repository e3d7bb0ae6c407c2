package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Moves a quarter of the slots of three masters under load and prints how fast that is and what clients notice. Arguments: keys
 * (default 500,000), bytes of a value (default 100).
 */
final class ReshardMeasure {

    private static final int CLIENTS = 4;
    private static final Duration BEFORE = Duration.ofSeconds(5);

    private final PrintStream out;
    private final int keys;
    private final byte[] value;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Histogram latency = new ConcurrentHistogram(3);

    private ReshardMeasure(PrintStream out, int keys, int bytes) {
        this.out = out;
        this.keys = keys;
        this.value = new byte[bytes];
        new Random(1).nextBytes(value);
    }

    public static void main(String[] args) throws InterruptedException {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 500_000;
        int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        new ReshardMeasure(new PrintStream(new FileOutputStream(FileDescriptor.out), true), keys, bytes).run();
    }

    private void run() throws InterruptedException {
        try (Cluster cluster = Cluster.start(3);
                Connection client = Connection.open(cluster.uri())) {
            fill(client);
            String uri = "redis://127.0.0.1:" + cluster.nodes().get(0).port();
            String loaded = "127.0.0.1:" + cluster.nodes().get(1).port();
            ClusterPlan plan =
                    Planner.plan(uri, PlanWish.rebalancing(PlanWish.By.SLOTS, Map.of(loaded, 2.8)), step -> {});
            out.printf("plan: %s%n", plan.forecast());
            List<Thread> clients = clients(client);
            Wait.atMost(BEFORE).pause(BEFORE);
            Histogram before = latency;
            latency = new ConcurrentHistogram(3);
            int failedBefore = failures.get();
            Resharding.Advance done = Resharding.apply(uri, plan, advance -> {}, change -> {});
            Histogram during = latency;
            stop.set(true);
            for (Thread each : clients) {
                each.join();
            }
            double seconds = done.elapsed().toMillis() / 1e3;
            out.printf(
                    "moved %d slots, %d keys, %.1f MB in %.1f s: %.0f slots/s, %.0f keys/s, %.1f MB/s%n",
                    done.slots(),
                    done.keys(),
                    done.bytes() / 1048576.0,
                    seconds,
                    done.slots() / seconds,
                    done.keys() / seconds,
                    done.bytes() / 1048576.0 / seconds);
            print("before", before, BEFORE.toMillis() / 1e3, failedBefore);
            print("during", during, seconds, failures.get() - failedBefore);
            out.printf("keys afterwards: %d of %d%n", ClusterLab.view(uri).keys(), keys);
        }
    }

    private void print(String when, Histogram calls, double seconds, int failed) {
        out.printf(
                "%s: %.0f calls/s, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.1f ms, %d failed%n",
                when,
                calls.getTotalCount() / seconds,
                calls.getValueAtPercentile(50) / 1e3,
                calls.getValueAtPercentile(99) / 1e3,
                calls.getValueAtPercentile(99.9) / 1e3,
                calls.getMaxValue() / 1e3,
                failed);
    }

    private void fill(Connection client) {
        for (int from = 0; from < keys; from += 1_000) {
            List<Command> commands = IntStream.range(from, Math.min(keys, from + 1_000))
                    .mapToObj(i -> set("key:" + i))
                    .toList();
            client.batch(commands, Duration.ofSeconds(60)).forEach(reply -> reply.orThrow("fill"));
        }
    }

    private Command set(String key) {
        return Command.named("SET").key(key).argument(value).build();
    }

    /** Half of the calls read, half write. */
    private List<Thread> clients(Connection client) {
        List<Thread> clients = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            Random random = new Random(number);
            Thread thread = new Thread(() -> {
                while (!stop.get()) {
                    String key = "key:" + random.nextInt(keys);
                    Command command = random.nextBoolean()
                            ? set(key)
                            : Command.named("GET").key(key).build();
                    long start = System.nanoTime();
                    try {
                        client.call(command).orThrow("load");
                    } catch (KeywrightException e) {
                        failures.incrementAndGet();
                    }
                    latency.recordValue((System.nanoTime() - start) / 1_000);
                }
            });
            thread.start();
            clients.add(thread);
        }
        return clients;
    }
}
