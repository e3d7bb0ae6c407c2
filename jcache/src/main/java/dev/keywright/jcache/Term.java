package dev.keywright.jcache;

import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How long an entry lives from now, as a policy wishes it.
 *
 * @param millis -1 for no end, -2 for as long as it would anyway, 0 for not at all
 */
record Term(long millis) {

    static final Term ENDLESS = new Term(-1);
    static final Term UNCHANGED = new Term(-2);

    /** A policy that fails says nothing: the entry does not expire. */
    static Term creation(ExpiryPolicy policy) {
        try {
            return of(policy.getExpiryForCreation(), ENDLESS);
        } catch (RuntimeException silent) {
            return ENDLESS;
        }
    }

    static Term update(ExpiryPolicy policy) {
        try {
            return of(policy.getExpiryForUpdate(), UNCHANGED);
        } catch (RuntimeException silent) {
            return UNCHANGED;
        }
    }

    static Term access(ExpiryPolicy policy) {
        try {
            return of(policy.getExpiryForAccess(), UNCHANGED);
        } catch (RuntimeException silent) {
            return UNCHANGED;
        }
    }

    private static Term of(@Nullable Duration duration, Term otherwise) {
        if (duration == null) {
            return otherwise;
        }
        if (duration.isEternal()) {
            return ENDLESS;
        }
        return duration.isZero()
                ? new Term(0)
                : new Term(Math.max(1, duration.getTimeUnit().toMillis(duration.getDurationAmount())));
    }

    boolean isOver() {
        return millis == 0;
    }
}
