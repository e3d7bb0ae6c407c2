package dev.keywright.ops.drill;

import org.HdrHistogram.Histogram;

/** Milliseconds from the moment operations were due, not sent, to their acknowledgement; all 0 when none was acknowledged. */
public record Latency(long operations, double p50Ms, double p99Ms, double p999Ms, double maxMs) {

    static Latency of(Histogram micros) {
        return new Latency(
                micros.getTotalCount(),
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3);
    }
}
