package dev.keywright.ops.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * One round as it was measured.
 *
 * @param latencies by command, in nanoseconds
 * @param stopped why it ended early
 */
record Measured(
        List<Histogram> latencies,
        List<BenchReport.Second> seconds,
        Map<String, Long> errors,
        double elapsedSeconds,
        long latestNanos,
        long overdue,
        Optional<String> stopped) {

    Histogram all() {
        return sum(latencies);
    }

    static Histogram sum(List<Histogram> parts) {
        Histogram sum = Tally.histogram();
        parts.forEach(sum::add);
        return sum;
    }

    long operations() {
        return latencies.stream().mapToLong(Histogram::getTotalCount).sum();
    }

    double perSecond() {
        return elapsedSeconds > 0 ? operations() / elapsedSeconds : 0;
    }

    long failed() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
