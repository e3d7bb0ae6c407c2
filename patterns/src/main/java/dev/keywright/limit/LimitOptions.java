package dev.keywright.limit;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link RateLimiter} behaves beyond its quotas.
 *
 * @param deadline within which every decision is made; the connection's timeout when absent
 * @param whenAway what happens when Redis gives no answer by then
 * @param block how long a subject stays refused after a refusal, zero for no longer than it has to
 * @param countRefused whether refused permits are spent too, so that who keeps asking keeps waiting
 * @param rememberedRefusals for how many subjects this process remembers a refusal, and repeats it without asking the server
 *     until the wait is over; zero for none
 * @param callMemory how long a call id is remembered, see {@link RateLimiter#tryAcquire(String, int, String)}
 */
public record LimitOptions(
        Optional<Duration> deadline,
        WhenAway whenAway,
        Duration block,
        boolean countRefused,
        int rememberedRefusals,
        Duration callMemory) {

    public static final LimitOptions DEFAULTS =
            new LimitOptions(Optional.empty(), WhenAway.raise(), Duration.ZERO, false, 0, Duration.ofMinutes(1));

    public LimitOptions {
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
        if (block.isNegative()) {
            throw new IllegalArgumentException("block is " + block + "; give zero or more");
        }
        if (rememberedRefusals < 0) {
            throw new IllegalArgumentException("rememberedRefusals is " + rememberedRefusals + "; give zero or more");
        }
        if (countRefused && rememberedRefusals > 0) {
            throw new IllegalArgumentException(
                    "A remembered refusal does not reach the server, so it cannot be counted there; choose one of the two");
        }
        if (callMemory.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("callMemory is " + callMemory + "; give 1 ms or more");
        }
    }

    public LimitOptions withDeadline(Duration deadline) {
        return new LimitOptions(Optional.of(deadline), whenAway, block, countRefused, rememberedRefusals, callMemory);
    }

    public LimitOptions withWhenAway(WhenAway whenAway) {
        return new LimitOptions(deadline, whenAway, block, countRefused, rememberedRefusals, callMemory);
    }

    public LimitOptions withBlock(Duration block) {
        return new LimitOptions(deadline, whenAway, block, countRefused, rememberedRefusals, callMemory);
    }

    public LimitOptions withCountRefused(boolean countRefused) {
        return new LimitOptions(deadline, whenAway, block, countRefused, rememberedRefusals, callMemory);
    }

    public LimitOptions withRememberedRefusals(int subjects) {
        return new LimitOptions(deadline, whenAway, block, countRefused, subjects, callMemory);
    }

    public LimitOptions withCallMemory(Duration callMemory) {
        return new LimitOptions(deadline, whenAway, block, countRefused, rememberedRefusals, callMemory);
    }
}
