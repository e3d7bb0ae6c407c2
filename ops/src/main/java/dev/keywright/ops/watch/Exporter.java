package dev.keywright.ops.watch;

import dev.keywright.ops.OpsException;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Figures of all servers of a deployment for Prometheus, at {@code /metrics}.
 * <ul>
 *   <li>A scrape asks no server: it gets the figures of the last look, which is made in the background. A server that hangs has up 0
 *       and its last figures.
 *   <li>No key is read, ever.
 *   <li>Threads: one that looks, a few that answer scrapes.
 * </ul>
 */
public final class Exporter implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The JDK's server writes head and body apart, and without this the body waits for the other side's delayed acknowledgement. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private static final List<Metric> METRICS = Metric.all();

    /** What is exported, for documents. */
    public record Described(String name, String kind, String help) {}

    private final Watcher watcher;
    private final String deployment;
    private final String host;
    private final HTTPServer http;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Sample last;

    private Exporter(Watcher watcher, String deployment, String host, int port) {
        this.watcher = watcher;
        this.deployment = deployment;
        this.host = host;
        this.last = watcher.sample(PATIENCE);
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register((MultiCollector) this::collected);
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            this.http = HTTPServer.builder()
                    .hostname(host)
                    .port(port)
                    .registry(registry)
                    .buildAndStart();
        } catch (IOException | IllegalArgumentException e) {
            throw new OpsException(
                    "Nothing can listen at " + host + ":" + port + " (" + e.getMessage()
                            + "). Choose another address with --prometheus.",
                    e);
        }
    }

    /**
     * Looks every so often, and answers scrapes until it is closed; closes the watcher too.
     *
     * @param deployment the label of every figure, so that alerts of one deployment look at no other
     * @param port 0 for any free one
     * @param after is handed each sample, on the thread that looks
     * @throws OpsException when nothing can listen there
     */
    public static Exporter start(
            Watcher watcher, String deployment, String host, int port, Duration every, Consumer<Sample> after) {
        Exporter exporter = new Exporter(watcher, deployment, host, port);
        Thread looks = new Thread(() -> exporter.lookAgain(after, every), "keywright-export");
        looks.setDaemon(true);
        looks.start();
        return exporter;
    }

    private void lookAgain(Consumer<Sample> after, Duration every) {
        try {
            while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                last = watcher.sample(PATIENCE);
                after.accept(last);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private MetricSnapshots collected() {
        Sample sample = last;
        return new MetricSnapshots(METRICS.stream()
                .flatMap(metric -> metric.snapshot(deployment, sample).stream())
                .toList());
    }

    /** Everything that may be exported, by the names that are written. */
    public static List<Described> described() {
        return METRICS.stream()
                .map(metric -> new Described(metric.exported(), metric.kind().spoken(), metric.help()))
                .toList();
    }

    /** Where Prometheus finds it. */
    public String url() {
        return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + http.getPort() + "/metrics";
    }

    @Override
    public void close() {
        closed.countDown();
        http.close();
        watcher.close();
    }
}
