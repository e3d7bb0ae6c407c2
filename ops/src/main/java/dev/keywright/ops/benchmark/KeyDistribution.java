package dev.keywright.ops.benchmark;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of the keys an operation takes. */
public sealed interface KeyDistribution {

    /** Every key as often as any other. */
    record Uniform() implements KeyDistribution {
        @Override
        public String toString() {
            return "uniform";
        }
    }

    /** The key of rank r in proportion to 1/r^exponent; key 0 is the most frequent. */
    record Zipf(double exponent) implements KeyDistribution {
        public Zipf {
            if (!(exponent > 0 && exponent <= 10)) {
                throw new IllegalArgumentException(
                        "the exponent of zipf is " + exponent + "; give more than 0, at most 10");
            }
        }

        @Override
        public String toString() {
            return "zipf:" + exponent;
        }
    }

    /** The first keys, that share of all, get that share of the operations; within both parts uniform. */
    record HotSet(double keysRatio, double operationsRatio) implements KeyDistribution {
        public HotSet {
            if (!(keysRatio > 0 && keysRatio < 1 && operationsRatio > 0 && operationsRatio < 1)) {
                throw new IllegalArgumentException("hot takes two shares between 0 % and 100 %; write hot:10%,90%");
            }
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "hot:%s%%,%s%%", number(keysRatio), number(operationsRatio));
        }

        private static String number(double ratio) {
            return String.format(Locale.ROOT, "%.3f", ratio * 100).replaceFirst("\\.?0+$", "");
        }
    }

    /** One after the other, from the first again after the last. */
    record Sequential() implements KeyDistribution {
        @Override
        public String toString() {
            return "sequential";
        }
    }

    Pattern FORM = Pattern.compile("zipf:([0-9.]+)|hot:([0-9.]+)%,([0-9.]+)%");

    /**
     * Reads {@code uniform}, {@code sequential}, {@code zipf:0.99} or {@code hot:10%,90%}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static KeyDistribution parse(String text) {
        if (text.equals("uniform")) {
            return new Uniform();
        }
        if (text.equals("sequential")) {
            return new Sequential();
        }
        Matcher form = FORM.matcher(text.equals("zipf") ? "zipf:0.99" : text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no distribution of keys; write uniform, sequential, zipf:0.99 or hot:10%,90%");
        }
        return form.group(1) != null
                ? new Zipf(Double.parseDouble(form.group(1)))
                : new HotSet(Double.parseDouble(form.group(2)) / 100, Double.parseDouble(form.group(3)) / 100);
    }
}
