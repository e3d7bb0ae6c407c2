package dev.keywright.ops.memory;

import java.util.List;
import java.util.Locale;

/** How errors are distributed, as shares of the truth. */
record ErrorSummary(String of, int rows, double median, double p95, double p99, double worst) {

    static ErrorSummary of(String of, List<Double> errors) {
        List<Double> sorted = errors.stream().map(Math::abs).sorted().toList();
        return new ErrorSummary(
                of, sorted.size(), at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), sorted.get(sorted.size() - 1));
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-60s %4d rows  median %.4f %%  95 %% %.4f %%  99 %% %.4f %%  worst %.4f %%",
                of,
                rows,
                100 * median,
                100 * p95,
                100 * p99,
                100 * worst);
    }
}
