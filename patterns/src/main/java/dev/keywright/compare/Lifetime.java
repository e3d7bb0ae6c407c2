package dev.keywright.compare;

import java.time.Duration;

/** How long a value lives once it is written. */
public sealed interface Lifetime {

    /** As long as the value before it: its time to live goes on. One that is new lives for ever. */
    static Lifetime kept() {
        return Kept.KEPT;
    }

    /** No time to live; the key stays until it is deleted. */
    static Lifetime forEver() {
        return ForEver.FOR_EVER;
    }

    /** So long from the write on, 1 ms to 36,500 days. */
    static Lifetime of(Duration time) {
        return new Limited(time);
    }

    /** See {@link Lifetime#kept}. */
    enum Kept implements Lifetime {
        KEPT
    }

    /** See {@link Lifetime#forEver}. */
    enum ForEver implements Lifetime {
        FOR_EVER
    }

    /** See {@link Lifetime#of}. */
    record Limited(Duration time) implements Lifetime {

        private static final Duration LONGEST = Duration.ofDays(36_500);

        public Limited {
            if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("The lifetime is " + time + "; give 1 ms to 36,500 days");
            }
        }
    }
}
