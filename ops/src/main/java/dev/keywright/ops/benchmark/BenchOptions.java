package dev.keywright.ops.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What load to put on a server.
 *
 * @param mix which commands
 * @param distribution which of the keys
 * @param keys how many there are of each structure
 * @param values how long they are
 * @param compressibleRatio the share of each value that is always the same
 * @param clients how many clients, each with connections of its own
 * @param pipeline how many commands a client sends before it waits
 * @param threads that speak for the clients
 * @param ratePerSecond open loop: commands are due at this rate, whatever became of those before; absent: closed loop
 * @param duration how long a round is measured; with {@code requests} the longest it may take
 * @param requests how many commands a round sends; absent: as many as fit
 * @param warmUp how long each round runs before it is measured
 * @param rounds how often
 * @param timeout how long to wait for an answer before it counts as failed
 * @param fill whether keys that the mix reads are written before
 * @param prefix of every key; absent: one drawn at random
 * @param seed of all that is drawn but the prefix
 * @param histograms a folder for HdrHistogram files
 */
public record BenchOptions(
        Mix mix,
        KeyDistribution distribution,
        long keys,
        ValueSizes values,
        double compressibleRatio,
        int clients,
        int pipeline,
        int threads,
        Optional<Double> ratePerSecond,
        Duration duration,
        Optional<Long> requests,
        Duration warmUp,
        int rounds,
        Duration timeout,
        boolean fill,
        Optional<String> prefix,
        long seed,
        Optional<Path> histograms) {

    private static final long MOST_KEYS = 100_000_000;
    private static final Duration LONGEST = Duration.ofHours(24);

    /** 80 % GET and 20 % SET on 100,000 keys of 100 bytes, 50 clients in closed loop, one round of 10 s. */
    public static final BenchOptions DEFAULTS = new BenchOptions(
            Mix.parse("get=80,set=20"),
            new KeyDistribution.Uniform(),
            100_000,
            new ValueSizes.Fixed(100),
            0,
            50,
            1,
            1,
            Optional.empty(),
            Duration.ofSeconds(10),
            Optional.empty(),
            Duration.ofSeconds(2),
            1,
            Duration.ofSeconds(5),
            true,
            Optional.empty(),
            1,
            Optional.empty());

    public BenchOptions {
        require(keys >= 1 && keys <= MOST_KEYS, "keys are " + keys + "; give 1 to " + MOST_KEYS);
        require(
                compressibleRatio >= 0 && compressibleRatio <= 1,
                "the compressible share is " + compressibleRatio + "; give 0 to 1");
        require(clients >= 1 && clients <= 10_000, "clients are " + clients + "; give 1 to 10000");
        require(pipeline >= 1 && pipeline <= 10_000, "the pipeline is " + pipeline + " deep; give 1 to 10000");
        require(threads >= 1 && threads <= clients, "threads are " + threads + "; give 1 to the number of clients");
        require(
                ratePerSecond.filter(rate -> !(rate > 0 && rate <= 1e8)).isEmpty(),
                "the rate is not above 0; give operations per second");
        require(isPositive(duration), "the duration is not above 0, at most a day");
        require(requests.filter(count -> count < 1).isEmpty(), "requests are less than 1");
        require(!warmUp.isNegative() && warmUp.compareTo(LONGEST) <= 0, "the warm-up is not between 0 and a day");
        require(rounds >= 1 && rounds <= 1_000, "rounds are " + rounds + "; give 1 to 1000");
        require(isPositive(timeout), "the timeout is not above 0");
        require(
                prefix.filter(text -> text.isBlank() || text.matches(".*[\\s{}].*"))
                        .isEmpty(),
                "a prefix has at least one character and no blank or brace");
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    public BenchOptions withMix(Mix newMix) {
        return with(draft -> draft.mix = newMix);
    }

    public BenchOptions withKeys(KeyDistribution newDistribution, long newKeys) {
        return with(draft -> {
            draft.distribution = newDistribution;
            draft.keys = newKeys;
        });
    }

    public BenchOptions withValues(ValueSizes newValues) {
        return with(draft -> draft.values = newValues);
    }

    public BenchOptions withClients(int newClients, int newPipeline, int newThreads) {
        return with(draft -> {
            draft.clients = newClients;
            draft.pipeline = newPipeline;
            draft.threads = newThreads;
        });
    }

    /** Open loop. */
    public BenchOptions withRate(double newRatePerSecond) {
        return with(draft -> draft.ratePerSecond = Optional.of(newRatePerSecond));
    }

    public BenchOptions withDuration(Duration newDuration, Duration newWarmUp) {
        return with(draft -> {
            draft.duration = newDuration;
            draft.warmUp = newWarmUp;
        });
    }

    public BenchOptions withRequests(long newRequests) {
        return with(draft -> draft.requests = Optional.of(newRequests));
    }

    public BenchOptions withRounds(int newRounds) {
        return with(draft -> draft.rounds = newRounds);
    }

    public BenchOptions withPrefix(String newPrefix) {
        return with(draft -> draft.prefix = Optional.of(newPrefix));
    }

    public BenchOptions withHistograms(Path folder) {
        return with(draft -> draft.histograms = Optional.of(folder));
    }

    private BenchOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options under change. */
    private static final class Draft {
        private Mix mix;
        private KeyDistribution distribution;
        private long keys;
        private ValueSizes values;
        private double compressibleRatio;
        private int clients;
        private int pipeline;
        private int threads;
        private Optional<Double> ratePerSecond;
        private Duration duration;
        private Optional<Long> requests;
        private Duration warmUp;
        private int rounds;
        private Duration timeout;
        private boolean fill;
        private Optional<String> prefix;
        private long seed;
        private Optional<Path> histograms;

        Draft(BenchOptions from) {
            mix = from.mix;
            distribution = from.distribution;
            keys = from.keys;
            values = from.values;
            compressibleRatio = from.compressibleRatio;
            clients = from.clients;
            pipeline = from.pipeline;
            threads = from.threads;
            ratePerSecond = from.ratePerSecond;
            duration = from.duration;
            requests = from.requests;
            warmUp = from.warmUp;
            rounds = from.rounds;
            timeout = from.timeout;
            fill = from.fill;
            prefix = from.prefix;
            seed = from.seed;
            histograms = from.histograms;
        }

        BenchOptions options() {
            return new BenchOptions(
                    mix,
                    distribution,
                    keys,
                    values,
                    compressibleRatio,
                    clients,
                    pipeline,
                    threads,
                    ratePerSecond,
                    duration,
                    requests,
                    warmUp,
                    rounds,
                    timeout,
                    fill,
                    prefix,
                    seed,
                    histograms);
        }
    }
}
