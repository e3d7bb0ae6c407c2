package dev.keywright.inventory;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Units of products that are reserved for a time, and then sold or given back. Whatever happens at the same time, crashes or is asked
 * twice: never is more reserved than there is, and free, held and sold together are what came in.
 *
 * <pre>{@code
 * Inventory shop = kw.inventory("shop");
 * shop.restock("delivery 3", "shoes", 100);
 * if (shop.reserve("order 7", Basket.of("shoes", 2).and("laces", 1)) instanceof Refused refused) { ... }
 * shop.confirm("order 7");
 * }</pre>
 *
 * <ul>
 *   <li>Baskets: all or none, in one script.
 *   <li>Ids: every reservation, restock and adjustment has one, which the caller makes. Asked again under the same id, nothing changes and
 *       the answer is that of the first time, or what has become of it since. Another basket under the same id is an error. Ids are
 *       remembered for {@link InventoryOptions#retention()} after the end.
 *   <li>Holds end by the server's clock. Units of a hold that is over are given back by whoever needs them, and by {@link #sweep()}, which
 *       also happens in the background, at most every 10 s, while there are calls.
 *   <li>Commands: each call is 1 EVALSHA, 1 round trip. Lost answers are asked for again within the deadline.
 *   <li>Cells: with more than one, the units of every product are spread over several hash slots, and an id belongs to one cell. What is
 *       missing there comes over from other cells, which costs some round trips to all of them; nothing is refused while it is free
 *       somewhere. Units that are under way count as free.
 *   <li>Memory: some 200 bytes and the basket per reservation until it is forgotten, some 100 per product and cell, and the journal.
 *   <li>Deadline: it holds for a call with all it takes; sweeping and walking through everything have it for each step.
 *   <li>No promise: a failover can lose the last writes, a restart what was not saved; the journal and
 *       {@link dev.keywright.inventory.jdbc.Reconciliation} tell what differs from the books.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Inventory {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA", "EVAL", "TIME", "HEXISTS", "HGET", "HMGET", "HSET", "HSETNX", "HDEL", "HSCAN",
                            "ZADD", "ZRANGE", "ZREM", "XADD", "XDEL", "XRANGE"),
                    List.of("stock:*"))
            .thatLast();

    private static final long SWEPT_EVERY = TimeUnit.SECONDS.toNanos(10);

    private final Cells cells;
    private final Gathering gathering;
    private final AtomicLong swept = new AtomicLong(System.nanoTime());

    /** Users call {@code Keywright.inventory}. */
    public Inventory(Connection connection, String name, InventoryOptions options) {
        this.cells = new Cells(connection, name, options);
        this.gathering = new Gathering(cells);
    }

    // --- reservations

    /** As {@link #reserve(String, Basket, Duration)}, for {@link InventoryOptions#hold()}. */
    public Answer reserve(String id, Basket basket) {
        return reserve(id, basket, cells.options.hold());
    }

    /**
     * Holds the units of a basket, all or none.
     *
     * @param id of this reservation and of no other, such as the order's
     * @return the reservation, held now or earlier under this id, or confirmed since; refused when too little is free, or when it was
     *     cancelled or its hold is over
     * @throws KeywrightException.Misused when the id belongs to another basket
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again with the same id
     */
    public Answer reserve(String id, Basket basket, Duration hold) {
        Gathering.Request request = reserving(id, basket, hold);
        return reserved(id, basket, call(request));
    }

    public CompletionStage<Answer> reserveAsync(String id, Basket basket) {
        return reserveAsync(id, basket, cells.options.hold());
    }

    public CompletionStage<Answer> reserveAsync(String id, Basket basket, Duration hold) {
        return send(reserving(id, basket, hold)).thenApply(outcome -> reserved(id, basket, outcome));
    }

    private Gathering.Request reserving(String id, Basket basket, Duration hold) {
        InventoryOptions.checkHold(hold);
        sweepNowAndThen();
        byte[] bytes = id(id);
        return new Gathering.Request(
                cells.home(bytes), basket.quantities(), cells.reserve(bytes, basket.text(), hold), System.nanoTime());
    }

    private static byte[] id(String id) {
        return Basket.bytes("id", id);
    }

    private Answer reserved(String id, Basket basket, Gathering.Outcome outcome) {
        List<Reply> items = outcome.reply().items();
        return switch (items.get(0).text()) {
            case "held" -> held(id, basket, items.get(1).number());
            case "confirmed" -> new Reservation(id, basket, Reservation.State.CONFIRMED, Duration.ZERO);
            case "cancelled" -> refused(id, Refused.Reason.CANCELLED);
            case "expired" -> refused(id, Refused.Reason.EXPIRED);
            case "other" -> throw otherId(id);
            default -> new Refused(id, Refused.Reason.SHORT, outcome.free());
        };
    }

    private static Reservation held(String id, Basket basket, long millis) {
        return new Reservation(id, basket, Reservation.State.HELD, Duration.ofMillis(millis));
    }

    private static Refused refused(String id, Refused.Reason reason) {
        return new Refused(id, reason, Map.of());
    }

    private KeywrightException otherId(String id) {
        return new KeywrightException.Misused("The id " + id + " was used for something else before (" + cells.where()
                + "). Nothing was changed. Give every reservation, restock and adjustment an id of its own.");
    }

    /**
     * Sells what is held. When the hold is over: see {@link InventoryOptions#late()}.
     *
     * @return the reservation, confirmed now or earlier; or why it is not
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public Answer confirm(String id) {
        Gathering.Request request = settling(id, "confirm");
        Reply reply = ask(request.call(), request.start());
        Gathering.Outcome outcome = Gathering.isShort(reply)
                ? join(gather(wanting(request, reply), reply))
                : new Gathering.Outcome(reply, Map.of());
        return confirmed(id, outcome);
    }

    public CompletionStage<Answer> confirmAsync(String id) {
        Gathering.Request request = settling(id, "confirm");
        return askLater(request.call(), request.start())
                .thenCompose(reply -> Gathering.isShort(reply)
                        ? gather(wanting(request, reply), reply)
                        : CompletableFuture.completedStage(new Gathering.Outcome(reply, Map.of())))
                .thenApply(outcome -> confirmed(id, outcome));
    }

    private Gathering.Request settling(String id, String goal) {
        sweepNowAndThen();
        byte[] bytes = id(id);
        return new Gathering.Request(cells.home(bytes), Map.of(), cells.settle(bytes, goal), System.nanoTime());
    }

    /** Only the server knows the basket. */
    private static Gathering.Request wanting(Gathering.Request request, Reply shortReply) {
        Map<String, Long> wanted = Basket.read(shortReply.items().get(2).bytes());
        return new Gathering.Request(request.home(), wanted, request.call(), request.start());
    }

    private Answer confirmed(String id, Gathering.Outcome outcome) {
        List<Reply> items = outcome.reply().items();
        return switch (items.get(0).text()) {
            case "confirmed" -> settled(id, items, Reservation.State.CONFIRMED);
            case "cancelled" -> refused(id, Refused.Reason.CANCELLED);
            case "expired" -> refused(id, Refused.Reason.EXPIRED);
            case "short" -> new Refused(id, Refused.Reason.SHORT, outcome.free());
            default -> refused(id, Refused.Reason.UNKNOWN);
        };
    }

    private static Reservation settled(String id, List<Reply> items, Reservation.State state) {
        return new Reservation(id, new Basket(Basket.read(items.get(1).bytes())), state, Duration.ZERO);
    }

    /**
     * Gives back what is held. An id that nobody knows is cancelled before it begins: a reservation under it is refused from now on.
     *
     * @return whether nothing is held or sold under this id any more; false when it is confirmed, and stays so
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again
     */
    public boolean cancel(String id) {
        Gathering.Request request = settling(id, "cancel");
        return cancelled(ask(request.call(), request.start()));
    }

    public CompletionStage<Boolean> cancelAsync(String id) {
        Gathering.Request request = settling(id, "cancel");
        return askLater(request.call(), request.start()).thenApply(Inventory::cancelled);
    }

    private static boolean cancelled(Reply reply) {
        return !reply.items().get(0).text().equals("confirmed");
    }

    /** What has become of a reservation; empty when nothing is known of it, or it was cancelled before it began. */
    public Optional<Reservation> find(String id) {
        return found(id, ask(cells.find(id(id)), System.nanoTime()));
    }

    public CompletionStage<Optional<Reservation>> findAsync(String id) {
        return askLater(cells.find(id(id)), System.nanoTime()).thenApply(reply -> found(id, reply));
    }

    private static Optional<Reservation> found(String id, Reply reply) {
        List<Reply> items = reply.items();
        if (items.isEmpty() || items.get(2).bytes().length == 0) {
            return Optional.empty();
        }
        Reservation.State state = Reservation.State.valueOf(items.get(0).text().toUpperCase(Locale.ROOT));
        Basket basket = new Basket(Basket.read(items.get(2).bytes()));
        return Optional.of(new Reservation(
                id, basket, state, Duration.ofMillis(items.get(1).number())));
    }

    // --- units that come and go

    /**
     * Adds units that have come, once per id.
     *
     * @param id of this delivery and of no other restock or adjustment
     * @param quantity 1 to 2^53 - 1
     * @throws KeywrightException.Misused when the id was used for something else, or the total would be beyond 2^53 - 1
     * @throws KeywrightException.Unavailable when Redis did not answer; ask again with the same id
     */
    public void restock(String id, String product, long quantity) {
        Basket.checkQuantity(product, quantity);
        boolean unused = adjust(id, product, quantity);
    }

    public CompletionStage<Void> restockAsync(String id, String product, long quantity) {
        Basket.checkQuantity(product, quantity);
        return adjustAsync(id, product, quantity).thenApply(done -> null);
    }

    /**
     * Corrects what is free, as after a count of the shelf, once per id.
     *
     * @param change what comes, or with a minus what goes; not 0
     * @return whether it was done, now or earlier; false when less is free than should go
     * @throws KeywrightException.Misused as {@link #restock} does
     */
    public boolean adjust(String id, String product, long change) {
        Gathering.Request request = adjusting(id, product, change);
        return adjusted(id, product, call(request));
    }

    public CompletionStage<Boolean> adjustAsync(String id, String product, long change) {
        return send(adjusting(id, product, change)).thenApply(outcome -> adjusted(id, product, outcome));
    }

    private Gathering.Request adjusting(String id, String product, long change) {
        if (change == 0 || change > Basket.MOST || change < -Basket.MOST) {
            throw new IllegalArgumentException("The change of " + product + " is " + change
                    + "; give a whole number other than 0, at most 2^53 - 1 up or down");
        }
        byte[] unused = Basket.bytes("product", product);
        byte[] bytes = id(id);
        return new Gathering.Request(
                cells.home(bytes),
                Map.of(product, Math.max(0, -change)),
                cells.adjust(bytes, product, change),
                System.nanoTime());
    }

    private boolean adjusted(String id, String product, Gathering.Outcome outcome) {
        return switch (outcome.reply().items().get(0).text()) {
            case "done" -> true;
            case "short" -> false;
            case "full" ->
                throw new KeywrightException.Misused("There would be more than 2^53 - 1 units of " + product + " ("
                        + cells.where() + "). Nothing was changed.");
            default -> throw otherId(id);
        };
    }

    // --- looking

    /**
     * The units of a product. The total is exact; free and held may stem from moments some milliseconds apart with more than one cell. What
     * a failover has lost or doubled between cells is {@link Stock#unaccounted()}, exact as soon as nothing is under way.
     */
    public Stock stock(String product) {
        return join(stockAsync(product));
    }

    public CompletionStage<Stock> stockAsync(String product) {
        return gathering
                .counts(List.of(product))
                .thenApply(counts -> counts.stocks().get(0));
    }

    /** The units of many products, some hundred at a time. */
    public List<Stock> stocks(Collection<String> products) {
        List<String> all = List.copyOf(products);
        List<Stock> stocks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += 500) {
            List<String> some = all.subList(from, Math.min(all.size(), from + 500));
            stocks.addAll(join(gathering.counts(some)).stocks());
        }
        return stocks;
    }

    /** All products that ever had units. Walks through everything that is stored; for reports and reconciliation. */
    public Set<String> products() {
        join(cells.agree(System.nanoTime()));
        Set<String> products = new TreeSet<>();
        for (int cell = 0; cell < cells.size(); cell++) {
            String cursor = "0";
            do {
                List<Reply> page = cells.connection
                        .call(cells.products(cell, cursor), cells.deadline)
                        .orThrow(cells.where())
                        .items();
                List<Reply> fields = page.get(1).items();
                for (int i = 0; i < fields.size(); i += 2) {
                    products.add(fields.get(i).text().substring(2));
                }
                cursor = page.get(0).text();
            } while (!cursor.equals("0"));
        }
        return products;
    }

    /** Into how many cells it is split; each has a journal. */
    public int cells() {
        return cells.size();
    }

    /**
     * Changes in one cell, the oldest first.
     *
     * @param cell 0 to {@link #cells()} - 1
     * @param after position of the last one that was seen; empty for the first that is kept
     */
    public List<JournalEntry> journal(int cell, String after, int most) {
        join(cells.agree(System.nanoTime()));
        return cells
                .connection
                .call(cells.journal(cell, after, most), cells.deadline)
                .orThrow(cells.where())
                .items()
                .stream()
                .map(Inventory::entry)
                .toList();
    }

    private static JournalEntry entry(Reply reply) {
        List<Reply> fields = reply.items().get(1).items(); // event, id and basket, each after its name
        return new JournalEntry(
                reply.items().get(0).text(),
                JournalEntry.Event.valueOf(fields.get(1).text().toUpperCase(Locale.ROOT)),
                fields.get(3).text(),
                Basket.read(fields.get(5).bytes()));
    }

    // --- holds that are over

    /**
     * Gives back the units of all holds that are over, forgets ids whose time is over, and completes moves between cells that were
     * interrupted. Any number of processes may do so at any time; each hold is given back once.
     *
     * @return how many holds
     */
    public long sweep() {
        return join(gathering.sweep());
    }

    public CompletionStage<Long> sweepAsync() {
        return gathering.sweep();
    }

    /** So that ids are forgotten even where nobody sweeps. */
    private void sweepNowAndThen() {
        long last = swept.get();
        long now = System.nanoTime();
        if (now - last > SWEPT_EVERY && swept.compareAndSet(last, now)) {
            CompletionStage<Long> unused = gathering.sweep();
        }
    }

    /** Sweeps again and again on a thread of its own, until it is closed. While Redis is away nothing happens. */
    public Sweeper sweepEvery(Duration pause) {
        return new Sweeper(this, pause);
    }

    // --- calls

    private Gathering.Outcome call(Gathering.Request request) {
        Reply reply = ask(request.call(), request.start());
        return Gathering.isShort(reply) ? join(gather(request, reply)) : new Gathering.Outcome(reply, Map.of());
    }

    private CompletionStage<Gathering.Outcome> send(Gathering.Request request) {
        return askLater(request.call(), request.start())
                .thenCompose(reply -> Gathering.isShort(reply)
                        ? gather(request, reply)
                        : CompletableFuture.completedStage(new Gathering.Outcome(reply, Map.of())));
    }

    private Reply ask(Script.Invocation call, long start) {
        if (cells.isInDoubt()) {
            join(cells.agree(start));
        }
        return cells.call(call, start);
    }

    private CompletionStage<Reply> askLater(Script.Invocation call, long start) {
        return cells.isInDoubt()
                ? cells.agree(start).thenCompose(agreed -> cells.send(call, start))
                : cells.send(call, start);
    }

    /** Where there is but one cell, and no hold in it is over, short is short. */
    private CompletionStage<Gathering.Outcome> gather(Gathering.Request request, Reply shortReply) {
        List<Reply> items = shortReply.items();
        if (cells.size() > 1 || items.get(1).number() == 1) {
            return gathering.gather(request, shortReply);
        }
        Map<String, Long> free = new HashMap<>();
        List<String> products = List.copyOf(request.wanted().keySet());
        int first = items.size() - products.size();
        for (int i = 0; i < products.size(); i++) {
            free.put(products.get(i), items.get(first + i).number());
        }
        return CompletableFuture.completedStage(new Gathering.Outcome(shortReply, free));
    }

    private <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + cells.where() + "); it may be done. Ask again with the same id.",
                    true,
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public String toString() {
        return cells.where();
    }
}
