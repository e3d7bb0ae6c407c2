package dev.keywright.ops.benchmark;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What one worker saw: latencies in nanoseconds by command, errors by kind. The worker writes; the latencies of the last interval may
 * be taken by one other thread at any time, the rest is read when the worker has ended.
 */
final class Tally {

    /** Anything faster is as fast as that, anything slower as slow as that. */
    private static final long FASTEST_NANOS = 100;

    private static final long SLOWEST_NANOS = 120_000_000_000L;
    private static final int DIGITS = 3;

    private final SingleWriterRecorder[] latencies;
    private final Histogram[] intervals;
    private final Map<String, long[]> errors = new HashMap<>();
    private boolean counts;
    private long countsSince;
    private int alikeCommand;
    private long alikeSince;
    private int alike;
    private long latestNanos;
    private long overdue;

    Tally(int commands) {
        latencies = new SingleWriterRecorder[commands];
        intervals = new Histogram[commands];
        for (int i = 0; i < commands; i++) {
            latencies[i] = new SingleWriterRecorder(FASTEST_NANOS, SLOWEST_NANOS, DIGITS);
        }
    }

    static Histogram histogram() {
        return new Histogram(FASTEST_NANOS, SLOWEST_NANOS, DIGITS);
    }

    /** Nothing counts before this moment, and no answer to what was sent or due before. */
    void begin(long now) {
        counts = true;
        countsSince = now;
    }

    boolean counts() {
        return counts;
    }

    /** Commands of one batch were sent and answered together: they are recorded together, by {@link #recordAnswers}. */
    void answered(int command, long since, long now) {
        if (!counts || since < countsSince) {
            return;
        }
        if (command != alikeCommand || since != alikeSince) {
            recordAnswers(now);
            alikeCommand = command;
            alikeSince = since;
        }
        alike++;
    }

    void recordAnswers(long now) {
        if (alike > 0) {
            latencies[alikeCommand].recordValueWithCount(bounded(now - alikeSince), alike);
            alike = 0;
        }
    }

    /** As a histogram takes it. */
    static long bounded(long nanos) {
        return Math.max(1, Math.min(nanos, SLOWEST_NANOS));
    }

    /** An error reply: its first word is its kind. */
    void refused(String text) {
        int blank = text.indexOf(' ');
        failed(blank < 0 ? text : text.substring(0, blank), 1);
    }

    void failed(String kind, long operations) {
        if (counts && operations > 0) {
            errors.computeIfAbsent(kind, any -> new long[1])[0] += operations;
        }
    }

    /** The worker itself could not go on, which counts at any time. */
    void broken(String why) {
        errors.computeIfAbsent(why, any -> new long[1])[0]++;
    }

    /** An operation was sent so long after it was due. */
    void late(long nanos) {
        if (counts) {
            latestNanos = Math.max(latestNanos, nanos);
        }
    }

    /** Operations were not sent at all, being due too long ago. */
    void overdue(long operations) {
        if (counts) {
            overdue += operations;
        }
    }

    /** Takes what was recorded since the last call; valid until the next one. */
    Histogram interval(int command) {
        intervals[command] = latencies[command].getIntervalHistogram(intervals[command]);
        return intervals[command];
    }

    Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((kind, count) -> counts.put(kind, count[0]));
        return counts;
    }

    long latestNanos() {
        return latestNanos;
    }

    long overdue() {
        return overdue;
    }
}
