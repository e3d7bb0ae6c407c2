package dev.keywright.autocomplete;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Terms that begin with what was typed so far, the most popular first, equal ones by the order of their bytes.
 *
 * <pre>{@code
 * Autocomplete products = kw.autocomplete("products", AutocompleteOptions.DEFAULTS);
 * products.add("Winter boots");
 * List<String> shown = products.suggest("win", 10);
 * products.raise("Winter boots", 1); // it was chosen
 * }</pre>
 *
 * <ul>
 *   <li>A term is its text; two that differ in case are two terms, found by the same letters. Letters are compared in NFKC, without case,
 *       the same in every locale.
 *   <li>Suggesting is 1 round trip: up to {@link AutocompleteOptions#shortest()} letters 1 ZRANGE of as many terms as are wanted; beyond
 *       1 EVALSHA_RO that looks at {@link AutocompleteOptions#looked()} terms at most, so where more begin so, the first of the alphabet
 *       count. Nothing is written; a replica may answer.
 *   <li>Adding, raising and removing is 1 EVALSHA each, O(short prefixes of the term).
 *   <li>Short prefixes are exact for the first {@link AutocompleteOptions#kept()} terms, less one for each term that was removed or made
 *       less popular since the last {@link #repair()}.
 *   <li>Life: for ever, until terms are removed. All of an index lies in one slot.
 *   <li>Failure: raising is not sent again when its outcome is unknown; all else is. A failover or a restart can lose the last changes.
 *   <li>Clock: the server's, for the half-life. Threads: any number.
 * </ul>
 */
public final class Autocomplete {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "TIME",
                            "GET",
                            "SET",
                            "ZADD",
                            "ZCARD",
                            "ZMSCORE",
                            "ZRANGE",
                            "ZREM",
                            "ZREMRANGEBYRANK",
                            "ZSCAN",
                            "ZSCORE"),
                    List.of("ac:*"))
            .thatLast();

    private static final int AT_ONCE = 200;

    private final Connection connection;
    private final AutocompleteOptions options;
    private final Duration deadline;
    private final TermKeys keys;
    private final String where;

    /** Users call {@code Keywright.autocomplete}. */
    public Autocomplete(Connection connection, String name, AutocompleteOptions options) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = new TermKeys(name, options);
        this.where = "autocomplete " + name;
    }

    // --- asking

    /**
     * The most popular terms that begin so.
     *
     * @param typed any text; nothing or spaces for the most popular terms of all
     * @param most 1 to {@link AutocompleteOptions#kept()}
     * @throws KeywrightException.Unavailable when Redis did not answer
     * @throws KeywrightException.Misused when there is a key of another type
     */
    public List<String> suggest(String typed, int most) {
        String prefix = keys.prefix(typed);
        return texts(
                keys.isShort(prefix)
                        ? connection.call(keys.top(prefix, most), deadline)
                        : keys.search(prefix, most).call(connection, deadline));
    }

    public CompletionStage<List<String>> suggestAsync(String typed, int most) {
        String prefix = keys.prefix(typed);
        CompletionStage<Reply> reply = keys.isShort(prefix)
                ? connection.send(keys.top(prefix, most), deadline)
                : keys.search(prefix, most).send(connection, deadline);
        return reply.thenApply(this::texts);
    }

    private List<String> texts(Reply reply) {
        return reply.orThrow(where).items().stream().map(Reply::text).toList();
    }

    /** How popular a term is now; empty when it is unknown. */
    public OptionalDouble popularity(String term) {
        return popularity(keys.popularity(term).call(connection, deadline));
    }

    public CompletionStage<OptionalDouble> popularityAsync(String term) {
        return keys.popularity(term).send(connection, deadline).thenApply(this::popularity);
    }

    private OptionalDouble popularity(Reply reply) {
        List<Reply> answer = reply.orThrow(where).items();
        if (answer.get(0).isNothing()) {
            return OptionalDouble.empty();
        }
        String score = answer.get(0).text();
        double stored = score.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(score);
        long half = options.halfLifeMillis();
        return OptionalDouble.of(
                half == 0 ? 0 - stored : Math.pow(2, -stored - answer.get(1).number() / (double) half));
    }

    /** How many terms there are. */
    public long size() {
        return connection.call(count(), deadline).orThrow(where).number();
    }

    public CompletionStage<Long> sizeAsync() {
        return connection
                .send(count(), deadline)
                .thenApply(reply -> reply.orThrow(where).number());
    }

    private Command count() {
        return Command.named("ZCARD").key(keys.scores()).buildReadOnly();
    }

    // --- changes

    /**
     * Puts a term into the index; a new one is not popular yet, a known one stays as popular as it is.
     *
     * @param term any text that can be typed, 1 to 512 bytes as UTF-8
     * @return whether it is new; when an answer was lost and asked for again, false
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     * @throws KeywrightException.Misused when the index was made with other options
     */
    public boolean add(String term) {
        return isNew(keys.learn("add", term, 0).repeatable().call(connection, deadline));
    }

    public CompletionStage<Boolean> addAsync(String term) {
        return keys.learn("add", term, 0)
                .repeatable()
                .send(connection, deadline)
                .thenApply(this::isNew);
    }

    /**
     * Puts a term into the index, as popular as is said here.
     *
     * @param popularity 0 to 1e15, as of now
     * @return whether it is new
     */
    public boolean put(String term, double popularity) {
        return isNew(keys.learn("set", term, popularity).repeatable().call(connection, deadline));
    }

    public CompletionStage<Boolean> putAsync(String term, double popularity) {
        return keys.learn("set", term, popularity)
                .repeatable()
                .send(connection, deadline)
                .thenApply(this::isNew);
    }

    private boolean isNew(Reply reply) {
        return reply.orThrow(where).number() == 2;
    }

    /**
     * Makes a known term more popular, such as one that was chosen. What users typed comes into no index by this. Sent once.
     *
     * @param weight 0 to 1e15
     * @return false when the term is unknown
     * @throws KeywrightException.Unavailable when Redis did not answer; when the outcome is unknown it may be done
     */
    public boolean raise(String term, double weight) {
        return isKnown(keys.learn("raise", term, weight).call(connection, deadline));
    }

    public CompletionStage<Boolean> raiseAsync(String term, double weight) {
        return keys.learn("raise", term, weight).send(connection, deadline).thenApply(this::isKnown);
    }

    private boolean isKnown(Reply reply) {
        return reply.orThrow(where).number() != 0;
    }

    /** Takes a term out. False when it was unknown; when an answer was lost and asked for again, also else. */
    public boolean remove(String term) {
        return isKnown(keys.forget(term).call(connection, deadline));
    }

    public CompletionStage<Boolean> removeAsync(String term) {
        return keys.forget(term).send(connection, deadline).thenApply(this::isKnown);
    }

    // --- many

    /**
     * Puts many terms, 200 at a time; not all at one moment. May be done again after a failure.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer within the deadline of one step; those before are in
     */
    public void load(Collection<Term> terms) {
        Void unused = join(loadAsync(terms));
    }

    public CompletionStage<Void> loadAsync(Collection<Term> terms) {
        return each(List.copyOf(terms), term -> putAsync(term.text(), term.popularity()));
    }

    /** Brings each term again among the most popular of its short prefixes. Walks through all terms, 200 at a time; others may go on. */
    public void repair() {
        Void unused = join(repairAsync());
    }

    public CompletionStage<Void> repairAsync() {
        return walk("0", this::addAsync);
    }

    /** Takes all terms out, 200 at a time; those that come meanwhile may stay. */
    public void clear() {
        Void unused = join(clearAsync());
    }

    public CompletionStage<Void> clearAsync() {
        return walk("0", this::removeAsync);
    }

    private CompletionStage<Void> walk(String cursor, Function<String, CompletionStage<Boolean>> doing) {
        Command scan = Command.named("ZSCAN")
                .key(keys.scores())
                .argument(cursor)
                .argument("COUNT")
                .argument(AT_ONCE)
                .buildRepeatable();
        return connection.send(scan, deadline).thenCompose(reply -> {
            List<Reply> page = reply.orThrow(where).items();
            List<Reply> members = page.get(1).items();
            List<String> terms = new ArrayList<>();
            for (int i = 0; i < members.size(); i += 2) {
                terms.add(members.get(i).text());
            }
            String next = page.get(0).text();
            CompletionStage<Void> done = each(terms, doing);
            return next.equals("0") ? done : done.thenCompose(nothing -> walk(next, doing));
        });
    }

    private static <T> CompletionStage<Void> each(List<T> all, Function<T, CompletionStage<Boolean>> doing) {
        if (all.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        int some = Math.min(AT_ONCE, all.size());
        CompletableFuture<?>[] under = all.subList(0, some).stream()
                .map(one -> doing.apply(one).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(under).thenCompose(done -> each(all.subList(some, all.size()), doing));
    }

    private <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + where + "); some of it may be done. Ask again.", true, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException known) {
                throw known;
            }
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public String toString() {
        return where;
    }
}
