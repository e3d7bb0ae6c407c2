package dev.keywright.keyspace;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.lease.Stem;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Work on many keys: loading them from somewhere, and sweeping those that fit a pattern. Names are made by {@link KeyFamily}, and
 * {@link Ttl} says how long what lives.
 *
 * <pre>{@code
 * kw.keyspace().load("products", rows.iterator(), row -> products.set(row)).orThrow();
 * kw.keyspace().sweep("shop:cart:v1:*").unlink().orThrow();
 * }</pre>
 *
 * Threads: any number.
 */
public final class Keyspace {

    /** What its own commands need; those of a load and the keys of patterns come on top. */
    public static final Needs NEEDS =
            Needs.of(List.of("SCAN", "UNLINK", "PEXPIRE", "GET", "SET", "DEL"), List.of("load:*"));

    private final Connection connection;

    /** Users call {@code Keywright.keyspace}. */
    public Keyspace(Connection connection) {
        this.connection = connection;
    }

    /** As {@link #load(String, Iterator, Function, LoadOptions)}, with {@link LoadOptions#DEFAULTS}. */
    public <T> LoadReport load(String name, Iterator<? extends T> source, Function<? super T, Command> writing) {
        return load(name, source, writing, LoadOptions.DEFAULTS);
    }

    /**
     * Stores all entries of a source, chunk by chunk: one batch for each, which is one flush for each node. Holds one chunk in memory.
     *
     * <p>After each chunk the place is stored under the name of the load, so another call with a source of the same order goes on there,
     * in this process or another one. At the end the place is forgotten. The chunk at which it stopped is sent again by then, so each
     * entry is written by a command that may be repeated, such as SET and HSET.
     *
     * <p>Stops at the first chunk of which an entry was refused, or which was not answered in all attempts, and when the thread is
     * interrupted. Two loads of the same name must not run at the same time.
     *
     * @param name of this load, any but empty
     * @param source is read once, in order; what it throws ends the load
     * @param writing the command that stores an entry, {@linkplain Command.Builder#buildRepeatable() repeatable}
     * @return how far it came; {@link LoadReport#orThrow} for those who want all or an exception
     */
    public <T> LoadReport load(
            String name, Iterator<? extends T> source, Function<? super T, Command> writing, LoadOptions options) {
        return load(name, source, writing, options, () -> Thread.currentThread().isInterrupted());
    }

    private <T> LoadReport load(
            String name,
            Iterator<? extends T> source,
            Function<? super T, Command> writing,
            LoadOptions options,
            BooleanSupplier stopped) {
        return new Load<T>(connection, place(name), source, writing, options, stopped).run();
    }

    /** As {@link #load(String, Iterator, Function, LoadOptions)}, on a thread of its own, which reads the source; cancelling ends it. */
    public <T> CompletableFuture<LoadReport> loadAsync(
            String name, Iterator<? extends T> source, Function<? super T, Command> writing, LoadOptions options) {
        byte[] unused = place(name); // a bad name is refused here
        return Errand.begin("keywright-load", stopped -> load(name, source, writing, options, stopped));
    }

    private static byte[] place(String name) {
        return new Stem("load", "load", name).key("");
    }

    /** Lets the next load of that name begin at the first entry. One DEL. */
    public void forget(String name) {
        connection.call(forgetting(name)).orThrow("DEL");
    }

    /** As {@link #forget}, without blocking. */
    public CompletionStage<Void> forgetAsync(String name) {
        return connection.send(forgetting(name)).thenAccept(reply -> reply.orThrow("DEL"));
    }

    private static Command forgetting(String name) {
        return Command.named("DEL").key(place(name)).buildRepeatable();
    }

    /** All keys that fit the pattern of SCAN, with {@link SweepOptions#DEFAULTS}. Nothing is done yet. */
    public Sweep sweep(String pattern) {
        return sweep(pattern, SweepOptions.DEFAULTS);
    }

    /**
     * All keys that fit the pattern of SCAN. Nothing is done yet.
     *
     * @throws IllegalArgumentException when the pattern begins with a wildcard and the options do not say {@link SweepOptions#withAllKeys}
     */
    public Sweep sweep(String pattern, SweepOptions options) {
        return new Sweep(connection, pattern, options);
    }
}
