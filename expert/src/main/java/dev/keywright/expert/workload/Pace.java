package dev.keywright.expert.workload;

/**
 * A number of things in a stretch of time: "100 requests per minute", "5 attempts within a quarter of an hour".
 *
 * @param count how many
 * @param period in what time
 * @param within whether the words say "inside that time" rather than "every such time"
 */
record Pace(Amount count, Amount period, boolean within) {

    /** As a rate per second over all its words. */
    Amount rate() {
        int start = Math.min(count.start(), period.start());
        int end = Math.max(count.end(), period.end());
        return Amount.of(Dimension.RATE, count.value() / period.value(), period.value(), start, end);
    }
}
