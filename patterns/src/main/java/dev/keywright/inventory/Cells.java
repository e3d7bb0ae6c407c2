package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32;

/**
 * The parts of an inventory, each in a hash slot of its own: their keys, and calls in the words of the scripts. An id belongs to one cell,
 * which knows its reservation; that is how retries, confirmations and cancellations find it.
 */
final class Cells {

    private static final Script RESERVE = Script.beside(Inventory.class, "reserve.lua");
    private static final Script SETTLE = Script.beside(Inventory.class, "settle.lua");
    private static final Script FIND = Script.beside(Inventory.class, "find.lua");
    private static final Script SWEEP = Script.beside(Inventory.class, "sweep.lua");
    private static final Script ADJUST = Script.beside(Inventory.class, "adjust.lua");
    private static final Script WITHDRAW = Script.beside(Inventory.class, "withdraw.lua");
    private static final Script FORGET = Script.beside(Inventory.class, "forget.lua");
    private static final KeySpace SPACE = KeySpace.of("stock", "cell");
    private static final byte[] SWEPT_AT_ONCE = number(100);
    /** Others may see to units under way at any time; this only keeps them from doing it while all goes well. */
    private static final byte[] PATIENCE = number(200);
    /**
     * After a look that named units under way, so long may their arrival be sent, and its record in their cell be forgotten. Much shorter
     * than the retention: an arrival that comes when all records of it are forgotten would add the units again.
     */
    private static final Duration JUSTIFIED = Duration.ofSeconds(10);

    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    final Connection connection;
    final InventoryOptions options;
    final Duration deadline;
    private final String where;
    private final byte[][][] keys;
    private final byte[] count;
    private final byte[] hold;
    private final byte[] retention;
    private final byte[] journal;
    private final byte[] late;
    private volatile boolean agreed;

    Cells(Connection connection, String name, InventoryOptions options) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.where = "inventory " + name;
        InventoryOptions.checkDeadline(deadline, options.retention());
        String text = new String(Basket.bytes("name of the inventory", name), UTF_8);
        this.keys = new byte[options.cells()][][];
        for (int cell = 0; cell < keys.length; cell++) {
            keys[cell] = new byte[][] {key(text, cell, "units"), key(text, cell, "due"), key(text, cell, "journal")};
        }
        this.count = number(options.cells());
        this.hold = number(options.hold().toMillis());
        this.retention = number(options.retention().toMillis());
        this.journal = number(options.journal());
        this.late = (options.late() == InventoryOptions.Late.AGAIN ? "again" : "refuse").getBytes(UTF_8);
    }

    private static byte[] key(String name, int cell, String part) {
        return SPACE.key(name + "#" + cell, part).getBytes(UTF_8);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    int size() {
        return keys.length;
    }

    /** The cell of an id; the same in every process. */
    int home(byte[] id) {
        if (keys.length == 1) {
            return 0;
        }
        CRC32 sum = new CRC32();
        sum.update(id);
        return (int) (sum.getValue() % keys.length);
    }

    Script.Invocation reserve(byte[] id, byte[] basket, Duration wanted) {
        byte[] millis = wanted.equals(options.hold()) ? hold : number(wanted.toMillis());
        return RESERVE.with(keys[home(id)], count, id, basket, millis, journal).repeatable();
    }

    Script.Invocation settle(byte[] id, String goal) {
        return SETTLE.with(keys[home(id)], count, id, goal.getBytes(UTF_8), late, retention, journal)
                .repeatable();
    }

    Script.Invocation find(byte[] id) {
        return FIND.with(keys[home(id)][0], count, id).repeatable();
    }

    Script.Invocation adjust(byte[] id, String product, long delta) {
        return ADJUST.with(
                        keys[home(id)],
                        count,
                        new byte[] {'a'},
                        id,
                        number(delta),
                        product.getBytes(UTF_8),
                        retention,
                        journal)
                .repeatable();
    }

    Script.Invocation arrive(Transfer transfer) {
        return ADJUST.with(
                        keys[transfer.to()],
                        count,
                        new byte[] {'i'},
                        transfer.id().getBytes(UTF_8),
                        number(transfer.quantity()),
                        transfer.product().getBytes(UTF_8),
                        retention,
                        journal)
                .repeatable();
    }

    /** Not repeatable: it is sent once per transfer. */
    Script.Invocation withdraw(Transfer transfer) {
        return WITHDRAW.with(
                keys[transfer.from()],
                count,
                transfer.id().getBytes(UTF_8),
                number(transfer.to()),
                number(transfer.quantity()),
                transfer.product().getBytes(UTF_8),
                PATIENCE,
                journal);
    }

    /**
     * Lets units arrive that were under way, and then forgets their departure. Does nothing when too much time has gone by; then whoever
     * looks again sees to it.
     *
     * @param seen when the look began that named them, or their withdrawal was sent
     * @param start of the call
     */
    CompletionStage<Void> bring(Transfer transfer, long seen, long start) {
        if (!isJustified(seen)) {
            return DONE;
        }
        Duration most = Collections.min(List.of(left(JUSTIFIED, seen), left(start)));
        return arrive(transfer).send(connection, most).thenAccept(reply -> {
            boolean done = reply.orThrow(where).items().get(0).text().equals("done");
            if (done && isJustified(seen)) {
                forgetDeparture(transfer);
            }
        });
    }

    private static boolean isJustified(long seen) {
        return System.nanoTime() - seen < JUSTIFIED.toNanos();
    }

    /** After this nobody sees to the transfer any more. */
    void forgetDeparture(Transfer transfer) {
        byte[][] units = {keys[transfer.from()][0], keys[transfer.from()][1]};
        Script.Invocation forget =
                FORGET.with(units, count, transfer.id().getBytes(UTF_8)).repeatable();
        CompletionStage<Reply> unused = forget.send(connection, Collections.min(List.of(JUSTIFIED, deadline)))
                .exceptionally(away -> Reply.Nothing.NOTHING);
    }

    /**
     * Forgets that units have arrived here, if their departure is forgotten; before that they would arrive again.
     *
     * @param id of the transfer
     */
    void forgetArrival(int cell, String id) {
        Command departure = Command.named("HEXISTS")
                .key(keys[Transfer.from(id)][0])
                .argument("o:" + id)
                .buildRepeatable();
        CompletionStage<Void> unused = send(departure, System.nanoTime()).thenAccept(there -> {
            if (there.number() == 0) {
                ignore(Command.named("HDEL").key(keys[cell][0]).argument("i:" + id));
                ignore(Command.named("ZREM").key(keys[cell][1]).argument("i:" + id));
            }
        });
    }

    private void ignore(Command.Builder command) {
        CompletionStage<Reply> unused =
                connection.send(command.buildRepeatable(), deadline).exceptionally(away -> Reply.Nothing.NOTHING);
    }

    Script.Invocation sweep(int cell, List<String> products) {
        byte[][] arguments = new byte[5 + products.size()][];
        arguments[0] = count;
        arguments[1] = SWEPT_AT_ONCE;
        arguments[2] = retention;
        arguments[3] = PATIENCE;
        arguments[4] = journal;
        for (int i = 0; i < products.size(); i++) {
            arguments[5 + i] = products.get(i).getBytes(UTF_8);
        }
        return SWEEP.with(keys[cell], arguments).repeatable();
    }

    /** The number of cells as it is noted there, or nothing, and the counts of each product. */
    Command counts(int cell, List<String> products) {
        Command.Builder command = Command.named("HMGET").key(keys[cell][0]).argument("cells");
        products.forEach(product -> command.argument(("p:" + product).getBytes(UTF_8)));
        return command.buildRepeatable();
    }

    Command products(int cell, String cursor) {
        return Command.named("HSCAN")
                .key(keys[cell][0])
                .argument(cursor)
                .argument("MATCH")
                .argument("p:*")
                .argument("COUNT")
                .argument(1_000)
                .buildRepeatable();
    }

    Command journal(int cell, String after, int most) {
        return Command.named("XRANGE")
                .key(keys[cell][2])
                .argument(after.isEmpty() ? "-" : "(" + after)
                .argument("+")
                .argument("COUNT")
                .argument(most)
                .buildRepeatable();
    }

    /**
     * Makes sure, once per object, that the inventory has as many cells as this program says; the first cell tells.
     *
     * @param start of the call that needs it
     */
    CompletionStage<Void> agree(long start) {
        if (agreed) {
            return DONE;
        }
        Command noted = Command.named("HGET").key(keys[0][0]).argument("cells").buildRepeatable();
        return send(noted, start)
                .thenCompose(before -> before.isNothing()
                        ? note(start).thenCompose(set -> send(noted, start))
                        : CompletableFuture.completedStage(before))
                .thenAccept(before -> {
                    check(before);
                    agreed = true;
                });
    }

    private CompletionStage<Reply> note(long start) {
        Command note = Command.named("HSETNX")
                .key(keys[0][0])
                .argument("cells")
                .argument(count)
                .buildRepeatable();
        return send(note, start);
    }

    /** Whether a script in an id's cell may meet an inventory of another size and not see it. */
    boolean isInDoubt() {
        return keys.length > 1 && !agreed;
    }

    /** The counts without the number of cells, which must be the one this program says. */
    List<Reply> checked(List<Reply> counts) {
        check(counts.get(0));
        return counts.subList(1, counts.size());
    }

    private void check(Reply before) {
        if (!before.isNothing() && !Arrays.equals(before.bytes(), count)) {
            Reply refusal = new Reply.Failure("BADCELLS the inventory has " + before.text()
                    + " cells, and this program says " + keys.length + "; it keeps its number");
            Reply unused = refusal.orThrow(where);
        }
    }

    /** @param start of the call of the user, which has one deadline for all that is sent */
    CompletionStage<Reply> send(Script.Invocation invocation, long start) {
        return invocation.send(connection, left(start)).thenApply(reply -> reply.orThrow(where));
    }

    CompletionStage<Reply> send(Command command, long start) {
        return connection.send(command, left(start)).thenApply(reply -> reply.orThrow(where));
    }

    Reply call(Script.Invocation invocation, long start) {
        return invocation.call(connection, left(start)).orThrow(where);
    }

    private Duration left(long start) {
        return left(deadline, start);
    }

    /** A little is always left to say that the time is over. */
    private static Duration left(Duration whole, long start) {
        return Duration.ofNanos(Math.max(1_000, whole.toNanos() - (System.nanoTime() - start)));
    }

    String where() {
        return where;
    }

    /**
     * Units on their way from one cell to another.
     *
     * @param id begins with the cell where they come from, and a colon
     */
    record Transfer(String id, int to, String product, long quantity) {

        static Transfer fresh(int from, int to, String product, long quantity) {
            return new Transfer(from + ":" + UUID.randomUUID(), to, product, quantity);
        }

        static int from(String id) {
            return Integer.parseInt(id.substring(0, id.indexOf(':')));
        }

        int from() {
            return from(id);
        }

        Transfer of(long taken) {
            return new Transfer(id, to, product, taken);
        }
    }
}
