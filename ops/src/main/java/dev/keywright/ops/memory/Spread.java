package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/**
 * Sizes with their probabilities, to calculate with: sums of many, expectations over the allocator's steps. Sums of fixed
 * sizes stay exact; others are told in at most {@link #ATOMS} steps.
 */
final class Spread {

    /** Into how many steps a wide spread is cut when it is described. */
    static final int STEPS = 2_048;

    static final double ALMOST_ALL = 1 - 1e-9;

    private static final int ATOMS = 400;
    /** Into how many steps each part of a sum of many is put; what they blur evens out. */
    private static final int SUMMED = 80;

    private static final int MANY = 8;
    private static final Spread ZERO = new Spread(List.of(new Sizes.Share(0, 1)));

    private final List<Sizes.Share> shares;

    private Spread(List<Sizes.Share> shares) {
        this.shares = shares;
    }

    static Spread of(Sizes sizes) {
        return new Spread(sizes.shares());
    }

    static Spread of(List<Sizes.Share> shares) {
        TreeMap<Long, Double> weights = new TreeMap<>();
        shares.forEach(share -> weights.merge(share.size(), share.weight(), Double::sum));
        return new Spread(weights.entrySet().stream()
                .map(each -> new Sizes.Share(each.getKey(), each.getValue()))
                .toList());
    }

    List<Sizes.Share> shares() {
        return shares;
    }

    boolean isFixed() {
        return shares.size() == 1;
    }

    private long least() {
        return shares.get(0).size();
    }

    long most() {
        return shares.get(shares.size() - 1).size();
    }

    double expect(LongToDoubleFunction cost) {
        double sum = 0;
        for (Sizes.Share share : shares) {
            sum += share.weight() * cost.applyAsDouble(share.size());
        }
        return sum;
    }

    double mean() {
        return expect(size -> size);
    }

    double variance() {
        double mean = mean();
        return expect(size -> (size - mean) * (size - mean));
    }

    double probability(LongPredicate condition) {
        return expect(size -> condition.test(size) ? 1 : 0);
    }

    /** Those that meet the condition; this very spread when none does. */
    Spread given(LongPredicate condition) {
        double probability = probability(condition);
        if (probability == 0 || probability == 1) {
            return this;
        }
        return new Spread(shares.stream()
                .filter(share -> condition.test(share.size()))
                .map(share -> new Sizes.Share(share.size(), share.weight() / probability))
                .toList());
    }

    Spread map(LongUnaryOperator change) {
        return of(shares.stream()
                .map(share -> new Sizes.Share(change.applyAsLong(share.size()), share.weight()))
                .toList());
    }

    Spread plus(Spread other) {
        Cells sums = new Cells(least() + other.least(), most() + other.most(), ATOMS);
        for (Sizes.Share mine : shares) {
            for (Sizes.Share theirs : other.shares) {
                sums.add(mine.size() + theirs.size(), mine.weight() * theirs.weight());
            }
        }
        return sums.spread();
    }

    /** The sum of so many, each on its own. */
    Spread times(long count) {
        if (isFixed()) {
            return new Spread(List.of(new Sizes.Share(shares.get(0).size() * count, 1)));
        }
        Spread power = count > MANY && shares.size() > SUMMED ? merged(SUMMED) : coarse();
        Spread sum = ZERO;
        for (long left = count; left > 0; left >>= 1) {
            sum = (left & 1) == 1 ? sum.plus(power) : sum;
            power = left > 1 ? power.plus(power) : power;
            if (count > MANY && power.shares.size() > SUMMED) {
                power = power.merged(SUMMED);
            }
        }
        return sum;
    }

    /** The same in at most {@link #ATOMS} steps. */
    Spread coarse() {
        return shares.size() <= ATOMS ? this : merged(ATOMS);
    }

    private Spread merged(int steps) {
        Cells cells = new Cells(least(), most(), steps);
        shares.forEach(share -> cells.add(share.size(), share.weight()));
        return cells.spread();
    }

    /** Sizes gathered in so many steps of one width, each of which becomes their mean. */
    private static final class Cells {

        private final long low;
        private final long width;
        private final double[] weights;
        private final double[] sums;

        Cells(long low, long high, int most) {
            this.low = low;
            this.width = Math.max(1, (high - low + most) / most);
            int cells = (int) ((high - low) / width) + 1;
            this.weights = new double[cells];
            this.sums = new double[cells];
        }

        void add(long size, double weight) {
            int cell = (int) ((size - low) / width);
            weights[cell] += weight;
            sums[cell] += weight * size;
        }

        Spread spread() {
            List<Sizes.Share> shares = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                if (weights[i] > 0) {
                    shares.add(new Sizes.Share(Math.round(sums[i] / weights[i]), weights[i]));
                }
            }
            return new Spread(shares);
        }
    }
}
