package dev.keywright.session;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sessions that all processes share which use the same name: found by the id in a cookie, or by a value such as the user.
 *
 * <pre>{@code
 * SessionStore<String> sessions = kw.sessions("shop", Codecs.string());
 * StoredSession<String> session = sessions.find(cookie).orElseGet(sessions::create);
 * session.set("cart", "shoes");
 * session.save();
 * }</pre>
 *
 * <ul>
 *   <li>Saves write what has changed and no more, so requests at the same time that change different attributes all count. Of one
 *       attribute the last write counts.
 *   <li>A session ends {@link SessionOptions#idle()} after it was saved or touched last, and {@link SessionOptions#lifetime()} after it
 *       began; Redis sees to it. What has ended is never brought back by a save that comes late.
 *   <li>Ids: 144 bits of {@code SecureRandom}. Redis has only a hash of them, unless {@link SessionOptions#readableIds()}; they are in no
 *       message and no log of this library. {@link SessionHandle} names a session where others can read it.
 *   <li>Commands: find is HGETALL and PTTL together, 1 round trip; a save or touch is 1 EVALSHA. Not bigger than what a session holds.
 *   <li>Indexes: entries come before their sessions and go after them. Each look asks the sessions themselves, and takes out what has
 *       ended; no keyspace events, no sweep is needed. An index lies in another hash slot than its sessions.
 *   <li>Limit: with {@link SessionLimit}, at no moment have more sessions the value. A process that dies while a session gets it leaves its
 *       place taken until that session ends, or has to for others.
 *   <li>No promise: a failover can lose the last writes, also a deletion or the change of an id.
 *   <li>Clock: the servers'; those of a Cluster must agree within a minute. Threads: any number.
 * </ul>
 *
 * @param <V> of the attributes; see {@link dev.keywright.codec.Codecs#java} for objects of a list of classes
 */
public final class SessionStore<V> {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "EXISTS",
                            "PTTL",
                            "PEXPIRE",
                            "PEXPIREAT",
                            "UNLINK",
                            "SET",
                            "HGET",
                            "HMGET",
                            "HGETALL",
                            "HSET",
                            "HDEL",
                            "ZADD",
                            "ZCARD",
                            "ZRANGE",
                            "ZREM",
                            "ZSCAN",
                            "ZSCORE"),
                    List.of("session:*"))
            .thatLast();

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final SessionPort port;
    private final Indexes indexes;
    private final Attributes<V> attributes;
    private final Sweep<V> sweep;

    /** Users call {@code Keywright.sessions}. */
    public SessionStore(Connection connection, String name, SessionOptions options, Codec<V> attributes) {
        this(connection, name, options, attributes, LEASE);
    }

    /** @param lease so long others leave a session alone whose listeners are being told */
    SessionStore(Connection connection, String name, SessionOptions options, Codec<V> attributes, Duration lease) {
        this.port = new SessionPort(connection, name, options);
        this.indexes = new Indexes(port);
        this.attributes = new Attributes<>(attributes);
        this.sweep = new Sweep<>(port, this.attributes, lease);
    }

    public SessionOptions options() {
        return port.options;
    }

    /** A new session, with an id; nothing is stored before it is saved. */
    public StoredSession<V> create() {
        return new StoredSession<>(this, port, SessionId.fresh());
    }

    /**
     * The session that the id opens.
     *
     * @param id as a cookie says it; any text, from anybody
     * @return empty when there is none, or none any more
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Optional<StoredSession<V>> find(String id) {
        Optional<SessionId> known = SessionId.parse(id);
        return known.isEmpty()
                ? Optional.empty()
                : opened(known.get(), port.find(known.get().handle()));
    }

    public CompletionStage<Optional<StoredSession<V>>> findAsync(String id) {
        Optional<SessionId> known = SessionId.parse(id);
        return known.isEmpty()
                ? CompletableFuture.completedStage(Optional.empty())
                : port.read(known.get().handle()).thenApply(found -> opened(known.get(), found));
    }

    private Optional<StoredSession<V>> opened(SessionId id, Optional<SessionRecord> found) {
        return found.filter(session -> id.isProvenBy(session.proof().bytes))
                .map(session -> new StoredSession<>(this, port, id.handle(), Optional.of(id), session));
    }

    /**
     * The session of that handle, for those who look after sessions: a handle is no secret, and must not come from a user.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Optional<StoredSession<V>> find(SessionHandle handle) {
        return port.find(handle).map(found -> known(handle, found));
    }

    public CompletionStage<Optional<StoredSession<V>>> findAsync(SessionHandle handle) {
        return port.read(handle).thenApply(read -> read.map(found -> known(handle, found)));
    }

    private StoredSession<V> known(SessionHandle handle, SessionRecord found) {
        return new StoredSession<>(this, port, handle, Optional.empty(), found);
    }

    /**
     * All sessions with that value, the oldest first. Reads all of them: 1 round trip for the index and 1 for the sessions, for each 100;
     * and 1 to end those that lost their places to others that died before they ended them.
     *
     * @param index one of {@link SessionOptions#indexes()}
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public List<StoredSession<V>> findAll(String index, String value) {
        return port.join(findAllAsync(index, value));
    }

    public CompletionStage<List<StoredSession<V>>> findAllAsync(String index, String value) {
        indexes.check(index);
        return indexes.find(index, value).thenApply(all -> {
            List<StoredSession<V>> sessions = new ArrayList<>();
            all.sort((one, other) ->
                    Long.compare(one.session().created(), other.session().created()));
            all.forEach(found -> sessions.add(known(found.handle(), found.session())));
            return sessions;
        });
    }

    /**
     * Ends a session now and takes it out of its indexes: 1 EVALSHA, and a ZREM for each index.
     *
     * @return whether it lived; when an answer was lost and asked for again, false
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public boolean delete(SessionHandle handle) {
        return port.join(deleteAsync(handle));
    }

    public CompletionStage<Boolean> deleteAsync(SessionHandle handle) {
        return indexes.end(handle, "deleted");
    }

    /**
     * Ends all sessions with that value, such as those of a user whose password has changed. A session that gets the value while this goes
     * on may be left.
     *
     * @return how many
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again, some may have ended
     */
    public long deleteAll(String index, String value) {
        return port.join(deleteAllAsync(index, value));
    }

    public CompletionStage<Long> deleteAllAsync(String index, String value) {
        indexes.check(index);
        return indexes.find(index, value)
                .thenCompose(all -> port.each(all, found -> deleteAsync(found.handle())))
                .thenApply(ended -> ended.stream().filter(lived -> lived).count());
    }

    /** As {@link #listen(SessionListener, Duration)}, looking every second. */
    public Listening listen(SessionListener<V> listener) {
        return listen(listener, PAUSE);
    }

    /**
     * Tells the listener of sessions that have ended, in whatever process they were used, at least once each; and of those that begin
     * through this store. Of all stores that listen one looks each time, on a daemon thread, and tells its own listeners. What goes wrong
     * there is tried again the next time; {@link #sweep()} says what it is.
     *
     * @param pause between two looks, 1 ms to 1 day
     * @throws KeywrightException.Misused when {@link SessionOptions#keep()} is zero
     */
    public Listening listen(SessionListener<V> listener, Duration pause) {
        return sweep.listen(listener, pause);
    }

    /**
     * Looks now for sessions that have ended: takes them out of their indexes, tells those who listen in this process, and forgets them. When
     * nobody listens to this store, nobody is told, also not elsewhere. Needed by no one who listens. Some 64 commands, and some for each
     * session; waits for a look that is under way here.
     *
     * @return how many
     * @throws KeywrightException.Unavailable when Redis did not answer somewhere; the rest is done
     */
    public long sweep() {
        return sweep.all();
    }

    void tellCreated(StoredSession<V> session) {
        sweep.created(session);
    }

    Indexes indexes() {
        return indexes;
    }

    Attributes<V> attributes() {
        return attributes;
    }

    /** Where a reply came from, for messages. */
    @Override
    public String toString() {
        return port.where;
    }
}
