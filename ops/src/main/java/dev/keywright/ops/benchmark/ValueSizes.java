package dev.keywright.ops.benchmark;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long values are, in bytes. */
public sealed interface ValueSizes {

    int MOST_BYTES = 64 * 1024 * 1024;

    /** For one value. */
    int draw(SplittableRandom chance);

    double averageBytes();

    /** All of one size. */
    record Fixed(int bytes) implements ValueSizes {
        public Fixed {
            check(1, bytes);
        }

        @Override
        public int draw(SplittableRandom chance) {
            return bytes;
        }

        @Override
        public double averageBytes() {
            return bytes;
        }

        @Override
        public String toString() {
            return bytes + " bytes";
        }
    }

    /** Every size between as often as any other. */
    record Range(int leastBytes, int mostBytes) implements ValueSizes {
        public Range {
            check(leastBytes, mostBytes);
        }

        @Override
        public int draw(SplittableRandom chance) {
            return chance.nextInt(leastBytes, mostBytes + 1);
        }

        @Override
        public double averageBytes() {
            return (leastBytes + (double) mostBytes) / 2;
        }

        @Override
        public String toString() {
            return leastBytes + " to " + mostBytes + " bytes";
        }
    }

    /** The logarithm is normal, as with real objects: most are small, a few are large. None is larger than eight times the p99. */
    record Lognormal(int medianBytes, int p99Bytes) implements ValueSizes {

        /** How many deviations the 99th percentile lies above the median. */
        private static final double P99 = 2.326348;

        public Lognormal {
            check(medianBytes, p99Bytes);
        }

        private double sigma() {
            return Math.log((double) p99Bytes / medianBytes) / P99;
        }

        @Override
        public int draw(SplittableRandom chance) {
            double radius = Math.sqrt(-2 * Math.log(1 - chance.nextDouble()));
            double normal = radius * Math.cos(2 * Math.PI * chance.nextDouble());
            double bytes = medianBytes * Math.exp(sigma() * normal);
            return (int) Math.max(1, Math.min(bytes, Math.min(MOST_BYTES, 8.0 * p99Bytes)));
        }

        @Override
        public double averageBytes() {
            return medianBytes * Math.exp(sigma() * sigma() / 2);
        }

        @Override
        public String toString() {
            return "lognormal, median " + medianBytes + " and p99 " + p99Bytes + " bytes";
        }
    }

    Pattern FORM = Pattern.compile("(\\d{1,8})(?:-(\\d{1,8}))?|lognormal:(\\d{1,8}),(\\d{1,8})");

    /**
     * Reads {@code 100}, {@code 10-1000} or {@code lognormal:200,4000} (median and 99th percentile).
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static ValueSizes parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size of values; write 100, 10-1000 or lognormal:200,4000");
        }
        if (form.group(3) != null) {
            return new Lognormal(Integer.parseInt(form.group(3)), Integer.parseInt(form.group(4)));
        }
        int least = Integer.parseInt(form.group(1));
        return form.group(2) == null ? new Fixed(least) : new Range(least, Integer.parseInt(form.group(2)));
    }

    private static void check(int least, int most) {
        if (least < 1 || most < least || most > MOST_BYTES) {
            throw new IllegalArgumentException("a value has 1 to " + MOST_BYTES
                    + " bytes, the smaller figure first; not " + least + " to " + most);
        }
    }
}
