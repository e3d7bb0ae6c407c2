package dev.keywright.cache;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shortens times to live a little, so that what was stored together does not expire together. Steps of the golden ratio around a circle
 * spread more evenly than chance does: however many follow each other, no stretch of the range gets much more than its share.
 */
final class Jitter {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final double ratio;
    private final AtomicLong place = new AtomicLong(ThreadLocalRandom.current().nextLong());

    /** @param ratio how much of the time may be cut off, 0 to 1 */
    Jitter(double ratio) {
        this.ratio = ratio;
    }

    long of(long millis) {
        if (ratio == 0) {
            return millis;
        }
        double share = (place.getAndAdd(GOLDEN) >>> 11) * 0x1p-53;
        return Math.max(1, millis - (long) (millis * ratio * share));
    }
}
