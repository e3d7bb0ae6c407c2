package dev.keywright.expert.proof;

import dev.keywright.expert.proof.Report.Percentile;
import dev.keywright.expert.proof.Report.Second;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long operations took, by the time they were due, in cells of 100 ms. An operation counts where it was due, so one that
 * had to wait for a server shows as late there and is not hidden by the ones that were never sent. Any number of threads.
 */
final class Timeline {

    private static final long CELL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int CELLS_PER_SECOND = 10;
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
    private static final double[] CURVE = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 100};

    private final long start;
    private final Map<Integer, Cell> cells = new ConcurrentSkipListMap<>();

    private static final class Cell {
        private final Histogram nanos = new ConcurrentHistogram(LONGEST, 2);
        private final LongAdder failed = new LongAdder();
    }

    /** @param start nanoseconds, where second 0 begins */
    Timeline(long start) {
        this.start = start;
    }

    void answered(long due, long now) {
        cell(due).nanos.recordValue(Math.min(LONGEST, Math.max(0, now - due)));
    }

    void failed(long due) {
        cell(due).failed.increment();
    }

    private Cell cell(long at) {
        return cells.computeIfAbsent((int) Math.floorDiv(at - start, CELL), index -> new Cell());
    }

    double seconds(long at) {
        return (at - start) / 1e9;
    }

    /** All that was due from one second of the run up to another. */
    Span span(double from, double to) {
        Histogram nanos = new Histogram(LONGEST, 3);
        long failed = 0;
        for (Map.Entry<Integer, Cell> entry : cells.entrySet()) {
            if (entry.getKey() >= Math.floor(from * CELLS_PER_SECOND)
                    && entry.getKey() < Math.ceil(to * CELLS_PER_SECOND)) {
                nanos.add(entry.getValue().nanos);
                failed += entry.getValue().failed.sum();
            }
        }
        return new Span(nanos, failed);
    }

    /** What was due within some time. */
    record Span(Histogram nanos, long failed) {

        long operations() {
            return nanos.getTotalCount() + failed;
        }

        double millisAt(double percentile) {
            return nanos.getTotalCount() == 0 ? 0 : rounded(nanos.getValueAtPercentile(percentile) / 1e6);
        }

        double maxMillis() {
            return rounded(nanos.getMaxValue() / 1e6);
        }

        List<Percentile> curve() {
            List<Percentile> curve = new ArrayList<>();
            for (double percentile : CURVE) {
                curve.add(new Percentile(percentile, millisAt(percentile)));
            }
            return curve;
        }
    }

    /** Each whole second of the run up to that moment. */
    List<Second> everySecond(double until) {
        List<Second> seconds = new ArrayList<>();
        for (int i = 0; i < Math.floor(until); i++) {
            Span span = span(i, i + 1.0);
            seconds.add(new Second(
                    i,
                    span.operations(),
                    span.failed(),
                    span.millisAt(50),
                    span.millisAt(90),
                    span.millisAt(99),
                    span.millisAt(99.9),
                    span.maxMillis()));
        }
        return seconds;
    }

    /** Whether the last stretch before that moment was served whole, without a failure. */
    boolean isServed(double from, double to) {
        Span span = span(from, to);
        return span.failed() == 0 && span.nanos().getTotalCount() > 0;
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }
}
