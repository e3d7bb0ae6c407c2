package dev.keywright.flag;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How {@link FeatureFlags} behave.
 *
 * @param fallbacks what a flag is for everybody while nothing is known of it: it is not stored, or Redis could not be asked since the
 *     process started. Off where nothing is said
 * @param auditEntries about how many changes are kept, 1 to 1,000,000
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record FlagOptions(Map<String, Boolean> fallbacks, int auditEntries, Optional<Duration> deadline) {

    private static final int MOST_ENTRIES = 1_000_000;

    /** All off while nothing is known; 10,000 changes. */
    public static final FlagOptions DEFAULTS = new FlagOptions(Map.of(), 10_000, Optional.empty());

    public FlagOptions {
        fallbacks = Map.copyOf(fallbacks);
        fallbacks.keySet().forEach(id -> Names.checked(id, "flag"));
        if (auditEntries < 1 || auditEntries > MOST_ENTRIES) {
            throw new IllegalArgumentException("auditEntries is " + auditEntries + "; give 1 to " + MOST_ENTRIES);
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    /** What that flag is for everybody while nothing is known of it. */
    public FlagOptions withFallback(String id, boolean on) {
        Map<String, Boolean> all = new HashMap<>(fallbacks);
        all.put(id, on);
        return new FlagOptions(all, auditEntries, deadline);
    }

    public FlagOptions withAuditEntries(int auditEntries) {
        return new FlagOptions(fallbacks, auditEntries, deadline);
    }

    public FlagOptions withDeadline(Duration deadline) {
        return new FlagOptions(fallbacks, auditEntries, Optional.of(deadline));
    }
}
