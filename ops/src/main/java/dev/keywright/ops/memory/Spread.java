package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
        return merged(shares, Integer.MAX_VALUE);
    }

    List<Sizes.Share> shares() {
        return shares;
    }

    boolean isFixed() {
        return shares.size() == 1;
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
        List<Sizes.Share> sums = new ArrayList<>(shares.size() * other.shares.size());
        for (Sizes.Share mine : shares) {
            for (Sizes.Share theirs : other.shares) {
                sums.add(new Sizes.Share(mine.size() + theirs.size(), mine.weight() * theirs.weight()));
            }
        }
        return merged(sums, ATOMS);
    }

    /** The sum of so many, each on its own. */
    Spread times(long count) {
        if (isFixed()) {
            return new Spread(List.of(new Sizes.Share(shares.get(0).size() * count, 1)));
        }
        Spread power = count > MANY && shares.size() > SUMMED ? merged(shares, SUMMED) : coarse();
        Spread sum = ZERO;
        for (long left = count; left > 0; left >>= 1) {
            sum = (left & 1) == 1 ? sum.plus(power) : sum;
            power = left > 1 ? power.plus(power) : power;
            if (count > MANY && power.shares.size() > SUMMED) {
                power = merged(power.shares, SUMMED);
            }
        }
        return sum;
    }

    /** The same in at most {@link #ATOMS} steps. */
    Spread coarse() {
        return shares.size() <= ATOMS ? this : merged(shares, ATOMS);
    }

    private static Spread merged(List<Sizes.Share> shares, int most) {
        List<Sizes.Share> sorted = shares.stream()
                .sorted(Comparator.comparingLong(Sizes.Share::size))
                .toList();
        long low = sorted.get(0).size();
        long span = sorted.get(sorted.size() - 1).size() - low + 1;
        long width = Math.max(1, (span + most - 1) / most);
        List<Sizes.Share> merged = new ArrayList<>();
        double weight = 0;
        double sum = 0;
        long cell = 0;
        for (Sizes.Share share : sorted) {
            long its = (share.size() - low) / width;
            if (its != cell && weight > 0) {
                merged.add(new Sizes.Share(Math.round(sum / weight), weight));
                weight = 0;
                sum = 0;
            }
            cell = its;
            weight += share.weight();
            sum += share.weight() * share.size();
        }
        merged.add(new Sizes.Share(Math.round(sum / weight), weight));
        return new Spread(merged);
    }
}
