package dev.keywright.limit;

import java.time.Duration;

/**
 * How many permits may be spent how fast. What the four kinds cost and promise, for {@code n} permits per window:
 * <ul>
 *   <li>{@link #slidingWindow}: the estimate most services want. One small string; a steady caller gets the quota, one who
 *       bursts at the end of a window can spend up to 2 n in a window's length.
 *   <li>{@link #slidingLog}: exact, never more than n in any window. A sorted set with a member for each permit of the last
 *       window, at most n; n up to 100,000.
 *   <li>{@link #tokenBucket}: allows a burst and then a steady rate. One small string.
 *   <li>{@link #fixedWindow}: cheapest to explain ("n per minute"); up to 2 n around the edge of two windows. One small
 *       string.
 * </ul>
 */
public sealed interface Quota {

    /** Permits per {@link #window()}. */
    int permits();

    Duration window();

    /** The most that can be granted at once. */
    default int capacity() {
        return permits();
    }

    /** Grants {@code permits} in each window; a window opens with the first permit after the last one closed. */
    static Quota fixedWindow(int permits, Duration window) {
        return new FixedWindow(permits, window);
    }

    /** Grants {@code permits} in any stretch of time as long as the window, exactly. */
    static Quota slidingLog(int permits, Duration window) {
        return new SlidingLog(permits, window);
    }

    /** Grants {@code permits} in a moving window, estimated from two counters. */
    static Quota slidingWindow(int permits, Duration window) {
        return new SlidingWindow(permits, window);
    }

    /** Holds {@code permits} and refills as many, evenly, in each window. */
    static Quota tokenBucket(int permits, Duration window) {
        return new TokenBucket(permits, permits, window);
    }

    /** Holds {@code capacity} permits and refills {@code permits}, evenly, in each window. */
    static Quota tokenBucket(int capacity, int permits, Duration window) {
        return new TokenBucket(capacity, permits, window);
    }

    /** See {@link Quota#fixedWindow}. */
    record FixedWindow(int permits, Duration window) implements Quota {
        public FixedWindow {
            check("permits", permits);
            check(window);
        }
    }

    /** See {@link Quota#slidingLog}. */
    record SlidingLog(int permits, Duration window) implements Quota {

        /** One call may have to add or drop that many members, and Redis serves nobody else meanwhile. */
        private static final int MOST = 100_000;

        public SlidingLog {
            check("permits", permits);
            check(window);
            if (permits > MOST) {
                throw new IllegalArgumentException("A log of " + permits + " permits is too long, the most is " + MOST
                        + "; use slidingWindow or tokenBucket");
            }
        }
    }

    /** See {@link Quota#slidingWindow}. */
    record SlidingWindow(int permits, Duration window) implements Quota {
        public SlidingWindow {
            check("permits", permits);
            check(window);
        }
    }

    /** See {@link Quota#tokenBucket(int, int, Duration)}. */
    record TokenBucket(int capacity, int permits, Duration window) implements Quota {
        public TokenBucket {
            check("capacity", capacity);
            check("permits", permits);
            check(window);
            checkExact(capacity, micros(window) / gcd(permits, micros(window)));
        }
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; give 1 or more");
        }
    }

    private static void check(Duration window) {
        if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(Duration.ofDays(3660)) > 0) {
            throw new IllegalArgumentException("window is " + window + "; give 1 ms to 10 years");
        }
        if (window.toNanos() % 1000 != 0) {
            throw new IllegalArgumentException("window is " + window + "; give whole microseconds");
        }
    }

    /** The server's Lua counts in doubles, which hold whole numbers up to 2^53. */
    private static void checkExact(int permits, long micros) {
        if (Math.multiplyHigh(permits, micros) != 0 || permits * micros >= 1L << 53) {
            throw new IllegalArgumentException(permits + " permits per " + Duration.ofNanos(micros * 1000)
                    + " is more than can be counted exactly; give a shorter window, fewer permits,"
                    + " or numbers that divide each other");
        }
    }

    private static long micros(Duration window) {
        return window.toNanos() / 1000;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
