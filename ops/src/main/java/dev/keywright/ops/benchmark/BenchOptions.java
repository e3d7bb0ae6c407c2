package dev.keywright.ops.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
        return new BenchOptions(
                newMix,
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

    public BenchOptions withKeys(KeyDistribution newDistribution, long newKeys) {
        return new BenchOptions(
                mix,
                newDistribution,
                newKeys,
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

    public BenchOptions withValues(ValueSizes newValues) {
        return new BenchOptions(
                mix,
                distribution,
                keys,
                newValues,
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

    public BenchOptions withClients(int newClients, int newPipeline, int newThreads) {
        return new BenchOptions(
                mix,
                distribution,
                keys,
                values,
                compressibleRatio,
                newClients,
                newPipeline,
                newThreads,
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

    /** Open loop. */
    public BenchOptions withRate(double newRatePerSecond) {
        return new BenchOptions(
                mix,
                distribution,
                keys,
                values,
                compressibleRatio,
                clients,
                pipeline,
                threads,
                Optional.of(newRatePerSecond),
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

    public BenchOptions withDuration(Duration newDuration, Duration newWarmUp) {
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
                newDuration,
                requests,
                newWarmUp,
                rounds,
                timeout,
                fill,
                prefix,
                seed,
                histograms);
    }

    public BenchOptions withRequests(long newRequests) {
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
                Optional.of(newRequests),
                warmUp,
                rounds,
                timeout,
                fill,
                prefix,
                seed,
                histograms);
    }

    public BenchOptions withRounds(int newRounds) {
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
                newRounds,
                timeout,
                fill,
                prefix,
                seed,
                histograms);
    }

    public BenchOptions withPrefix(String newPrefix) {
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
                Optional.of(newPrefix),
                seed,
                histograms);
    }

    public BenchOptions withHistograms(Path folder) {
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
                Optional.of(folder));
    }
}
