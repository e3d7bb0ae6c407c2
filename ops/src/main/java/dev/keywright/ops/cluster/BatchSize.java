package dev.keywright.ops.cluster;

import java.time.Duration;
import java.util.List;

/**
 * How much one MIGRATE may carry, so that it blocks both masters for some {@value #GOAL_MILLIS} ms and no longer. Learns from each
 * one; a failure halves it. A key counts with its bytes and a fixed part for the work that every key makes.
 */
final class BatchSize {

    private static final int GOAL_MILLIS = 10;
    private static final long PER_KEY = 512;
    private static final long FIRST = 32 << 10;
    private static final long LEAST = 1;
    private static final long MOST = 8 << 20;
    private static final double FASTEST_GROWTH = 1.5;

    private double cost = FIRST;

    static long costOf(long bytes) {
        return PER_KEY + Math.max(0, bytes);
    }

    /** How many of the first keys, of these sizes, go together: at least one. */
    int fitting(List<Long> bytes) {
        double left = cost;
        int count = 0;
        for (long each : bytes) {
            left -= costOf(each);
            if (count > 0 && left < 0) {
                break;
            }
            count++;
        }
        return count;
    }

    /** A batch of this cost took so long. */
    void took(long batchCost, Duration time) {
        double perMilli = batchCost / Math.max(0.05, time.toNanos() / 1e6);
        double wanted = perMilli * GOAL_MILLIS;
        if (wanted < cost || batchCost >= cost / 2) { // a small batch says nothing about a bigger one
            cost = Math.max(LEAST, Math.min(MOST, Math.min(cost * FASTEST_GROWTH, (cost + wanted) / 2)));
        }
    }

    void failed() {
        cost = Math.max(LEAST, cost / 2);
    }
}
