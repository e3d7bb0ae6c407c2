package dev.keywright.ops.benchmark;

import java.util.SplittableRandom;

/** Draws the numbers of keys, from 0. For one thread. */
interface KeyDraw {

    long next();

    /**
     * @param worker which of so many workers draws; they share a sequence, and nothing else
     */
    static KeyDraw of(KeyDistribution distribution, long keys, SplittableRandom chance, int worker, int workers) {
        if (distribution instanceof KeyDistribution.Zipf zipf) {
            return new ZipfDraw(keys, zipf.exponent(), chance);
        }
        if (distribution instanceof KeyDistribution.HotSet hot) {
            long hotKeys = Math.min(keys, Math.max(1, Math.round(keys * hot.keysRatio())));
            long coldKeys = Math.max(1, keys - hotKeys);
            long firstCold = keys - coldKeys;
            return () -> chance.nextDouble() < hot.operationsRatio()
                    ? chance.nextLong(hotKeys)
                    : firstCold + chance.nextLong(coldKeys);
        }
        if (distribution instanceof KeyDistribution.Sequential) {
            long[] at = {worker % keys - workers};
            return () -> at[0] = (at[0] + workers) % keys;
        }
        return () -> chance.nextLong(keys);
    }

    /**
     * Zipf's law without a table, in constant time for any number of keys: rejection-inversion (Hörmann and Derflinger 1996). The
     * integral of x^-s over-counts each rank by a little; a draw that falls into that little is drawn anew.
     */
    final class ZipfDraw implements KeyDraw {

        private final long keys;
        private final double exponent;
        private final SplittableRandom chance;
        private final double whole;
        private final double first;
        private final double squeeze;

        ZipfDraw(long keys, double exponent, SplittableRandom chance) {
            this.keys = keys;
            this.exponent = exponent;
            this.chance = chance;
            this.first = integral(1.5) - 1;
            this.whole = integral(keys + 0.5);
            this.squeeze = 2 - inverse(integral(2.5) - height(2));
        }

        @Override
        public long next() {
            while (true) {
                double under = whole + chance.nextDouble() * (first - whole);
                double x = inverse(under);
                long rank = Math.max(1, Math.min(keys, (long) (x + 0.5)));
                if (rank - x <= squeeze || under >= integral(rank + 0.5) - height((double) rank)) {
                    return rank - 1;
                }
            }
        }

        private double height(double x) {
            return Math.exp(-exponent * Math.log(x));
        }

        /** Of the height from 1 to x; a logarithm where the exponent is 1. */
        private double integral(double x) {
            double log = Math.log(x);
            return overX((1 - exponent) * log, Math.expm1((1 - exponent) * log)) * log;
        }

        private double inverse(double area) {
            double t = Math.max(-1, area * (1 - exponent));
            return Math.exp(overX(t, Math.log1p(t)) * area);
        }

        private static double overX(double x, double numerator) {
            return Math.abs(x) > 1e-8 ? numerator / x : 1;
        }
    }
}
