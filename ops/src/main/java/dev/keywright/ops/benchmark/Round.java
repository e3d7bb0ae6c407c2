package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One round of load: starts the workers, lets them warm up, measures, and looks at the servers once a second. For one thread. */
final class Round implements Worker.Connector, AutoCloseable {

    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A rest that is shorter gets no entry among the seconds. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Target target;
    private final BenchOptions options;
    private final String prefix;
    private final int number;
    private final ScheduledExecutorService opener = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keywright-bench-opener");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Histogram> latencies = new ArrayList<>();
    private final List<BenchReport.Second> seconds = new ArrayList<>();

    Round(Target target, BenchOptions options, String prefix, int number) {
        this.target = target;
        this.options = options;
        this.prefix = prefix;
        this.number = number;
        options.mix().parts().forEach(part -> latencies.add(Tally.histogram()));
    }

    /**
     * @param files where the latencies of each second go, too
     * @param stop ends it early
     */
    Measured run(@Nullable HdrFiles files, Consumer<String> progress, CountDownLatch stop) throws IOException {
        target.routes().nodes().forEach(this::requireAnswer);
        for (int i = 0; i < options.threads(); i++) {
            workers.add(worker(i));
        }
        for (Worker worker : workers) {
            Thread thread = new Thread(worker, "keywright-bench-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        progress.accept("warming up");
        Optional<String> stopped = watch(options.warmUp(), stop, () -> {});
        long start = System.nanoTime();
        workers.forEach(Worker::measure);
        Ticker ticker = new Ticker(start, files, progress);
        if (stopped.isEmpty()) {
            stopped = watch(options.duration(), stop, ticker);
        }
        double elapsed = (end() - start) / 1e9;
        workers.forEach(Worker::stop);
        join();
        ticker.last();
        return measured(elapsed, stopped);
    }

    /** The last answer, when all there was to send is answered; else now. */
    private long end() {
        return workers.stream().allMatch(Worker::isFinished)
                ? workers.stream().mapToLong(Worker::finishedNanos).max().orElseThrow()
                : System.nanoTime();
    }

    private void requireAnswer(Node node) {
        try {
            target.link(node).close();
        } catch (IOException e) {
            throw new OpsException(
                    node + " cannot be used (" + e.getMessage() + "). Correct the address, user or password.", e);
        }
    }

    private Worker worker(int index) throws IOException {
        SplittableRandom chance = new SplittableRandom(options.seed() + 7919L * number + 104_729L * index);
        Values values = new Values(options.values(), options.compressibleRatio(), chance.split());
        KeyDraw draw = KeyDraw.of(options.distribution(), options.keys(), chance.split(), index, options.threads());
        Encoder encoder = new Encoder(options.mix(), prefix, options.keys(), draw, values, chance);
        int clients = (int) share(options.clients(), index);
        Worker.Orders orders = new Worker.Orders(
                clients,
                options.pipeline(),
                options.ratePerSecond()
                        .map(rate -> 1e9 * options.threads() / rate)
                        .orElse(0.0),
                target.isCluster(),
                options.requests().map(count -> share(count, index)).orElse(Long.MAX_VALUE),
                options.timeout());
        return new Worker(orders, target.routes(), encoder, new Tally(latencies.size()), this);
    }

    /** Its part of a number that all workers share. */
    private long share(long whole, int index) {
        return whole / options.threads() + (index < whole % options.threads() ? 1 : 0);
    }

    /** Waits, and does on the way what has to be done; says why it ended before its time. */
    private Optional<String> watch(Duration time, CountDownLatch stop, Runnable tick) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() < end) {
                long wait = Math.min(LOOK_NANOS, end - System.nanoTime());
                if (stop.await(wait, TimeUnit.NANOSECONDS)) {
                    return Optional.of("It was interrupted.");
                }
                tick.run();
                if (target.routes().isDoubted()) {
                    target.refresh();
                }
                if (workers.stream().allMatch(Worker::isFinished)) {
                    return Optional.empty();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("It was interrupted.");
        } catch (Full full) {
            return Optional.of(String.valueOf(full.getMessage()));
        }
        return Optional.empty();
    }

    /** A server has no more room; what it holds matters more than the figures. */
    private static final class Full extends RuntimeException {
        Full(Node node) {
            super("It was ended because the memory of " + node + " was nearly full.");
        }
    }

    /** Once a second takes what was recorded. */
    private final class Ticker implements Runnable {

        private final @Nullable HdrFiles files;
        private final Consumer<String> progress;
        private long begun;
        private long next;

        Ticker(long start, @Nullable HdrFiles files, Consumer<String> progress) {
            this.files = files;
            this.progress = progress;
            this.begun = start;
            this.next = start + SECOND_NANOS;
        }

        @Override
        public void run() {
            if (System.nanoTime() >= next) {
                next += SECOND_NANOS;
                take();
                BenchReport.Second last = seconds.get(seconds.size() - 1);
                progress.accept("round " + number + ", second " + last.second() + ": " + last.operations()
                        + " operations, p99 " + last.p99Ms() + " ms");
                for (Node node : target.routes().nodes()) {
                    if (target.isFull().test(node)) {
                        throw new Full(node);
                    }
                }
            }
        }

        void last() {
            take();
        }

        private void take() {
            List<Histogram> interval = takeInterval();
            long length = System.nanoTime() - begun;
            begun += length;
            if (seconds.isEmpty() || length > SHORTEST_NANOS) {
                seconds.add(BenchReport.Second.of(number, seconds.size() + 1, length, Measured.sum(interval)));
            }
            for (int i = 0; i < interval.size(); i++) {
                latencies.get(i).add(interval.get(i));
                if (files != null) {
                    files.interval(options.mix().templates().get(i).name(), interval.get(i));
                }
            }
        }
    }

    private List<Histogram> takeInterval() {
        List<Histogram> interval = new ArrayList<>();
        for (int i = 0; i < latencies.size(); i++) {
            Histogram sum = null;
            for (Worker worker : workers) {
                Histogram part = worker.tally().interval(i);
                if (sum == null) {
                    sum = part;
                } else {
                    sum.add(part);
                }
            }
            interval.add(sum == null ? Tally.histogram() : sum);
        }
        return interval;
    }

    private void join() {
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Measured measured(double elapsed, Optional<String> stopped) {
        Map<String, Long> errors = new TreeMap<>();
        long latest = 0;
        long overdue = 0;
        for (Worker worker : workers) {
            worker.tally().errors().forEach((kind, count) -> errors.merge(kind, count, Long::sum));
            latest = Math.max(latest, worker.tally().latestNanos());
            overdue += worker.tally().overdue();
        }
        return new Measured(latencies, seconds, errors, elapsed, latest, overdue, stopped);
    }

    @Override
    public void open(Worker worker, Lane lane) {
        opener.execute(() -> {
            try {
                worker.opened(lane, target.link(target.routes().node(lane.node())));
            } catch (IOException e) {
                var unused = opener.schedule(() -> worker.unreachable(lane), RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void close() {
        workers.forEach(Worker::stop);
        join();
        opener.shutdownNow();
    }
}
