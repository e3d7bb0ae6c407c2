package dev.keywright.compare;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values that are written only when they are still what the writer takes them for. Each has a version, made by the server, that grows
 * with every write.
 *
 * <pre>{@code
 * CompareAndSet<String, Page> pages = kw.compareAndSet("page", KeyCodec.STRING, Codecs.json(Page.class));
 * Versioned<Page> read = pages.get("home").orElseThrow();
 * if (pages.setIfVersion("home", read.version(), edited) instanceof Outcome.Refused<Page> refused) {
 *     show(refused.there()); // somebody else was faster
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Commands: a read is one GET, a write one EVALSHA of {@code set.lua} or {@code delete.lua}; 1 round trip each. The condition, the
 *       write and the new version are one step.
 *   <li>Version: the server's microseconds, or the one before and 1 if that is more. So a value that was deleted, evicted or expired
 *       comes back with a higher version, unless the server's clock was set back in between; {@code setIfVersion} can then still not
 *       mistake one for the other, unless the numbers meet.
 *   <li>Lost answers: every write has a call id, and its outcome is remembered for {@link CompareOptions#callMemory()}. A write whose
 *       connection broke is sent again within its deadline, and is done once. Beyond the deadline the outcome is unknown; who gave the
 *       call id himself, see {@link #call}, may ask the same again.
 *   <li>Lifetime: a write keeps the time to live that is there; see {@link #lifetime}. By itself a value lives for ever.
 *   <li>Memory: some 20 bytes per value on top, and per write one key of some 150 bytes for as long as the call memory.
 *   <li>What no Redis gives: a failover to a replica that lags takes acknowledged writes back.
 *   <li>Threads: any number.
 * </ul>
 */
public final class CompareAndSet<K, V> {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of("EVALSHA", "EVAL", "TIME", "GET", "GETRANGE", "SET", "PERSIST", "UNLINK"), List.of("cas:*"))
            .thatLast();

    private final Connection connection;
    private final Writes<K, V> writes;
    private final CompareOptions options;
    private final Duration deadline;
    private final Lifetime lifetime;
    private final @Nullable String callId;

    /** Users call {@code Keywright.compareAndSet}. */
    public CompareAndSet(Connection connection, String name, KeyCodec<K> keys, Codec<V> codec, CompareOptions options) {
        this(connection, new Writes<>(name, keys, codec, options), options, Lifetime.kept(), null);
    }

    private CompareAndSet(
            Connection connection,
            Writes<K, V> writes,
            CompareOptions options,
            Lifetime lifetime,
            @Nullable String callId) {
        this.connection = connection;
        this.writes = writes;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        if (options.callMemory().compareTo(deadline) <= 0) {
            throw new IllegalArgumentException("callMemory is " + options.callMemory() + " and the deadline " + deadline
                    + "; a call must be remembered for longer than it is asked");
        }
        this.lifetime = lifetime;
        this.callId = callId;
    }

    /** The same values; what is written through this gets that lifetime. */
    public CompareAndSet<K, V> lifetime(Lifetime newLifetime) {
        return new CompareAndSet<>(connection, writes, options, newLifetime, callId);
    }

    /**
     * The same values, for one write that can be asked again: the first call that reaches the server decides, and for
     * {@link CompareOptions#callMemory()} every other one with the same key and id changes nothing and gets the same outcome. Who does
     * not know whether a write came through asks once more, with the same id.
     *
     * @param id of this write and of no other to this key, such as a request's; never empty
     */
    public CompareAndSet<K, V> call(String id) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("The call id is empty; give one that names this write");
        }
        return new CompareAndSet<>(connection, writes, options, lifetime, id);
    }

    /** What is there; asks the master. */
    public Optional<Versioned<V>> get(K key) {
        return writes.found(connection.call(reading(key), deadline));
    }

    public CompletionStage<Optional<Versioned<V>>> getAsync(K key) {
        return connection.send(reading(key), deadline).thenApply(writes::found);
    }

    private Command reading(K key) {
        return Command.named("GET").key(writes.key(key)).buildRepeatable();
    }

    /**
     * Writes if nothing is there.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; the value may have been written if
     *     {@link KeywrightException.Unavailable#outcomeUnknown()} says so. The same holds for every write.
     */
    public Outcome<V> setIfAbsent(K key, V value) {
        return call(set(key, Writes.Condition.absent(), value, id()));
    }

    public CompletionStage<Outcome<V>> setIfAbsentAsync(K key, V value) {
        return send(set(key, Writes.Condition.absent(), value, id()));
    }

    /** Writes if what is there has this version. */
    public Outcome<V> setIfVersion(K key, long version, V value) {
        return call(set(key, Writes.Condition.version(version), value, id()));
    }

    public CompletionStage<Outcome<V>> setIfVersionAsync(K key, long version, V value) {
        return send(set(key, Writes.Condition.version(version), value, id()));
    }

    /** Writes if what is there has the very bytes that the codec makes of {@code expected}. */
    public Outcome<V> setIfValue(K key, V expected, V value) {
        return call(set(key, writes.value(expected), value, id()));
    }

    public CompletionStage<Outcome<V>> setIfValueAsync(K key, V expected, V value) {
        return send(set(key, writes.value(expected), value, id()));
    }

    /** Deletes if what is there has this version. */
    public Outcome<V> deleteIfVersion(K key, long version) {
        return call(writes.delete(key, Writes.Condition.version(version), id()));
    }

    public CompletionStage<Outcome<V>> deleteIfVersionAsync(K key, long version) {
        return send(writes.delete(key, Writes.Condition.version(version), id()));
    }

    /** Deletes if what is there has the very bytes that the codec makes of {@code expected}. */
    public Outcome<V> deleteIfValue(K key, V expected) {
        return call(writes.delete(key, writes.value(expected), id()));
    }

    public CompletionStage<Outcome<V>> deleteIfValueAsync(K key, V expected) {
        return send(writes.delete(key, writes.value(expected), id()));
    }

    /**
     * Writes what the function makes of what is there, empty for nothing. When somebody else is faster the function is asked again,
     * with what is there then; it should have no effects of its own. What it throws is thrown, and nothing is written.
     *
     * @return what was written
     * @throws KeywrightException.Unavailable also when every one of {@link CompareOptions#attempts()} lost its race; then nothing was
     *     written
     */
    public Versioned<V> update(K key, Function<? super Optional<V>, ? extends V> function) {
        requireNoCallId();
        for (int lost = 0; lost < options.attempts(); lost++) {
            if (lost > 0) {
                LockSupport.parkNanos(pause(lost)); // an interrupt ends it, and the next call says so
            }
            Optional<Versioned<V>> there = get(key);
            V value = function.apply(there.map(Versioned::value));
            if (call(set(key, conditionOf(there), value, id())) instanceof Outcome.Applied<V> applied) {
                return new Versioned<>(value, applied.version());
            }
        }
        throw tooManyRaces();
    }

    /** {@link #update} without waiting; the function runs on the connection's callbacks executor. */
    public CompletionStage<Versioned<V>> updateAsync(K key, Function<? super Optional<V>, ? extends V> function) {
        requireNoCallId();
        return attempt(key, function, 0);
    }

    private CompletionStage<Versioned<V>> attempt(
            K key, Function<? super Optional<V>, ? extends V> function, int lost) {
        return getAsync(key).thenCompose(there -> {
            V value = function.apply(there.map(Versioned::value));
            return send(set(key, conditionOf(there), value, id())).thenCompose(outcome -> {
                if (outcome instanceof Outcome.Applied<V> applied) {
                    return CompletableFuture.completedStage(new Versioned<>(value, applied.version()));
                }
                if (lost + 1 >= options.attempts()) {
                    return CompletableFuture.failedStage(tooManyRaces());
                }
                Executor later = CompletableFuture.delayedExecutor(pause(lost + 1), TimeUnit.NANOSECONDS);
                return CompletableFuture.runAsync(() -> {}, later).thenCompose(now -> attempt(key, function, lost + 1));
            });
        });
    }

    private static Writes.Condition conditionOf(Optional<? extends Versioned<?>> there) {
        return there.isPresent() ? Writes.Condition.version(there.get().version()) : Writes.Condition.absent();
    }

    private long pause(int lost) {
        return ThreadLocalRandom.current().nextLong(options.pauseNanos(lost)) + 1;
    }

    private KeywrightException tooManyRaces() {
        return new KeywrightException.Unavailable(
                "Lost " + options.attempts() + " races for one key (" + writes.where()
                        + "). Nothing was written. Try later, allow more attempts, or spread the writes over several"
                        + " keys.",
                false);
    }

    private void requireNoCallId() {
        if (callId != null) {
            throw new KeywrightException.Misused("An update is several writes and cannot have one call id ("
                    + writes.where() + "). Read with get, and write with call(id).setIfVersion.");
        }
    }

    private String id() {
        return callId == null ? UUID.randomUUID().toString() : callId;
    }

    private Script.Invocation set(K key, Writes.Condition condition, V value, String id) {
        return writes.set(key, condition, value, lifetime, id);
    }

    private Outcome<V> call(Script.Invocation invocation) {
        return writes.outcome(invocation.call(connection, deadline));
    }

    private CompletionStage<Outcome<V>> send(Script.Invocation invocation) {
        return invocation.send(connection, deadline).thenApply(writes::outcome);
    }

    @Override
    public String toString() {
        return writes.where();
    }
}
