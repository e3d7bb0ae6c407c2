package dev.keywright.ops.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Prints what a look and a scrape cost, within half a minute: {@code WatchMeasure [rounds]}. */
final class WatchMeasure {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private WatchMeasure() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 200 : Integer.parseInt(args[0]);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        try (Cluster cluster = Cluster.start(3, 1);
                Watcher watcher = Watcher.open(cluster.uri())) {
            watcher.sample(PATIENCE);
            double before = processor(cluster);
            print(out, "a look at a cluster of 6 servers", times(rounds, () -> watcher.sample(PATIENCE)));
            out.printf(
                    Locale.ROOT,
                    "processor time of a server for a look: %.0f us%n",
                    (processor(cluster) - before) / 6 / rounds * 1e6);
        }
        try (Standalone server = Standalone.start();
                FaultProxy proxy = FaultProxy.to(server);
                Exporter exporter = Exporter.start(
                        Watcher.open(proxy.uri()), "measured", "127.0.0.1", 0, Duration.ofMillis(500), sample -> {})) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(exporter.url())).build();
            Callable<?> scrape = () -> client.send(request, HttpResponse.BodyHandlers.ofString());
            times(20, scrape);
            print(out, "a scrape", times(rounds, scrape));
            proxy.dropReplies(true);
            print(out, "a scrape while the server hangs", times(rounds, scrape));
        }
    }

    private static double processor(Cluster cluster) {
        double sum = 0;
        for (Standalone node : cluster.nodes()) {
            sum += Double.parseDouble(node.info("used_cpu_user")) + Double.parseDouble(node.info("used_cpu_sys"));
        }
        return sum;
    }

    private static long[] times(int rounds, Callable<?> deed) throws Exception {
        long[] times = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            deed.call();
            times[i] = System.nanoTime() - begun;
        }
        Arrays.sort(times);
        return times;
    }

    private static void print(PrintStream out, String what, long[] sorted) {
        out.printf(
                Locale.ROOT,
                "%s: %.2f ms in the median, %.2f ms at 99 %% of %d%n",
                what,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted.length);
    }
}
