package dev.keywright.session;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One session, as it was when it was found and with the changes made here since. Nothing goes to Redis before {@link #save()}, which
 * writes the changes and no more: what others change in the meantime in other attributes stays.
 *
 * <ul>
 *   <li>Commands: a save is 1 EVALSHA, 1 round trip; with a change of an index some more. A save without changes is a touch, or nothing.
 *   <li>An object that was got from here and changed is not saved; {@link #set} says that it has changed.
 *   <li>Failure: nobody knows whether a save without an answer was done, so it is not sent again by itself. The changes stay here; saving
 *       again writes them again. Touches, changes of the id and deletions are sent again.
 *   <li>Clock: the server's. Threads: any number; what one saves while another changes the id is saved.
 * </ul>
 *
 * @param <V> of the attributes
 */
public final class StoredSession<V> {

    private static final int MOST_CHANGES = 1_000;

    private enum State {
        NEW,
        STORED,
        ENDED
    }

    private final SessionPort port;
    private final SessionStore<V> store;
    private final SessionHandle handle;
    private final Map<String, Attributes.Cell<V>> attributes = new HashMap<>();
    private final Map<String, String> indexes = new HashMap<>();
    private final Map<String, Change.Setting<V>> changed = new LinkedHashMap<>();
    private final Map<String, Optional<String>> changedIndexes = new LinkedHashMap<>();

    private long settings;
    private Optional<SessionId> id;
    private Optional<SessionId> renewing = Optional.empty();
    private byte[] proof;
    private State state;
    private boolean offered; // its creation was sent; nobody may know what became of it
    private long created;
    private long accessed;
    private long ends;
    private long idle;
    private boolean idleChanged;
    private long touched; // System.nanoTime

    /** A new one. */
    StoredSession(SessionStore<V> store, SessionPort port, SessionId id) {
        this.store = store;
        this.port = port;
        this.handle = id.handle();
        this.id = Optional.of(id);
        this.proof = id.proof(port.options.readableIds());
        this.state = State.NEW;
        this.idle = port.options.idle().toMillis();
    }

    /** One that was found. */
    StoredSession(
            SessionStore<V> store,
            SessionPort port,
            SessionHandle handle,
            Optional<SessionId> id,
            SessionRecord found) {
        this.store = store;
        this.port = port;
        this.handle = handle;
        this.proof = found.proof().bytes;
        this.id = id.or(() -> SessionId.readable(handle, proof));
        this.state = State.STORED;
        this.created = found.created();
        this.accessed = found.accessed();
        this.ends = found.ends();
        this.idle = found.idle();
        this.touched = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(found.sinceAccess());
        found.attributes().forEach((name, bytes) -> attributes.put(name, Attributes.Cell.stored(bytes)));
        indexes.putAll(found.indexes());
    }

    // --- what it is

    /** The name that is no secret. */
    public SessionHandle handle() {
        return handle;
    }

    /**
     * The secret that opens the session: 40 characters that may stand in a cookie and in no log; 144 random bits beside the handle.
     *
     * @throws KeywrightException.Misused when it was found without its id, and Redis has only a hash of it
     */
    public synchronized String id() {
        return id.map(SessionId::text)
                .orElseThrow(() -> new KeywrightException.Misused("The " + this
                        + " was found without its id, and only a hash of that is stored. Use handle(),"
                        + " or SessionOptions.withReadableIds()."));
    }

    /** Whether it was made here and not saved yet. */
    public synchronized boolean isNew() {
        return state == State.NEW;
    }

    /** Whether it is known here that it has ended, or that somebody else has changed its id. Asks no server. */
    public synchronized boolean isEnded() {
        return state == State.ENDED;
    }

    /**
     * When it was saved first.
     *
     * @throws IllegalStateException when it was not saved yet
     */
    public synchronized Instant created() {
        return time(created);
    }

    /**
     * When it was saved or touched last, as far as this object knows; up to {@link SessionOptions#touchEvery()} before it was used last.
     *
     * @throws IllegalStateException when it was not saved yet
     */
    public synchronized Instant accessed() {
        return time(Math.max(created, accessed));
    }

    /**
     * When its lifetime is over.
     *
     * @throws IllegalStateException when it was not saved yet
     */
    public synchronized Instant ends() {
        return time(ends);
    }

    private Instant time(long millis) {
        if (created == 0) {
            throw new IllegalStateException("The " + this + " was not saved yet; the server says when that was");
        }
        return Instant.ofEpochMilli(millis);
    }

    /** How long it lives without a touch. */
    public synchronized Duration idle() {
        return Duration.ofMillis(idle);
    }

    /** Gives this session another idle time, from the next save on; 10 ms to 3,650 days. */
    public synchronized void changeIdle(Duration idle) {
        SessionOptions.checkIdle(idle);
        idleChanged |= this.idle != idle.toMillis();
        this.idle = idle.toMillis();
    }

    // --- attributes

    /** The names of the attributes, in order. */
    public synchronized Set<String> names() {
        Set<String> names = new TreeSet<>(attributes.keySet());
        changed.forEach((name, setting) -> {
            if (setting.value().isPresent()) {
                names.add(name);
            } else {
                names.remove(name);
            }
        });
        return names;
    }

    /**
     * An attribute; the same object each time.
     *
     * @throws KeywrightException.Misused when the codec cannot read it
     */
    public synchronized Optional<V> attribute(String name) {
        Change.Setting<V> change = changed.get(name);
        if (change != null) {
            return change.value();
        }
        return Optional.ofNullable(attributes.get(name)).map(cell -> cell.value(name, store.attributes()));
    }

    /**
     * Sets an attribute, from the next save on. The value is written as it is then.
     *
     * @param name 1 to 1,024 bytes of UTF-8
     */
    public synchronized void set(String name, V value) {
        byte[] unused = Attributes.field(name);
        changed.put(name, new Change.Setting<>(Optional.of(value), ++settings));
    }

    /** Removes an attribute, from the next save on. */
    public synchronized void remove(String name) {
        if (changed.containsKey(name) || attributes.containsKey(name)) {
            changed.put(name, new Change.Setting<>(Optional.empty(), ++settings));
        }
    }

    // --- indexes

    /** The value of an index, such as the user. */
    public synchronized Optional<String> index(String index) {
        Optional<String> change = changedIndexes.get(index);
        return change != null ? change : Optional.ofNullable(indexes.get(index));
    }

    /**
     * Lets the session be found by a value, from the next save on.
     *
     * @param index one of {@link SessionOptions#indexes()}
     * @param value 1 to 1,024 bytes of UTF-8
     */
    public synchronized void setIndex(String index, String value) {
        store.indexes().check(index);
        byte[] unused = Text.bytes("value of the index " + index, value);
        changeIndex(index, Optional.of(value));
    }

    /** Lets the session be found by it no more, from the next save on. */
    public synchronized void removeIndex(String index) {
        store.indexes().check(index);
        changeIndex(index, Optional.empty());
    }

    private void changeIndex(String index, Optional<String> value) {
        if (value.equals(Optional.ofNullable(indexes.get(index)))) {
            changedIndexes.remove(index);
        } else {
            changedIndexes.put(index, value);
        }
    }

    // --- saving

    private synchronized Change<V> change() {
        if (changed.size() + changedIndexes.size() > MOST_CHANGES) {
            throw new IllegalArgumentException("There are " + changed.size() + " changed attributes of the " + this
                    + "; save at most " + MOST_CHANGES + " at once");
        }
        return new Change<>(new LinkedHashMap<>(changed), new LinkedHashMap<>(changedIndexes), idleChanged ? idle : 0);
    }

    /**
     * Writes what was changed, if the session lives; a new one begins. Also lets its idle time begin anew, for which alone a command goes
     * out only if the last one is {@link SessionOptions#touchEvery()} ago.
     *
     * <p>A change of an index costs some round trips more: a place is claimed there first, sessions that lose theirs are ended, and then
     * the session is saved. A new session with an index is stored empty before that.
     *
     * @throws IllegalArgumentException when the codec cannot write an attribute; nothing was written
     * @throws KeywrightException.Unavailable when Redis did not answer, or its memory is full; the changes are still here
     */
    public Saved save() {
        Change<V> change = change();
        if (!change.indexes().isEmpty()) {
            return port.join(saveIndexed(change));
        }
        Optional<Proven> call = call(change);
        return call.isPresent() ? saved(change, sent(call.get())) : unsent();
    }

    public CompletionStage<Saved> saveAsync() {
        Change<V> change = change();
        if (!change.indexes().isEmpty()) {
            return saveIndexed(change);
        }
        Optional<Proven> call = call(change);
        return call.isPresent()
                ? sentAsync(call.get()).thenApply(reply -> saved(change, reply))
                : CompletableFuture.completedStage(unsent());
    }

    /** What goes out, by the proof of the id. */
    private interface Proven {
        Script.Invocation with(byte[] proof);
    }

    /** The id may have changed here since; then what was refused is sent again. */
    private Reply sent(Proven call) {
        byte[] known;
        Reply reply;
        do {
            known = proof();
            reply = port.call(call.with(known));
        } while (isRefused(reply) && hasOtherProof(known));
        return reply;
    }

    private CompletionStage<Reply> sentAsync(Proven call) {
        byte[] known = proof();
        return port.send(call.with(known))
                .thenCompose(reply -> isRefused(reply) && hasOtherProof(known)
                        ? sentAsync(call)
                        : CompletableFuture.completedStage(reply));
    }

    private static boolean isRefused(Reply reply) {
        return reply instanceof Reply.Whole whole && whole.value() == 0;
    }

    private synchronized byte[] proof() {
        return proof;
    }

    /** A change of the id whose answer is not there, or was lost, was done when the one before is not known any more. */
    private synchronized boolean hasOtherProof(byte[] known) {
        if (Arrays.equals(proof, known)) {
            renewing.ifPresent(this::adopt);
        }
        return !Arrays.equals(proof, known);
    }

    private void adopt(SessionId renewed) {
        id = Optional.of(renewed);
        proof = renewed.proof(port.options.readableIds());
    }

    private synchronized Saved unsent() {
        return state == State.ENDED ? Saved.ENDED : Saved.DONE;
    }

    private synchronized Optional<Proven> call(Change<V> change) {
        if (state == State.ENDED) {
            return Optional.empty();
        }
        if (state == State.NEW) {
            Script.Invocation creation = creating(change);
            return Optional.of(same -> creation);
        }
        if (!change.isEmpty()) {
            return Optional.of(saving(change));
        }
        return isTouchDue() ? Optional.of(known -> port.keys.touch(handle, known)) : Optional.empty();
    }

    private boolean isTouchDue() {
        long every = Math.min(port.options.touchEvery().toMillis(), idle / 10);
        return System.nanoTime() - touched >= TimeUnit.MILLISECONDS.toNanos(every);
    }

    private synchronized Script.Invocation creating(Change<V> change) {
        offered = true;
        return port.keys.create(handle, change.creation(handle, proof, idle, port.options, store.attributes()));
    }

    private Proven saving(Change<V> change) {
        byte[][] fields = change.saving(store.attributes());
        return known -> port.keys.save(handle, known, fields);
    }

    private Saved saved(Change<V> change, Reply reply) {
        boolean isBegun;
        synchronized (this) {
            isBegun = reply instanceof Reply.Items items && !items.items().isEmpty();
            if (isBegun) {
                created = reply.items().get(0).number();
                accessed = reply.items().get(1).number();
                ends = reply.items().get(2).number();
                isBegun = state == State.NEW;
                state = State.STORED;
            } else if (reply instanceof Reply.Whole whole && whole.value() > 0) {
                accessed = whole.value();
            } else {
                state = State.ENDED;
                return Saved.ENDED;
            }
            touched = System.nanoTime();
            keep(change);
        }
        if (isBegun) {
            store.tellCreated(this);
        }
        return Saved.DONE;
    }

    /** What was saved is no change any more, unless it was changed again. */
    private void keep(Change<V> change) {
        change.attributes().forEach((name, setting) -> {
            changed.computeIfPresent(name, (same, now) -> now.number() == setting.number() ? null : now);
            setting.value()
                    .ifPresentOrElse(
                            value -> attributes.put(name, Attributes.Cell.of(value)), () -> attributes.remove(name));
        });
        change.indexes().forEach((name, value) -> {
            changedIndexes.computeIfPresent(name, (same, now) -> now.equals(value) ? null : now);
            value.ifPresentOrElse(present -> indexes.put(name, present), () -> indexes.remove(name));
        });
        idleChanged &= change.idle() != idle;
    }

    /** The entry of the index comes first and goes last, so that none is ever missing. */
    private CompletionStage<Saved> saveIndexed(Change<V> change) {
        Map<String, String> entering = new HashMap<>();
        Map<String, String> leaving = new HashMap<>();
        Proven save;
        synchronized (this) {
            save = saving(change); // what the codec cannot write is known before anything happens
            change.indexes().forEach((index, value) -> {
                value.ifPresent(present -> entering.put(index, present));
                Optional.ofNullable(indexes.get(index)).ifPresent(before -> leaving.put(index, before));
            });
        }
        return begun().thenCompose(lives -> lives
                ? store.indexes()
                        .claim(handle, endsAt(), entering)
                        .thenCompose(placed -> placed
                                ? sentAsync(save)
                                        .thenApply(reply -> saved(change, reply))
                                        .thenCompose(saved -> tidied(saved, entering, leaving))
                                : CompletableFuture.completedStage(Saved.FULL))
                : CompletableFuture.completedStage(Saved.ENDED));
    }

    private CompletionStage<Saved> tidied(Saved saved, Map<String, String> entering, Map<String, String> leaving) {
        CompletionStage<Void> tidied = saved == Saved.DONE
                ? store.indexes().forget(handle, leaving)
                : store.indexes().forgetDead(handle, entering);
        return tidied.thenApply(done -> saved);
    }

    /** A session must be there before it is in an index; whoever looks would take it for one that has ended. */
    private CompletionStage<Boolean> begun() {
        return switch (state()) {
            case STORED -> CompletableFuture.completedStage(true);
            case ENDED -> CompletableFuture.completedStage(false);
            case NEW -> {
                Change<V> nothing = Change.none();
                yield port.send(creating(nothing)).thenApply(reply -> saved(nothing, reply) == Saved.DONE);
            }
        };
    }

    private synchronized State state() {
        return state;
    }

    private synchronized long endsAt() {
        return ends;
    }

    /**
     * Lets the idle time begin anew, unless that was done less than {@link SessionOptions#touchEvery()} ago. Changes are not written.
     *
     * @return false when the session has ended, or its id was changed
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public boolean touch() {
        Change<V> nothing = Change.none();
        if (isNew()) {
            return true;
        }
        Optional<Proven> call = call(nothing);
        return (call.isPresent() ? saved(nothing, sent(call.get())) : unsent()) == Saved.DONE;
    }

    public CompletionStage<Boolean> touchAsync() {
        Change<V> nothing = Change.none();
        if (isNew()) {
            return CompletableFuture.completedStage(true);
        }
        Optional<Proven> call = call(nothing);
        return call.isPresent()
                ? sentAsync(call.get()).thenApply(reply -> saved(nothing, reply) == Saved.DONE)
                : CompletableFuture.completedStage(unsent() == Saved.DONE);
    }

    // --- its id, and its end

    /**
     * Gives the session another {@link #id()}, at once; the one before opens it no more, and what others found by it they can save no more.
     * To be done whenever a user logs in. Everything else stays.
     *
     * @return false when the session has ended, or somebody else has changed its id
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public boolean changeId() {
        SessionId renewed = renewed();
        return isOnlyHere()
                ? changed(renewed, true)
                : changed(renewed, port.call(changing(renewed)).number() == 1);
    }

    public CompletionStage<Boolean> changeIdAsync() {
        SessionId renewed = renewed();
        return isOnlyHere()
                ? CompletableFuture.completedStage(changed(renewed, true))
                : port.send(changing(renewed)).thenApply(reply -> changed(renewed, reply.number() == 1));
    }

    /** The same until it is known what became of it. */
    private synchronized SessionId renewed() {
        SessionId next = renewing.orElseGet(() -> SessionId.of(handle));
        renewing = Optional.of(next);
        return next;
    }

    private synchronized Script.Invocation changing(SessionId renewed) {
        return port.keys.changeId(handle, proof, renewed.proof(port.options.readableIds()));
    }

    private synchronized boolean isOnlyHere() {
        return state == State.NEW && !offered;
    }

    /** @param done or there was nothing yet whose id could have been changed */
    private synchronized boolean changed(SessionId renewed, boolean done) {
        renewing = Optional.empty();
        if (!done && state != State.NEW) {
            state = State.ENDED;
            return false;
        }
        adopt(renewed);
        return true;
    }

    /**
     * Ends the session now, whatever its id is by now, and takes it out of its indexes.
     *
     * @return whether it lived
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public boolean delete() {
        return port.join(deleteAsync());
    }

    public CompletionStage<Boolean> deleteAsync() {
        synchronized (this) {
            boolean wasOnlyHere = isOnlyHere();
            state = State.ENDED;
            if (wasOnlyHere) {
                return CompletableFuture.completedStage(false);
            }
        }
        return store.deleteAsync(handle);
    }

    /** Without id and attributes, which are secret. */
    @Override
    public String toString() {
        return "session " + handle;
    }
}
