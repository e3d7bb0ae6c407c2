package dev.keywright.expert.workload;

import java.util.Optional;

/** How long a primary may be silent before it counts as dead. */
public final class Silence {

    private static final int LONGEST_SECONDS = 5;

    private Silence() {}

    /** Half of the time a failover may take, for the election and the clients need the rest; 1 to 5 seconds. */
    public static int seconds(Optional<Double> failoverSeconds) {
        return failoverSeconds
                .map(seconds -> (int) Math.max(1, Math.min(LONGEST_SECONDS, Math.round(seconds / 2))))
                .orElse(LONGEST_SECONDS);
    }
}
