package dev.keywright.unique;

import java.time.Duration;
import java.util.Optional;

/**
 * How big a {@link SeenFilter} is and how long it remembers.
 *
 * @param capacity how many different members come within the memory, 1 to 1,000,000,000
 * @param rate how often a new member may be taken for a seen one once so many have come, 0.000001 to 0.1
 * @param memory how long a member is remembered at least; twice that at most. 1 ms to 10 years
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record SeenOptions(long capacity, double rate, Duration memory, Optional<Duration> deadline) {

    private static final Duration LONGEST = Duration.ofDays(3_650);

    /** A million members in a day, one in a thousand wrong: 2 MB per generation. */
    public static final SeenOptions DEFAULTS = new SeenOptions(1_000_000, 0.001, Duration.ofDays(1), Optional.empty());

    public SeenOptions {
        if (capacity < 1 || capacity > 1_000_000_000) {
            throw new IllegalArgumentException("The capacity is " + capacity + "; give 1 to 1000000000 members");
        }
        if (!(rate >= 0.000_001 && rate <= 0.1)) {
            throw new IllegalArgumentException("The rate is " + rate + "; give 0.000001 to 0.1");
        }
        if (memory.compareTo(Duration.ofMillis(1)) < 0 || memory.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The memory is " + memory + "; give 1 ms to 3650 days");
        }
        checkDeadline(deadline);
    }

    static void checkDeadline(Optional<Duration> deadline) {
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public SeenOptions withCapacity(long members) {
        return new SeenOptions(members, rate, memory, deadline);
    }

    public SeenOptions withRate(double rate) {
        return new SeenOptions(capacity, rate, memory, deadline);
    }

    public SeenOptions withMemory(Duration memory) {
        return new SeenOptions(capacity, rate, memory, deadline);
    }

    public SeenOptions withDeadline(Duration deadline) {
        return new SeenOptions(capacity, rate, memory, Optional.of(deadline));
    }
}
