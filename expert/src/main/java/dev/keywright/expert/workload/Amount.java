package dev.keywright.expert.workload;

/**
 * A number as it stands in a text, in the base unit of its dimension; of a range the upper bound.
 *
 * @param unit how much of the base unit one written unit is: 86,400 for days; of a rate, the seconds it is counted over
 * @param start where its words begin, in characters
 * @param end where they end
 * @param implied whether no number is written: "per minute" implies one minute
 * @param interval whether it says how often: "every 20 seconds", "twice a day"
 */
record Amount(Dimension dimension, double value, double unit, int start, int end, boolean implied, boolean interval) {

    static Amount of(Dimension dimension, double value, double unit, int start, int end) {
        return new Amount(dimension, value, unit, start, end, false, false);
    }

    boolean is(Dimension wanted) {
        return dimension == wanted;
    }

    Amount withValue(double other, int newEnd) {
        return new Amount(dimension, other, unit, start, newEnd, implied, interval);
    }

    Amount startingAt(int newStart) {
        return new Amount(dimension, value, unit, newStart, end, implied, interval);
    }

    Amount asInterval() {
        return new Amount(dimension, value, unit, start, end, implied, true);
    }
}
