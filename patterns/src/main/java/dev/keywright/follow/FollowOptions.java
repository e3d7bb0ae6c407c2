package dev.keywright.follow;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@link Follows} behave.
 *
 * @param most how many others a user may follow, 1 to 1,000,000; how many may follow a user is not bounded
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record FollowOptions(int most, Optional<Duration> deadline) {

    /** 10,000 at most. */
    public static final FollowOptions DEFAULTS = new FollowOptions(10_000, Optional.empty());

    public FollowOptions {
        if (most < 1 || most > 1_000_000) {
            throw new IllegalArgumentException("most is " + most + "; give 1 to 1000000");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public FollowOptions withMost(int most) {
        return new FollowOptions(most, deadline);
    }

    public FollowOptions withDeadline(Duration deadline) {
        return new FollowOptions(most, Optional.of(deadline));
    }
}
