package dev.keywright.session;

/**
 * Hears of sessions; see {@link SessionStore#listen(SessionListener)}. It is called on a thread of the store's own, one call after the
 * other.
 *
 * @param <V> of the attributes
 */
@FunctionalInterface
public interface SessionListener<V> {

    /**
     * A session has ended. At least once per session and store, in one of the processes that listen: what throws, or takes longer than a
     * minute, or dies before it returns, is told again, there or elsewhere.
     */
    void ended(EndedSession<V> session);

    /** A session was stored for the first time by this process. At most once; does nothing unless it is overridden. */
    default void created(StoredSession<V> session) {}
}
