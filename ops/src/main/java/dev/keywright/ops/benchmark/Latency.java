package dev.keywright.ops.benchmark;

import org.HdrHistogram.Histogram;

/** In milliseconds; all 0 when there was nothing to measure. */
public record Latency(double meanMs, double p50Ms, double p90Ms, double p99Ms, double p999Ms, double maxMs) {

    private static final double NANOS = 1e6;

    static Latency of(Histogram nanos) {
        return nanos.getTotalCount() == 0
                ? new Latency(0, 0, 0, 0, 0, 0)
                : new Latency(
                        millis(nanos.getMean()),
                        at(nanos, 50),
                        at(nanos, 90),
                        at(nanos, 99),
                        at(nanos, 99.9),
                        millis((double) nanos.getMaxValue()));
    }

    static double at(Histogram nanos, double percentile) {
        return millis((double) nanos.getValueAtPercentile(percentile));
    }

    /** No more digits than were measured. */
    private static double millis(double nanos) {
        return Math.round(nanos / NANOS * 1e4) / 1e4;
    }
}
