package dev.keywright.cache;

/**
 * When to load anew what is still good (XFetch: Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
 * 2015). Each reader decides by chance and alone, and yet rarely do two choose the same moment.
 */
final class Early {

    private Early() {}

    /**
     * @param costMillis how long loading takes
     * @param factor 1 is a good one, more is sooner
     * @param leftMillis until the value's time is over
     * @param chance above 0, at most 1, evenly spread
     */
    static boolean isTime(long costMillis, double factor, long leftMillis, double chance) {
        return -Math.log(chance) * factor * Math.max(1, costMillis) >= leftMillis;
    }
}
