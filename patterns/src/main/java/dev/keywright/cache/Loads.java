package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Flight.Landing;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a value is missing, or past its time.
 *
 * <p>In this process one thread per key goes on, the owner of a {@link Flight}; others join it. Among processes the owner claims a lease in
 * Redis: who gets it loads, the others wait until it is gone. What was loaded is stored only by a script that still finds the lease. A
 * write, an invalidation, an eviction or the end of the lease's time takes it away, so what was loaded before any of these is never stored
 * after it.
 *
 * <p>Whoever joined before the load began can take whatever it brings. Whoever joined later might have asked after a write that the load
 * did not see; he takes it when it was stored, which shows that there was no write, and else looks again.
 */
final class Loads<K, V> {

    private static final Script FILL = Script.beside(Loads.class, "fill.lua");
    private static final Script ABANDON = Script.beside(Loads.class, "abandon.lua");
    private static final byte[] NONE = {};
    private static final int ROUNDS = 3;
    private static final String FAILED = "0";
    private static final String UNTOLD = "-1";
    private static final String BROUGHT_NOTHING = Integer.toString(Entry.BROUGHT_NOTHING);

    private final Connection connection;
    private final String name;
    private final Shelf shelf;
    private final Reader<K, V> reader;
    private final Packer<V> packer;
    private final @Nullable Tags<K> tags;
    private final Wakes wakes;
    private final Tally tally;
    private final WhenAway whenAway;
    private final Duration deadline;
    private final long leaseMillis;
    private final long staleMillis;
    private final byte[] failurePause;
    private final Flights<V> flights = new Flights<>();

    Loads(
            CacheBuilder<K, V> builder,
            Shelf shelf,
            Reader<K, V> reader,
            Packer<V> packer,
            @Nullable Tags<K> tags,
            Wakes wakes,
            Tally tally) {
        this.connection = builder.connection;
        this.name = builder.name;
        this.shelf = shelf;
        this.reader = reader;
        this.packer = packer;
        this.tags = tags;
        this.wakes = wakes;
        this.tally = tally;
        this.whenAway = builder.whenAway;
        this.deadline = builder.deadline;
        this.leaseMillis = builder.loadTimeout.toMillis();
        this.staleMillis = builder.staleIfError.toMillis();
        this.failurePause = PlainShelf.number(builder.failurePause.toMillis());
    }

    long leaseMillis() {
        return leaseMillis;
    }

    Flights<V> flights() {
        return flights;
    }

    boolean isStale(Sight<V> sight) {
        return sight.renewable && sight.leftMillis <= staleMillis;
    }

    // --- one key

    /** What is to be loaded: the key, what a look found just now, and with what. */
    record Want<K, V>(K key, String text, Sight<V> sight, Loader<? super K, ? extends V> loader) {}

    /** Joins a load, or loads. */
    Landing<V> load(Want<K, V> want) {
        for (int round = 1; ; round++) {
            Flight<V> mine = new Flight<>();
            Flight<V> other = flights.join(want.text, mine);
            if (other == null) {
                return fly(want, mine);
            }
            Landing<V> landing = join(want, other, round >= ROUNDS);
            if (landing != null) {
                return landing;
            }
        }
    }

    /** What another thread brought; null when it may be older than this call, or did not come in time. */
    @Nullable
    Landing<V> join(Want<K, V> want, Flight<V> other, boolean contentWithAny) {
        if (other.isOwn()) {
            throw new IllegalStateException(
                    "A loader asks for the very key that it loads (" + where() + "). Ask the database instead.");
        }
        int joinedAt = other.stage();
        tally.waits.increment();
        Landing<V> landing = other.await(leaseMillis);
        if (landing == null) {
            flights.close(want.text, other); // it hangs; in Redis its lease is over, too
            return null;
        }
        return landing.certain() || joinedAt < other.stage() || contentWithAny ? landing : null;
    }

    /** What the owner of a flight does. */
    Landing<V> fly(Want<K, V> want, Flight<V> flight) {
        return landed(want, flight, () -> own(want, flight));
    }

    /** Loads without Redis, one thread at a time. */
    Landing<V> loadAlone(Want<K, V> want) {
        Flight<V> mine = new Flight<>();
        Flight<V> other = flights.join(want.text, mine);
        Landing<V> landing = other == null ? null : join(want, other, true);
        return landing == null ? landed(want, mine, () -> alone(want, mine)) : landing;
    }

    private Landing<V> landed(Want<K, V> want, Flight<V> flight, Supplier<Landing<V>> work) {
        flight.owned();
        try {
            Landing<V> landing = work.get();
            flights.close(want.text, flight);
            flight.landing().complete(landing);
            return landing;
        } catch (Throwable failure) {
            flights.close(want.text, flight);
            flight.fail(failure);
            throw failure;
        }
    }

    private Landing<V> own(Want<K, V> want, Flight<V> flight) {
        byte[] waitedOn = NONE;
        byte[] worthless = want.sight.worthless;
        Wakes.Waiter waiter = null;
        try {
            for (int wasted = 0; ; ) {
                flight.nextStage();
                Asked asked;
                try {
                    asked = ask(want, waitedOn, worthless);
                } catch (KeywrightException.Unavailable e) {
                    return away(e, want, flight);
                }
                Claim claim = asked.claim;
                if (claim instanceof Claim.Granted) {
                    return loadFor(want, flight, asked);
                } else if (claim instanceof Claim.Writing) {
                    return loadFor(want, flight, null);
                } else if (claim instanceof Claim.Outcome outcome) {
                    return outcome.absent() ? new Landing<>(null, false, false) : failedElsewhere(outcome, want.sight);
                } else if (claim instanceof Claim.Value found) {
                    Sight<V> seen = reader.sight(found.bytes, Reader.life(found.leftMillis), asked.versions);
                    if (seen.kind == Sight.Kind.VALUE || seen.kind == Sight.Kind.ABSENT) {
                        return new Landing<>(seen.value, false, false);
                    }
                    worthless = seen.worthless;
                    if (++wasted == ROUNDS) { // somebody keeps storing what cannot be read here
                        return loadFor(want, flight, null);
                    }
                } else if (claim instanceof Claim.Held held) {
                    if (waiter == null) { // what ends before he listens is found by the next look
                        tally.waits.increment();
                        waiter = wakes.waiter(want.text);
                    } else {
                        waiter.await(held.leftMillis + 1);
                    }
                    waitedOn = held.token;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting for a value that another process loads (cache " + name
                            + "); nothing was changed.",
                    false);
        } finally {
            if (waiter != null) {
                waiter.close();
            }
        }
    }

    /** A claim, its token, and the versions that the key's tags had before what is loaded under it. */
    static final class Asked {
        final byte[] token;
        final Claim claim;
        final byte @Nullable [] versions;

        Asked(byte[] token, Claim claim, byte @Nullable [] versions) {
            this.token = token;
            this.claim = claim;
            this.versions = versions;
        }
    }

    private Asked ask(Want<K, V> want, byte[] waitedOn, byte[] worthless) {
        byte[] token = Tokens.next();
        Errand claim = claim(want, token, waitedOn, worthless);
        try {
            if (tags == null) {
                return new Asked(
                        token, Claim.of(claim.call(connection, deadline).orThrow(where())), NONE);
            }
            List<Errand> errands = new ArrayList<>(List.of(claim));
            int count = tags.hold(want.key, token, 0, errands);
            List<Reply> replies = Errand.batch(errands, connection, deadline);
            byte[] versions = Tags.versions(replies, 1, 2, count, token);
            return new Asked(token, Claim.of(replies.get(0).orThrow(where())), versions);
        } catch (KeywrightException e) {
            giveBack(want, token);
            throw e;
        }
    }

    /**
     * A claim whose answer did not come may be granted all the same, and others would wait for a load that nobody makes. This goes the same
     * way after it, and does nothing where nothing was granted.
     */
    private void giveBack(Want<K, V> want, byte[] token) {
        String flags =
                want.sight.kind == Sight.Kind.VALUE ? FAILED : UNTOLD; // the latter would delete what is to be renewed
        CompletionStage<Reply> unused = abandon(want.text, token, flags, "")
                .send(connection, connection.options().timeout());
    }

    /** One flush for all. */
    List<Asked> askAll(List<Want<K, V>> wants) {
        List<Errand> errands = new ArrayList<>();
        List<byte[]> tokens = new ArrayList<>();
        int[] tagged = new int[wants.size()];
        for (int i = 0; i < tagged.length; i++) {
            Want<K, V> want = wants.get(i);
            byte[] token = Tokens.next();
            tokens.add(token);
            errands.add(claim(want, token, NONE, want.sight.worthless));
            tagged[i] = tags == null ? 0 : tags.hold(want.key, token, 0, errands);
        }
        try {
            List<Reply> replies = Errand.batch(errands, connection, deadline);
            List<Asked> all = new ArrayList<>();
            for (int i = 0, at = 0; i < tagged.length; at += 1 + 2 * tagged[i], i++) {
                byte[] versions = Tags.versions(replies, at + 1, 2, tagged[i], tokens.get(i));
                all.add(new Asked(tokens.get(i), Claim.of(replies.get(at).orThrow(where())), versions));
            }
            return all;
        } catch (KeywrightException e) {
            for (int i = 0; i < tagged.length; i++) {
                giveBack(wants.get(i), tokens.get(i));
            }
            throw e;
        }
    }

    private Errand claim(Want<K, V> want, byte[] token, byte[] waitedOn, byte[] worthless) {
        return shelf.claim(want.text, token, leaseMillis, waitedOn, renewBelow(want.sight), worthless);
    }

    /** What was seen may be renewed, and what is past its time; what somebody has renewed since has longer to live than either. */
    private long renewBelow(Sight<V> sight) {
        return sight.renewable ? Math.max(sight.leftMillis, staleMillis) : staleMillis == 0 ? -1 : staleMillis;
    }

    // --- loading

    /** @param asked how the lease was got; null to load without one, and not to store */
    private Landing<V> loadFor(Want<K, V> want, Flight<V> flight, @Nullable Asked asked) {
        flight.nextStage();
        tally.loads.increment();
        long begun = System.nanoTime();
        V value;
        try {
            value = want.loader.load(want.key);
        } catch (Throwable failure) {
            tally.loadFailures.increment();
            if (asked != null) {
                abandonNow(want.text, asked.token, failure);
            }
            return failed(failure, want.sight);
        }
        flights.close(want.text, flight);
        long cost = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return new Landing<>(value, false, asked != null && store(want.text, value, cost, asked));
    }

    /** Whether nobody wrote or forgot the key since the lease was granted. */
    private boolean store(String text, @Nullable V value, long costMillis, Asked asked) {
        try {
            Errand errand = storing(text, value, costMillis, asked);
            if (Thread.currentThread().isInterrupted()) { // it cannot wait, and the value is there all the same
                CompletionStage<Reply> unused = errand.send(connection, deadline);
                return false;
            }
            return isStored(errand.call(connection, deadline).orThrow(where()));
        } catch (KeywrightException notStored) { // who asked gets the value whatever becomes of Redis
            tally.away.increment();
            return false;
        }
    }

    /** Counts what the script said; with tags it does not tell whether one was invalidated meanwhile. */
    boolean isStored(Reply reply) {
        boolean stored = !(reply instanceof Reply.Failure) && reply.number() == 1;
        if (!stored) {
            tally.refusedFills.increment();
        }
        return stored && tags == null;
    }

    /** @throws IllegalArgumentException when the value cannot be encoded; the lease is given back */
    Errand storing(String text, @Nullable V value, long costMillis, Asked asked) {
        try {
            return storingOf(text, value, costMillis, asked);
        } catch (RuntimeException unstorable) {
            abandonNow(text, asked.token, unstorable);
            throw unstorable;
        }
    }

    private Errand storingOf(String text, @Nullable V value, long costMillis, Asked asked) {
        byte[] versions = tags == null ? null : asked.versions;
        if (value == null) {
            return packer.remembersAbsent()
                    ? fill(text, asked.token, packer.absent(versions), packer.absentLife())
                    : abandon(text, asked.token, BROUGHT_NOTHING, "");
        }
        byte[] body = packer.body(value);
        if (packer.isTooLarge(body)) {
            return abandon(text, asked.token, UNTOLD, "");
        }
        byte[] entry = PlainShelf.joined(packer.head(costMillis, versions), body);
        return fill(text, asked.token, entry, packer.life());
    }

    private Errand fill(String text, byte[] token, byte[] entry, long lifeMillis) {
        return Errand.of(FILL.with(
                        shelf.key(text),
                        token,
                        entry,
                        PlainShelf.number(lifeMillis),
                        wakes.channel().getBytes(UTF_8),
                        text.getBytes(UTF_8))
                .repeatable());
    }

    private Errand abandon(String text, byte[] token, String flags, String reason) {
        return Errand.of(ABANDON.with(
                        shelf.key(text),
                        token,
                        flags.getBytes(UTF_8),
                        reason.getBytes(UTF_8),
                        failurePause,
                        wakes.channel().getBytes(UTF_8),
                        text.getBytes(UTF_8))
                .repeatable());
    }

    /** So that whoever asks next finds no lease; an interrupted thread cannot wait for that. */
    private void abandonNow(String text, byte[] token, Throwable failure) {
        awaitAbandoned(List.of(abandonLater(text, token, failure)), failure);
    }

    void awaitAbandoned(List<CompletionStage<Reply>> told, Throwable failure) {
        if (failure instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            CompletableFuture.allOf(told.stream()
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture<?>[]::new))
                    .get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException away) {
            tally.away.increment(); // the lease ends by itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives a lease back. */
    CompletionStage<Reply> abandonLater(String text, byte[] token, Throwable failure) {
        String flags = failure instanceof InterruptedException ? UNTOLD : FAILED; // an interrupt concerns nobody else
        return abandon(text, token, flags, LoadFailures.reason(failure)).send(connection, deadline);
    }

    // --- when there is nothing to store

    Landing<V> failed(Throwable failure, Sight<V> sight) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        } else if (sight.kind == Sight.Kind.VALUE && !(failure instanceof Error)) {
            return stale(sight);
        }
        throw LoadFailures.raised(failure);
    }

    Landing<V> failedElsewhere(Claim.Outcome outcome, Sight<V> sight) {
        if (sight.kind == Sight.Kind.VALUE) {
            return stale(sight);
        }
        throw LoadFailures.elsewhere(name, outcome.reason());
    }

    private Landing<V> stale(Sight<V> sight) {
        return new Landing<>(sight.value, true, true);
    }

    private Landing<V> away(KeywrightException.Unavailable e, Want<K, V> want, Flight<V> flight) {
        if (Thread.currentThread().isInterrupted()) {
            throw e;
        }
        tally.away.increment();
        if (whenAway == WhenAway.LOAD) {
            return alone(want, flight);
        } else if (want.sight.kind == Sight.Kind.VALUE) {
            return stale(want.sight);
        }
        throw e;
    }

    /** Nobody can know what others write meanwhile, so whoever joined is content with it. */
    private Landing<V> alone(Want<K, V> want, Flight<V> flight) {
        Landing<V> landing = loadFor(want, flight, null);
        return new Landing<>(landing.value(), landing.stale(), true);
    }

    // --- ahead of the end

    /** Loads a value anew that is still good, unless somebody else does. What goes wrong is told by the statistics alone. */
    void refresh(Want<K, V> want) {
        try {
            Asked asked = ask(want, NONE, NONE);
            if (asked.claim instanceof Claim.Granted) {
                tally.refreshes.increment();
                Landing<V> unused = loadFor(want, new Flight<>(), asked);
            }
        } catch (KeywrightException.Unavailable e) {
            tally.away.increment();
        }
    }

    private String where() {
        return "cache " + name;
    }
}
