package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts numbers of 0 and above by size, eight steps to a doubling, so that a quantile is at most 7 % off. Room is taken for the
 * steps between the smallest and the largest number alone. One thread.
 */
final class Histogram {

    /** How many numbers lie from {@code low} to {@code high}, both included. */
    record Bar(long low, long high, long count) {}

    private static final int STEPS_LOG = 3;
    private static final int STEPS = 1 << STEPS_LOG;

    private long[] counts = new long[0];
    private int first;
    private long total;
    private long smallest = Long.MAX_VALUE;
    private long largest;

    void add(long number) {
        long value = Math.max(0, number);
        total++;
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
        count(step(value), 1);
    }

    void add(Histogram other) {
        total += other.total;
        smallest = Math.min(smallest, other.smallest);
        largest = Math.max(largest, other.largest);
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                count(other.first + i, other.counts[i]);
            }
        }
    }

    long total() {
        return total;
    }

    long smallest() {
        return total == 0 ? 0 : smallest;
    }

    long largest() {
        return largest;
    }

    /** A number that so large a share of all is not above. */
    long quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                long low = low(first + i);
                long middle = low + (low(first + i + 1) - 1 - low) / 2;
                return Math.max(smallest(), Math.min(largest, middle));
            }
        }
        return largest;
    }

    /** How many lie within a bar, as {@link #bars} tells them. */
    long count(long low, long high) {
        long sum = 0;
        for (int i = Math.max(0, step(low) - first); i < Math.min(counts.length, step(high) - first + 1); i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** By doublings, those without a number at both ends left out. */
    List<Bar> bars() {
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            int doubling = doubling(first + i);
            long low = doubling == 0 ? 0 : 1L << doubling - 1;
            long high = doubling == 0 ? 0 : (1L << doubling) - 1;
            int last = bars.size() - 1;
            if (last >= 0 && bars.get(last).low() == low) {
                bars.set(last, new Bar(low, high, bars.get(last).count() + counts[i]));
            } else if (!bars.isEmpty() || counts[i] > 0) {
                bars.add(new Bar(low, high, counts[i]));
            }
        }
        while (!bars.isEmpty() && bars.get(bars.size() - 1).count() == 0) {
            bars.remove(bars.size() - 1);
        }
        return bars;
    }

    private void count(int step, long many) {
        int place = step - first;
        if (place < 0 || place >= counts.length) {
            place = widen(step);
        }
        counts[place] += many;
    }

    private int widen(int step) {
        if (counts.length == 0) {
            first = step;
            counts = new long[1];
        } else if (step < first) {
            long[] wider = new long[counts.length + first - step];
            System.arraycopy(counts, 0, wider, first - step, counts.length);
            counts = wider;
            first = step;
        } else {
            counts = Arrays.copyOf(counts, step - first + 1);
        }
        return step - first;
    }

    /** Numbers below 8 have a step each; then there are eight to a doubling. */
    private static int step(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        return (log - STEPS_LOG + 1) * STEPS + (int) (value >>> log - STEPS_LOG & STEPS - 1);
    }

    private static long low(int step) {
        if (step < STEPS) {
            return step;
        }
        int log = step / STEPS + STEPS_LOG - 1;
        return log >= Long.SIZE - 1 ? Long.MAX_VALUE : (1L << log) + ((long) (step % STEPS) << log - STEPS_LOG);
    }

    private static int doubling(int step) {
        long low = low(step);
        return Long.SIZE - Long.numberOfLeadingZeros(low);
    }
}
