package dev.keywright.expert.proof.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A scale and where its lines go: at 1, 2 and 5 times powers of ten, or at powers of ten alone where those are many.
 *
 * @param logarithmic equal ratios are equally long
 * @param ticks ascending, all between low and high
 */
record Axis(boolean logarithmic, double low, double high, List<Double> ticks) {

    private static final int[] STEPS = {1, 2, 5};
    private static final int DECADES_WITH_STEPS = 2;

    /** From 0 to a tick at or above the highest value. */
    static Axis linear(double highest, int mostTicks) {
        double top = highest > 0 ? highest : 1;
        double step = stepFor(top / mostTicks);
        double high = step * Math.ceil(top / step - 1e-9);
        return new Axis(false, 0, high, multiples(step, high));
    }

    /** From 0 to exactly the highest value, with ticks at whole numbers: for seconds. */
    static Axis whole(double highest, int mostTicks) {
        double top = highest > 0 ? highest : 1;
        return new Axis(false, 0, top, multiples(stepFor(Math.max(1, top / mostTicks)), top));
    }

    /** From a tick at or below the lowest value to one at or above the highest. */
    static Axis logarithmic(double lowest, double highest) {
        double bottom = lowest > 0 ? lowest : 0.01;
        double top = Math.max(highest, bottom * 10);
        boolean steps = Math.log10(top / bottom) <= DECADES_WITH_STEPS;
        List<Double> all = new ArrayList<>();
        for (int decade = decade(bottom) - 1; decade <= decade(top) + 1; decade++) {
            for (int step : STEPS) {
                if (step == 1 || steps) {
                    all.add(times(step, decade));
                }
            }
        }
        double low = all.stream().filter(tick -> tick <= bottom * (1 + 1e-9)).reduce(0.0, (a, b) -> b);
        double high = all.stream()
                .filter(tick -> tick >= top * (1 - 1e-9))
                .findFirst()
                .orElse(top);
        return new Axis(
                true,
                low,
                high,
                all.stream().filter(tick -> tick >= low && tick <= high).toList());
    }

    /** Where a value lies, from 0 at the low end to 1 at the high one; what is beyond lies at the end. */
    double place(double value) {
        double ratio = logarithmic
                ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
                : (value - low) / (high - low);
        return Math.max(0, Math.min(1, ratio));
    }

    private static double stepFor(double least) {
        for (int decade = decade(least); ; decade++) {
            for (int step : STEPS) {
                if (times(step, decade) >= least * (1 - 1e-9)) {
                    return times(step, decade);
                }
            }
        }
    }

    private static List<Double> multiples(double step, double high) {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= high * (1 + 1e-9); i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static int decade(double value) {
        return (int) Math.floor(Math.log10(value));
    }

    /** Exact where a power of ten below one would not be. */
    private static double times(int step, int decade) {
        return decade >= 0 ? step * Math.pow(10, decade) : step / Math.pow(10, -decade);
    }
}
