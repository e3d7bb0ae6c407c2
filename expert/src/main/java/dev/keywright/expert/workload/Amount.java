package dev.keywright.expert.workload;

/**
 * A number as it stands in a text, in the base unit of its dimension; of a range the upper bound.
 *
 * @param unit how much of the base unit one written unit is: 86,400 for days; of a rate, the seconds it is counted over
 * @param start where its words begin, in characters
 * @param end where they end
 */
record Amount(Dimension dimension, double value, double unit, int start, int end, Form form) {

    /** How the number is said. */
    enum Form {
        WRITTEN,
        /** Without a number: "per minute", "a minute". */
        IMPLIED,
        /** How often something happens: "every 20 seconds", "twice a day". */
        INTERVAL,
        /** Both: "every minute". */
        IMPLIED_INTERVAL,
        /** "daily". */
        ADVERB
    }

    static Amount of(Dimension dimension, double value, double unit, int start, int end) {
        return new Amount(dimension, value, unit, start, end, Form.WRITTEN);
    }

    boolean is(Dimension wanted) {
        return dimension == wanted;
    }

    /** Whether no number is written. */
    boolean implied() {
        return form == Form.IMPLIED || form == Form.IMPLIED_INTERVAL || form == Form.ADVERB;
    }

    /** Whether it says how often. */
    boolean interval() {
        return form == Form.INTERVAL || form == Form.IMPLIED_INTERVAL || form == Form.ADVERB;
    }

    Amount withValue(double other, int newEnd) {
        return new Amount(dimension, other, unit, start, newEnd, form);
    }

    Amount startingAt(int newStart) {
        return new Amount(dimension, value, unit, newStart, end, form);
    }

    Amount asInterval() {
        Form interval = implied() ? Form.IMPLIED_INTERVAL : Form.INTERVAL;
        return new Amount(dimension, value, unit, start, end, interval);
    }
}
