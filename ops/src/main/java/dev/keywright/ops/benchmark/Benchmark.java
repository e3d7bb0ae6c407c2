package dev.keywright.ops.benchmark;

import dev.keywright.KeywrightException;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Puts a generated load on servers and measures what they did.
 * <ul>
 *   <li>Safety: every key begins with one prefix and is removed at the end by its number; no other key is touched, nothing is
 *       searched for or flushed. What would not fit into memory is refused, and the load ends when memory gets short.
 *   <li>Time: filling, then per round warm-up and duration; a count-down of {@code stop} ends it early with what there is.
 *   <li>Threads: one per {@link BenchOptions#threads()} plus one that opens connections; a run belongs to the calling thread.
 *   <li>Failure: errors of the server and lost connections are counted and not thrown; {@link OpsException} when the load cannot
 *       begin, or the keys cannot be written.
 * </ul>
 */
public final class Benchmark implements AutoCloseable {

    private static final String NAMESPACE = "keywright-bench:";
    private static final double KEPT = 0.99;
    private static final double[] PERCENTILES = {
        0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99,
        99.995, 99.999, 100
    };

    private final Target target;
    private final BenchOptions options;
    private final String prefix;
    private final Keyspace keyspace;
    private final @Nullable HdrFiles files;
    private final String server;
    private final List<Measured> rounds = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();

    private Benchmark(Target target, BenchOptions options, String prefix) {
        this.target = target;
        this.options = options;
        this.prefix = prefix;
        this.keyspace = new Keyspace(target, options, prefix);
        this.server = target.server();
        this.files = options.histograms().map(HdrFiles::new).orElse(null);
    }

    /** Fills, runs all rounds and removes its keys. */
    public static BenchReport run(String uri, BenchOptions options, Consumer<String> progress, CountDownLatch stop) {
        try (Benchmark benchmark = open(uri, options)) {
            try {
                benchmark.fill(progress, stop);
                while (benchmark.rounds.size() < options.rounds() && !benchmark.isStopped() && stop.getCount() > 0) {
                    benchmark.round(progress, stop);
                }
            } finally {
                benchmark.clear(progress);
            }
            return benchmark.report();
        }
    }

    /** Looks at the servers and refuses what cannot be done there; writes nothing yet. */
    static Benchmark open(String uri, BenchOptions options) {
        Target target = Target.open(uri);
        try {
            Benchmark benchmark = new Benchmark(target, options, prefix(options.prefix()));
            benchmark.keyspace.check();
            target.requireRoom(benchmark.keyspace.bytes());
            return benchmark;
        } catch (RuntimeException e) {
            target.close();
            throw e;
        }
    }

    /** The one wished for, or one that nobody uses. */
    static String prefix(Optional<String> wished) {
        return wished.orElseGet(() -> {
                    byte[] random = new byte[4];
                    new SecureRandom().nextBytes(random);
                    return NAMESPACE + HexFormat.of().formatHex(random);
                })
                + ":";
    }

    void fill(Consumer<String> progress, CountDownLatch stop) {
        if (options.fill()) {
            keyspace.fill(progress, stop);
        }
    }

    Measured round(Consumer<String> progress, CountDownLatch stop) {
        try (Round round = new Round(target, options, prefix, rounds.size() + 1)) {
            Measured measured = round.run(files, progress, stop);
            rounds.add(measured);
            return measured;
        } catch (IOException e) {
            throw new OpsException("The load could not begin (" + e.getMessage() + "). Give fewer clients.", e);
        }
    }

    /** Whether a round ended early. */
    boolean isStopped() {
        return rounds.stream().anyMatch(round -> round.stopped().isPresent());
    }

    /** What cannot be removed is told in the report: what was measured is not lost for it. */
    void clear(Consumer<String> progress) {
        try {
            keyspace.clear(progress);
        } catch (OpsException | KeywrightException e) {
            trouble = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Of all rounds so far. */
    BenchReport report() {
        List<String> names =
                options.mix().templates().stream().map(Template::name).toList();
        List<Histogram> latencies = IntStream.range(0, names.size())
                .mapToObj(i -> Measured.sum(
                        rounds.stream().map(round -> round.latencies().get(i)).toList()))
                .toList();
        if (files != null) {
            files.percentiles(names, latencies);
        }
        double seconds = rounds.stream().mapToDouble(Measured::elapsedSeconds).sum();
        Map<String, Long> errors = new TreeMap<>();
        rounds.forEach(round -> round.errors().forEach((kind, count) -> errors.merge(kind, count, Long::sum)));
        return new BenchReport(
                target.toString(),
                server,
                load(),
                spread(),
                command("all", Measured.sum(latencies), seconds),
                IntStream.range(0, names.size())
                        .mapToObj(i -> command(names.get(i), latencies.get(i), seconds))
                        .toList(),
                IntStream.range(0, rounds.size()).mapToObj(this::round).toList(),
                rounds.stream().flatMap(round -> round.seconds().stream()).toList(),
                errors,
                options.ratePerSecond().map(rate -> schedule(rate, seconds)),
                rounds.size() == options.rounds() && !isStopped() && trouble.isEmpty(),
                notes(errors));
    }

    private BenchReport.Load load() {
        return new BenchReport.Load(
                options.mix().toString(),
                options.distribution().toString(),
                options.keys(),
                options.values().toString(),
                options.compressibleRatio(),
                options.clients(),
                options.pipeline(),
                options.threads(),
                options.ratePerSecond().isPresent() ? "open" : "closed",
                options.warmUp().toMillis() / 1e3,
                prefix,
                options.seed());
    }

    private BenchReport.Spread spread() {
        double[] rates =
                rounds.stream().mapToDouble(Measured::perSecond).sorted().toArray();
        if (rates.length == 0) {
            return new BenchReport.Spread(0, 0, 0);
        }
        return new BenchReport.Spread(
                Comparison.median(rates), Math.round(rates[0]), Math.round(rates[rates.length - 1]));
    }

    static BenchReport.Command command(String name, Histogram latencies, double seconds) {
        List<BenchReport.Point> curve = latencies.getTotalCount() == 0
                ? List.of()
                : Arrays.stream(PERCENTILES)
                        .filter(percentile ->
                                percentile == 100 || latencies.getTotalCount() * (100 - percentile) / 100 >= 1)
                        .mapToObj(percentile -> new BenchReport.Point(percentile, Latency.at(latencies, percentile)))
                        .toList();
        return new BenchReport.Command(
                name,
                latencies.getTotalCount(),
                seconds > 0 ? Math.round(latencies.getTotalCount() / seconds) : 0,
                Latency.of(latencies),
                curve);
    }

    private BenchReport.Round round(int index) {
        Measured round = rounds.get(index);
        Histogram all = round.all();
        return new BenchReport.Round(
                index + 1,
                Math.round(round.elapsedSeconds() * 1e3) / 1e3,
                round.operations(),
                Math.round(round.perSecond()),
                Latency.at(all, 50),
                Latency.at(all, 99),
                round.failed());
    }

    private BenchReport.Schedule schedule(double asked, double seconds) {
        long operations = rounds.stream().mapToLong(Measured::operations).sum();
        double answered = seconds > 0 ? operations / seconds : 0;
        return new BenchReport.Schedule(
                asked,
                Math.round(answered * 10) / 10.0,
                rounds.stream().mapToLong(Measured::latestNanos).max().orElse(0) / 1e6,
                rounds.stream().mapToLong(Measured::overdue).sum(),
                answered < KEPT * asked);
    }

    private List<String> notes(Map<String, Long> errors) {
        List<String> notes = new ArrayList<>();
        rounds.stream().flatMap(round -> round.stopped().stream()).forEach(notes::add);
        trouble.ifPresent(notes::add);
        if (options.ratePerSecond().isEmpty()) {
            notes.add("Closed loop: a client waits for its answers, so a server that stands still is asked less and its"
                    + " latencies look better than users would find them. For those give a rate.");
        }
        if (errors.containsKey("OOM")) {
            notes.add("The server refused writes for lack of memory (OOM); the figures are those of a full server.");
        }
        if (options.mix().templates().stream()
                .anyMatch(template -> template.name().endsWith("pop"))) {
            notes.add("A list that was popped empty answers faster than one that was not.");
        }
        return notes;
    }

    @Override
    public void close() {
        target.close();
        if (files != null) {
            files.close();
        }
    }
}
