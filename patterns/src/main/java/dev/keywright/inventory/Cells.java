package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
    private static final KeySpace SPACE = KeySpace.of("stock", "cell");
    private static final byte[] SWEPT_AT_ONCE = number(100);
    /** Others may see to units under way at any time; this only keeps them from doing it while all goes well. */
    private static final byte[] PATIENCE = number(200);

    final Connection connection;
    final InventoryOptions options;
    final Duration deadline;
    private final String name;
    private final byte[][][] keys;
    private final byte[] count;
    private final byte[] retention;
    private final byte[] journal;
    private final byte[] late;

    Cells(Connection connection, String name, InventoryOptions options) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.name = name;
        if (options.retention().compareTo(deadline) <= 0) {
            throw new IllegalArgumentException("retention is " + options.retention() + " and the deadline " + deadline
                    + "; an id must be remembered for longer than it is asked about");
        }
        String text = new String(Basket.bytes("name of the inventory", name), UTF_8);
        this.keys = new byte[options.cells()][][];
        for (int cell = 0; cell < keys.length; cell++) {
            keys[cell] = new byte[][] {key(text, cell, "units"), key(text, cell, "due"), key(text, cell, "journal")};
        }
        this.count = number(options.cells());
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

    Script.Invocation reserve(byte[] id, byte[] basket, Duration hold) {
        return RESERVE.with(keys[home(id)], count, id, basket, number(hold.toMillis()), journal)
                .repeatable();
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

    /** After this nobody sees to the transfer any more. */
    void forgetDeparture(Transfer transfer) {
        forget(transfer.from(), "o:" + transfer.id());
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
        send(departure).thenAccept(there -> {
            if (there.number() == 0) {
                forget(cell, "i:" + id);
            }
        });
    }

    private void forget(int cell, String member) {
        ignore(Command.named("HDEL").key(keys[cell][0]).argument(member));
        ignore(Command.named("ZREM").key(keys[cell][1]).argument(member));
    }

    private void ignore(Command.Builder command) {
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

    Command counts(int cell, List<String> products) {
        Command.Builder command = Command.named("HMGET").key(keys[cell][0]);
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

    CompletionStage<Reply> send(Script.Invocation invocation) {
        return invocation.send(connection, deadline).thenApply(reply -> reply.orThrow(where()));
    }

    CompletionStage<Reply> send(Command command) {
        return connection.send(command, deadline).thenApply(reply -> reply.orThrow(where()));
    }

    String where() {
        return "inventory " + name;
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
