package dev.keywright.session;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a {@link SessionStore} behaves. Times are kept in each session: a change counts for sessions that are created afterwards.
 *
 * @param idle a session ends when so long nobody has touched or saved it; 10 ms to 3,650 days, each session may have another one
 * @param lifetime a session ends so long after it was created, whatever happens; 10 ms to 3,650 days
 * @param touchEvery a touch sooner than this after the last one, or than a tenth of the idle time, is not sent; zero sends all. By so
 *     much earlier than idle a session may end
 * @param keep so long the record of an ended session waits until a listener has been told of it; zero for no events of ends. Up to 30
 *     days; all processes give zero, or all give more
 * @param indexes names of the indexes that sessions can be found by, at most 8
 * @param limit on sessions with the same value in one index
 * @param readableIds whether Redis stores ids so that {@link SessionStore#findAll} gives sessions that know their id. Otherwise only a
 *     hash of them is stored, and who can read Redis, a replica, a backup or MONITOR can take over no session
 * @param deadline within which each command is answered; the connection's timeout when absent
 */
public record SessionOptions(
        Duration idle,
        Duration lifetime,
        Duration touchEvery,
        Duration keep,
        Set<String> indexes,
        Optional<SessionLimit> limit,
        boolean readableIds,
        Optional<Duration> deadline) {

    /** The index that {@link #DEFAULTS} have. */
    public static final String USER = "user";

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final Duration LONGEST_KEEP = Duration.ofDays(30);
    private static final int MOST_INDEXES = 8;

    /** Idle 30 minutes, lifetime 30 days, touched once a minute, no events of ends, an index by "user" without limit, ids hashed. */
    public static final SessionOptions DEFAULTS = new SessionOptions(
            Duration.ofMinutes(30),
            Duration.ofDays(30),
            Duration.ofMinutes(1),
            Duration.ZERO,
            Set.of(USER),
            Optional.empty(),
            false,
            Optional.empty());

    public SessionOptions {
        checkIdle(idle);
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("lifetime is " + lifetime + "; give 10 ms to 3,650 days");
        }
        if (touchEvery.isNegative() || touchEvery.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("touchEvery is " + touchEvery + "; give zero to 3,650 days");
        }
        if (keep.isNegative() || keep.compareTo(LONGEST_KEEP) > 0) {
            throw new IllegalArgumentException("keep is " + keep + "; give zero to 30 days");
        }
        indexes = Set.copyOf(indexes);
        if (indexes.size() > MOST_INDEXES) {
            throw new IllegalArgumentException(
                    "There are " + indexes.size() + " indexes; give at most " + MOST_INDEXES);
        }
        for (String index : indexes) {
            byte[] unused = Text.bytes("name of the index", index);
            if (index.indexOf('=') >= 0) {
                throw new IllegalArgumentException("The name of the index " + index + " has a '='; give one without");
            }
        }
        if (limit.isPresent() && !indexes.contains(limit.get().index())) {
            throw new IllegalArgumentException(
                    "The limit is on the index " + limit.get().index() + ", which is none of " + indexes);
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    static void checkIdle(Duration idle) {
        if (idle.compareTo(SHORTEST) < 0 || idle.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The idle time is " + idle + "; give 10 ms to 3,650 days");
        }
    }

    public SessionOptions withIdle(Duration idle) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, deadline);
    }

    public SessionOptions withLifetime(Duration lifetime) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, deadline);
    }

    public SessionOptions withTouchEvery(Duration touchEvery) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, deadline);
    }

    /** Events of ends, for which ended sessions wait so long; see {@link SessionStore#listen(SessionListener)}. */
    public SessionOptions withKeep(Duration keep) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, deadline);
    }

    /** These indexes and no others. */
    public SessionOptions withIndexes(String... indexes) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, Set.of(indexes), limit, readableIds, deadline);
    }

    /** At most so many sessions with the same value of that index. */
    public SessionOptions withLimit(String index, int most, SessionLimit.WhenFull whenFull) {
        Optional<SessionLimit> limit = Optional.of(new SessionLimit(index, most, whenFull));
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, deadline);
    }

    public SessionOptions withReadableIds() {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, true, deadline);
    }

    public SessionOptions withDeadline(Duration deadline) {
        return new SessionOptions(idle, lifetime, touchEvery, keep, indexes, limit, readableIds, Optional.of(deadline));
    }
}
