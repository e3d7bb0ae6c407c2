package dev.keywright.ops.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Two servers under the same load, round by round in the order A B, B A, A B ..., so that what changes on the machine meanwhile hits
 * both alike. Each round of A is compared with the round of B next to it.
 */
public final class Versus {

    private Versus() {}

    /**
     * Both reports and what they say of each other.
     */
    public record Result(BenchReport first, BenchReport second, Comparison comparison) {}

    /**
     * @param confidence of the intervals; 0.95 needs six rounds, 0.99 eight
     */
    public static Result run(
            String firstUri,
            String secondUri,
            BenchOptions options,
            double confidence,
            Consumer<String> progress,
            CountDownLatch stop) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("the confidence is " + confidence + "; give more than 0, less than 1");
        }
        BenchOptions firstOptions = options.histograms()
                .map(folder -> options.withHistograms(folder.resolve("first")))
                .orElse(options);
        BenchOptions secondOptions = options.histograms()
                .map(folder -> options.withHistograms(folder.resolve("second")))
                .orElse(options);
        try (Benchmark first = Benchmark.open(firstUri, firstOptions);
                Benchmark second = Benchmark.open(secondUri, secondOptions)) {
            List<Measured> ofFirst = new ArrayList<>();
            List<Measured> ofSecond = new ArrayList<>();
            try {
                first.fill(progress, stop);
                second.fill(progress, stop);
                for (int pair = 0; pair < options.rounds() && stop.getCount() > 0; pair++) {
                    boolean swapped = pair % 2 == 1;
                    Measured one = (swapped ? second : first).round(progress, stop);
                    Measured other = (swapped ? first : second).round(progress, stop);
                    if (one.stopped().isPresent() || other.stopped().isPresent()) {
                        break;
                    }
                    ofFirst.add(swapped ? other : one);
                    ofSecond.add(swapped ? one : other);
                }
            } finally {
                clear(first, second, progress);
            }
            BenchReport firstReport = first.report();
            BenchReport secondReport = second.report();
            return new Result(
                    firstReport,
                    secondReport,
                    Comparison.of(firstReport.target(), secondReport.target(), ofFirst, ofSecond, confidence));
        }
    }

    /** The second one's keys go also when the first one's could not be removed. */
    private static void clear(Benchmark first, Benchmark second, Consumer<String> progress) {
        try {
            first.clear(progress);
        } finally {
            second.clear(progress);
        }
    }
}
