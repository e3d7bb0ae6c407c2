package dev.keywright.presence;

import java.time.Duration;

/** How long a round of heartbeats waits for each answer: the more it waited in vain, the less, so that who answers is not kept waiting. */
final class Patience {

    private static final long LEAST = Duration.ofMillis(20).toNanos();

    private final long most;
    private long left;

    Patience(Duration all, Duration each) {
        this.most = each.toNanos();
        this.left = all.toNanos();
    }

    Duration deadline() {
        return Duration.ofNanos(Math.max(LEAST, Math.min(most, left / 2)));
    }

    void lost(long nanos) {
        left = Math.max(0, left - nanos);
    }
}
