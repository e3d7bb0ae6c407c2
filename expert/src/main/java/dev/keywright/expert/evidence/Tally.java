package dev.keywright.expert.evidence;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long operations took and how many failed. One thread; {@link #add} brings several together. */
final class Tally {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private long failed;
    private String failure = "";
    private long wallNanos;

    void took(long duration) {
        nanos.recordValue(Math.min(LONGEST_NANOS, Math.max(0, duration)));
    }

    void failed(String message) {
        failed++;
        if (failure.isEmpty()) {
            failure = message;
        }
    }

    /** The time all callers were at it. */
    void lasted(long duration) {
        wallNanos += duration;
    }

    void add(Tally other) {
        nanos.add(other.nanos);
        failed += other.failed;
        wallNanos += other.wallNanos;
        if (failure.isEmpty()) {
            failure = other.failure;
        }
    }

    long operations() {
        return nanos.getTotalCount();
    }

    long failed() {
        return failed;
    }

    String failure() {
        return failure;
    }

    double perSecond() {
        return wallNanos == 0 ? 0 : operations() * 1e9 / wallNanos;
    }

    double millisAt(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
