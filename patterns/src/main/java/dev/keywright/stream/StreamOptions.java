package dev.keywright.stream;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a stream keeps what it was given. Its processes should agree on them; nothing of it is stored.
 *
 * @param maxLength how many entries are kept, to about a hundred; 0 for any number
 * @param maxAge how old an entry may get, by the server's clock; zero for any age
 * @param cutsUnread whether entries go that a group has not read, or not acknowledged; if not, they stay and so does all after them
 * @param remembersIds for how long a message with the same id is not appended again
 * @param deadline within which a call is answered; the connection's timeout unless given
 */
public record StreamOptions(
        long maxLength, Duration maxAge, boolean cutsUnread, Duration remembersIds, Optional<Duration> deadline) {

    private static final Duration LONGEST = Duration.ofDays(3_650);

    /** A million entries, a week, nothing unread is cut, ids are remembered for a day. */
    public static final StreamOptions DEFAULTS =
            new StreamOptions(1_000_000, Duration.ofDays(7), false, Duration.ofDays(1), Optional.empty());

    public StreamOptions {
        if (maxLength < 0) {
            throw new IllegalArgumentException("maxLength is " + maxLength + "; give 1 or more, or 0 for any number");
        }
        if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("maxAge is " + maxAge + "; give up to 3,650 days, or zero for any age");
        }
        if (remembersIds.compareTo(Duration.ofMillis(1)) < 0 || remembersIds.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("remembersIds is " + remembersIds + "; give 1 ms to 3,650 days");
        }
        deadline.filter(given -> given.isNegative() || given.isZero()).ifPresent(given -> {
            throw new IllegalArgumentException("deadline is " + given + "; give more than zero");
        });
    }

    public StreamOptions withMaxLength(long maxLength) {
        return new StreamOptions(maxLength, maxAge, cutsUnread, remembersIds, deadline);
    }

    public StreamOptions withMaxAge(Duration maxAge) {
        return new StreamOptions(maxLength, maxAge, cutsUnread, remembersIds, deadline);
    }

    public StreamOptions withCutsUnread(boolean cutsUnread) {
        return new StreamOptions(maxLength, maxAge, cutsUnread, remembersIds, deadline);
    }

    public StreamOptions withRemembersIds(Duration remembersIds) {
        return new StreamOptions(maxLength, maxAge, cutsUnread, remembersIds, deadline);
    }

    public StreamOptions withDeadline(Duration deadline) {
        return new StreamOptions(maxLength, maxAge, cutsUnread, remembersIds, Optional.of(deadline));
    }
}
