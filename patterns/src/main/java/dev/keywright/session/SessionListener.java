package dev.keywright.session;

/**
 * Hears of sessions; see {@link SessionStore#listen(SessionListener)}. It is called by one thread at a time: daemon threads of the store,
 * or the one that calls {@link SessionStore#sweep()}. One that does not return keeps all others of its store from hearing; other stores,
 * in this process and elsewhere, go on.
 *
 * @param <V> of the attributes
 */
@FunctionalInterface
public interface SessionListener<V> {

    /**
     * A session has ended. At least once per session, in one of the processes that listen: what throws, or takes longer than a minute, or
     * dies before it returns, is told again, there or elsewhere.
     */
    void ended(EndedSession<V> session);

    /**
     * A session was stored for the first time through the {@link SessionStore} that this listens to. At most once, and not while 10,000
     * others wait to be told; does nothing unless it is overridden.
     */
    default void created(StoredSession<V> session) {}
}
