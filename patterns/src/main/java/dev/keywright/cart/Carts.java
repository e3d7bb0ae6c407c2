package dev.keywright.cart;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Shopping carts: lines of articles and whole quantities, with bounds. Two tabs that change a cart at once keep both changes, and a change
 * with a request id is counted once, however often it is sent.
 *
 * <pre>{@code
 * Carts carts = kw.carts("shop", CartOptions.DEFAULTS);
 * Changed shoes = carts.change("ann", Change.add("shoes", 2).withPrice(49_99).withRequest(form.id()));
 * Cart cart = carts.find("ann");
 * }</pre>
 *
 * <ul>
 *   <li>It reserves nothing and knows no stock: {@link Cart#missing} compares, an {@code Inventory} reserves. Prices are what was shown,
 *       not what is charged.
 *   <li>Commands: a change is 1 EVALSHA, reading a cart 1 HGETALL of {@link CartOptions#lines()} lines at most, its size 1 HGET; 1 round
 *       trip each. O(1) but for reading.
 *   <li>Life: by the server's clock, {@link CartOptions#idle()} after the last change, {@link CartOptions#lifetime()} in all. Reading does
 *       not prolong it.
 *   <li>Merging: atomic where both carts lie in one slot, as they do without a Cluster. Else 4 steps, each safe to repeat: nothing is
 *       lost or doubled by a process that dies between them, and whoever reads the cart next completes it.
 *   <li>Failure: a change without a request id is not sent again when its outcome is unknown; with one it is. A failover or a restart can
 *       lose the last changes; a failover during a merge across slots can lose what was moved.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Carts {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "HGET",
                            "HMGET",
                            "HSET",
                            "HDEL",
                            "HLEN",
                            "HGETALL",
                            "HRANDFIELD",
                            "RENAME",
                            "PTTL",
                            "PEXPIRE",
                            "UNLINK",
                            "ZADD",
                            "ZSCORE",
                            "ZREMRANGEBYSCORE",
                            "ZREMRANGEBYRANK"),
                    List.of("cart:*"))
            .thatAreDurable();

    private final Connection connection;
    private final String where;
    private final Duration deadline;
    private final CartKeys keys;
    private final Moves moves;

    /** Users call {@code Keywright.carts}. */
    public Carts(Connection connection, String name, CartOptions options) {
        this.connection = connection;
        this.where = "carts " + name;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = new CartKeys(name, options);
        this.moves = new Moves(connection, keys, deadline, options.idle(), where);
    }

    // --- changes

    /** Adds units of an article; with a minus takes them away, down to none. Sent once: see {@link Change#withRequest}. */
    public Changed add(String id, String article, long quantity) {
        return change(id, Change.add(article, quantity));
    }

    public CompletionStage<Changed> addAsync(String id, String article, long quantity) {
        return changeAsync(id, Change.add(article, quantity));
    }

    /** So many units of an article; 0 removes it. */
    public Changed set(String id, String article, long quantity) {
        return change(id, Change.set(article, quantity));
    }

    public CompletionStage<Changed> setAsync(String id, String article, long quantity) {
        return changeAsync(id, Change.set(article, quantity));
    }

    public Changed remove(String id, String article) {
        return change(id, Change.set(article, 0));
    }

    public CompletionStage<Changed> removeAsync(String id, String article) {
        return changeAsync(id, Change.set(article, 0));
    }

    /**
     * Changes one line and lets the cart live anew. What is refused changes nothing and is not remembered.
     *
     * @param id of the cart, such as that of the user or of a guest's browser; 1 to 256 bytes as UTF-8
     * @throws KeywrightException.Unavailable when Redis did not answer; when the outcome is unknown the change may be done. With a request
     *     id ask again
     * @throws KeywrightException.Misused when there is a key of another type
     */
    public Changed change(String id, Change change) {
        return changed(keys.change(id, change).call(connection, deadline));
    }

    public CompletionStage<Changed> changeAsync(String id, Change change) {
        return keys.change(id, change).send(connection, deadline).thenApply(this::changed);
    }

    private Changed changed(Reply reply) {
        List<Reply> items = reply.orThrow(where).items();
        Changed.Outcome outcome = switch (items.get(0).text()) {
            case "done" -> Changed.Outcome.DONE;
            case "repeated" -> Changed.Outcome.REPEATED;
            case "units" -> Changed.Outcome.TOO_MANY_UNITS;
            default -> Changed.Outcome.TOO_MANY_LINES;
        };
        return new Changed(outcome, items.get(1).number(), items.get(2).number());
    }

    /**
     * Removes all lines. Requests that were done are still remembered.
     *
     * @return whether there was a cart
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public boolean clear(String id) {
        return connection.call(keys.clear(id), deadline).orThrow(where).number() == 1;
    }

    public CompletionStage<Boolean> clearAsync(String id) {
        return connection
                .send(keys.clear(id), deadline)
                .thenApply(reply -> reply.orThrow(where).number() == 1);
    }

    // --- looking

    /**
     * All lines, as they were at one moment; a cart that does not exist is empty. Completes merges into it that were interrupted.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Cart find(String id) {
        Stored stored = stored(id, connection.call(keys.read(id), deadline));
        return stored.moves().isEmpty() ? stored.cart() : join(arrived(stored));
    }

    public CompletionStage<Cart> findAsync(String id) {
        return connection.send(keys.read(id), deadline).thenCompose(reply -> {
            Stored stored = stored(id, reply);
            return stored.moves().isEmpty() ? CompletableFuture.completedStage(stored.cart()) : arrived(stored);
        });
    }

    private Stored stored(String id, Reply reply) {
        return Stored.of(id, reply.orThrow(where).items(), where);
    }

    private CompletionStage<Cart> arrived(Stored stored) {
        String id = stored.cart().id();
        CompletionStage<Map<String, Long>> all = CompletableFuture.completedStage(Map.of());
        for (String from : stored.moves()) {
            all = all.thenCompose(before -> moves.across(from, id));
        }
        return all.thenCompose(done -> connection.send(keys.read(id), deadline))
                .thenApply(reply -> stored(id, reply).cart());
    }

    /** How much is in it, without reading the lines. */
    public CartSize size(String id) {
        return size(connection.call(keys.size(id), deadline));
    }

    public CompletionStage<CartSize> sizeAsync(String id) {
        return connection.send(keys.size(id), deadline).thenApply(this::size);
    }

    private CartSize size(Reply reply) {
        Reply meta = reply.orThrow(where);
        return meta.isNothing() ? new CartSize(0, 0, 0) : Stored.size(meta.text(), where);
    }

    // --- guests that log in

    /**
     * Puts a cart into another one and empties it, such as a guest's into the user's at login. Asked again, it adds nothing, as there is
     * nothing left to put. Asked at once by two for different carts, the lines go to one of them.
     *
     * @return units that did not fit into the bounds, by article, and are in no cart any more; empty when another one did it
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again, or read the cart later: the lines are in one of both,
     *     or on their way
     */
    public Map<String, Long> merge(String from, String into) {
        return join(mergeAsync(from, into));
    }

    public CompletionStage<Map<String, Long>> mergeAsync(String from, String into) {
        if (from.equals(into)) {
            throw new IllegalArgumentException("Both carts are the same; give two, such as a guest's and a user's");
        }
        return moves.merge(from, into);
    }

    // --- ordering

    /**
     * Looks whether a cart is still what was shown. It changes nothing and holds nothing: make the order of {@link Checkout#cart()}, under an
     * id that follows from the cart's id and version, so that two tabs make one order; then {@link #complete} it.
     *
     * @param shown as it was found before
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Checkout checkout(Cart shown) {
        return checkout(shown, find(shown.id()));
    }

    public CompletionStage<Checkout> checkoutAsync(Cart shown) {
        return findAsync(shown.id()).thenApply(now -> checkout(shown, now));
    }

    private static Checkout checkout(Cart shown, Cart now) {
        return new Checkout(shown.version() == now.version() && shown.lines().equals(now.lines()), now);
    }

    /**
     * Takes what was ordered out of the cart, once per order: what came in since the checkout stays. Sent again when the answer is lost.
     *
     * @param ordered as the checkout gave it
     * @param order an id of this order, 1 to 256 bytes
     * @return false when it was done before
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public boolean complete(Cart ordered, String order) {
        return keys.complete(ordered, order)
                        .call(connection, deadline)
                        .orThrow(where)
                        .number()
                == 1;
    }

    public CompletionStage<Boolean> completeAsync(Cart ordered, String order) {
        return keys.complete(ordered, order)
                .send(connection, deadline)
                .thenApply(reply -> reply.orThrow(where).number() == 1);
    }

    private <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + where + "); it may be done. Ask again.", true, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public String toString() {
        return where;
    }
}
