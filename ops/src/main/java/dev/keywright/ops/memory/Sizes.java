package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Lengths in bytes, or counts, as they occur in a data set. Memory jumps between sizes, so the average of them says little:
 * with it alone, spread lengths come out up to 26 % wrong, and collections about a limit over three times.
 */
public sealed interface Sizes {

    /** A size and the share of all that have it. */
    record Share(long size, double weight) {}

    /** Which sizes occur and how often, smallest first; weights add up to 1. Wide spreads are told in some 2,000 steps. */
    List<Share> shares();

    /** All the same. */
    record Fixed(long size) implements Sizes {
        public Fixed {
            refuseNegative(size);
        }

        @Override
        public List<Share> shares() {
            return List.of(new Share(size, 1));
        }
    }

    /** Evenly from {@code low} to {@code high}, both included. */
    record Range(long low, long high) implements Sizes {
        public Range {
            refuseNegative(low);
            if (high < low) {
                throw new IllegalArgumentException(
                        "sizes end at " + high + ", before " + low + "; give the smaller first");
            }
        }

        @Override
        public List<Share> shares() {
            long span = high - low + 1;
            int steps = (int) Math.min(span, Spread.STEPS);
            List<Share> shares = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                long from = low + span * i / steps;
                long to = low + span * (i + 1) / steps - 1;
                shares.add(new Share((from + to) / 2, (to - from + 1.0) / span));
            }
            return shares;
        }
    }

    /** As often as in this list: lengths of real keys or values. */
    record Sample(List<Long> seen) implements Sizes {
        public Sample {
            seen = List.copyOf(seen);
            if (seen.isEmpty()) {
                throw new IllegalArgumentException("a sample of no sizes; give at least one");
            }
            seen.forEach(Sizes::refuseNegative);
        }

        @Override
        public List<Share> shares() {
            TreeMap<Long, Integer> counts = new TreeMap<>();
            seen.forEach(size -> counts.merge(size, 1, Integer::sum));
            return counts.entrySet().stream()
                    .map(count -> new Share(count.getKey(), (double) count.getValue() / seen.size()))
                    .toList();
        }
    }

    /**
     * About a mean, skewed to the right as real lengths are (log-normal); what would be outside of {@code low} to
     * {@code high} is at that end.
     */
    record Around(double mean, double deviation, long low, long high) implements Sizes {
        public Around {
            refuseNegative(low);
            if (mean <= 0 || deviation <= 0 || high < low) {
                throw new IllegalArgumentException("mean " + mean + " and deviation " + deviation + " from " + low
                        + " to " + high + "; give both above 0 and the smaller end first");
            }
        }

        @Override
        public List<Share> shares() {
            double sigma = Math.sqrt(Math.log(1 + deviation * deviation / (mean * mean)));
            double mu = Math.log(mean) - sigma * sigma / 2;
            List<Share> shares = new ArrayList<>();
            double told = 0;
            for (long size = low; size < high && told < Spread.ALMOST_ALL; ) {
                long next = Math.min(high, size + Math.max(1, size / Spread.STEPS));
                double below = Normal.below((Math.log(next - 0.5) - mu) / sigma);
                if (below > told) {
                    shares.add(new Share((size + next - 1) / 2, below - told));
                    told = below;
                }
                size = next;
            }
            long last = told < Spread.ALMOST_ALL
                    ? high
                    : shares.get(shares.size() - 1).size();
            shares.add(new Share(last, 1 - told));
            return shares;
        }
    }

    static Sizes of(long size) {
        return new Fixed(size);
    }

    private static void refuseNegative(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a size of " + size + "; give 0 or more");
        }
    }
}
