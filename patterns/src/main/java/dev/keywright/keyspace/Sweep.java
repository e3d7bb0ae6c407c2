package dev.keywright.keyspace;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * All keys that fit a pattern: to be looked at, removed, or given an end. Made by {@link Keyspace#sweep}.
 *
 * <pre>{@code
 * Sweep old = kw.keyspace().sweep("shop:cart:v1:*");
 * SweepReport look = old.look(); // how many, which: changes nothing
 * old.unlink().orThrow();
 * }</pre>
 *
 * <ul>
 *   <li>Commands: SCAN on every master, one after the other, a page at a time over a connection of its own; UNLINK or PEXPIRE for what was
 *       found. Never KEYS. No server is held up for longer than a page; O(all keys of the database) together.
 *   <li>Keys that are there from the beginning to the end are found; those that come or go meanwhile may be. Some may be missed when
 *       slots of a Cluster move meanwhile, or a server is restarted or becomes a replica, which orders its keys anew: sweep again.
 *   <li>Stops when the thread is interrupted, or the future of the asynchronous form is cancelled, before the next page; the report says
 *       so.
 *   <li>Between the look and the sweep keys may change. What is removed is what fits the pattern then.
 *   <li>Threads: any number; each call is a sweep of its own.
 * </ul>
 */
public final class Sweep {

    /** Which keys get a time to live. */
    public enum Which {
        /** Those that have none. */
        WITHOUT_TTL("NX"),
        /** Those that have none or a longer one; none lives longer than before. */
        LONGER_TTL("LT"),
        /** All. */
        ALL("");

        final String word;

        Which(String word) {
            this.word = word;
        }
    }

    private final Connection connection;
    private final String pattern;
    private final SweepOptions options;

    Sweep(Connection connection, String pattern, SweepOptions options) {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("The pattern is empty; give one such as shop:cart:v1:*");
        }
        if ("*?[".indexOf(pattern.charAt(0)) >= 0 && !options.allKeys()) {
            throw new IllegalArgumentException("The pattern '" + pattern
                    + "' begins with a wildcard and may fit all keys. Begin it with a word, or say"
                    + " withAllKeys() if that is meant");
        }
        this.connection = connection;
        this.pattern = pattern;
        this.options = options;
    }

    /** Counts and shows; changes nothing. */
    public SweepReport look() {
        return run(keys -> List.of());
    }

    /** As {@link #look}, on a thread of its own; cancelling ends it. */
    public CompletableFuture<SweepReport> lookAsync() {
        return later(keys -> List.of());
    }

    /** Removes; memory is freed in the background. */
    public SweepReport unlink() {
        return run(this::unlinking);
    }

    /** As {@link #unlink}, on a thread of its own; cancelling ends it. */
    public CompletableFuture<SweepReport> unlinkAsync() {
        return later(this::unlinking);
    }

    /**
     * Gives a time to live.
     *
     * @param ttl 1 ms or more; each key gets up to a tenth less, so that they do not all end at once
     */
    public SweepReport expire(Duration ttl, Which which) {
        return run(expiring(ttl, which));
    }

    /** As {@link #expire}, on a thread of its own; cancelling ends it. */
    public CompletableFuture<SweepReport> expireAsync(Duration ttl, Which which) {
        return later(expiring(ttl, which));
    }

    /** Outside of a Cluster one command takes many keys. */
    private List<Command> unlinking(List<byte[]> keys) {
        if (connection.topology().kind() == Topology.Kind.CLUSTER) {
            return keys.stream()
                    .map(key -> Command.named("UNLINK").key(key).buildRepeatable())
                    .toList();
        }
        Command.Builder all = Command.named("UNLINK");
        keys.forEach(all::key);
        return List.of(all.buildRepeatable());
    }

    private static Function<List<byte[]>, List<Command>> expiring(Duration ttl, Which which) {
        Checks.positive("The time to live", ttl);
        return keys -> keys.stream().map(key -> expiring(key, ttl, which)).toList();
    }

    private static Command expiring(byte[] key, Duration ttl, Which which) {
        Command.Builder command = Command.named("PEXPIRE")
                .key(key)
                .argument(Ttl.jittered(ttl, 0.1).toMillis());
        if (which != Which.ALL) {
            command.argument(which.word);
        }
        return command.buildRepeatable();
    }

    private SweepReport run(Function<List<byte[]>, List<Command>> change) {
        return pass(change, () -> Thread.currentThread().isInterrupted()).run();
    }

    private CompletableFuture<SweepReport> later(Function<List<byte[]>, List<Command>> change) {
        return Errand.begin(
                "keywright-sweep",
                (BooleanSupplier stopped) -> pass(change, stopped).run());
    }

    private SweepPass pass(Function<List<byte[]>, List<Command>> change, BooleanSupplier stopped) {
        return new SweepPass(connection, pattern, options, change, stopped);
    }

    @Override
    public String toString() {
        return "sweep of " + pattern;
    }
}
