package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.script.Script;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * What the Java side adds to a reservation: {@code reserve} against one EVALSHA of the same script sent by hand over the same
 * connection, which is the floor, and against one of a script that only answers a number; one after the other in turns of 200. Prints the
 * medians of the rounds, what the calling thread used, and the times inside the server. Arguments: rounds (60), cells (1).
 */
final class ReserveMeasure {

    private static final int TURN = 200;
    private static final int WARMING = 60;
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One of those that are compared, and what its rounds took. */
    private static final class Contender {

        private final String name;
        private final IntConsumer call;
        private final List<Double> micros = new ArrayList<>();
        private final List<Double> busy = new ArrayList<>();
        private final List<Double> bytes = new ArrayList<>();
        private int next;

        private Contender(String name, IntConsumer call) {
            this.name = name;
            this.call = call;
        }

        private void turn(boolean counts) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long used = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            for (int i = 0; i < TURN; i++) {
                call.accept(next++);
            }
            if (counts) {
                micros.add((System.nanoTime() - start) / 1_000.0 / TURN);
                busy.add((THREADS.getCurrentThreadCpuTime() - used) / 1_000.0 / TURN);
                bytes.add((THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double) TURN);
            }
        }

        private double micros() {
            return median(micros);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s %.1f us (%.1f us and %.0f bytes of the caller)",
                    name,
                    micros(),
                    median(busy),
                    median(bytes));
        }
    }

    private ReserveMeasure() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        int cells = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            InventoryOptions options = InventoryOptions.DEFAULTS.withCells(cells);
            Inventory shop = kw.inventory("shop", options);
            kw.inventory("raw").restock("1", "shoes", 1_000_000_000);
            for (int i = 0; i < 64; i++) {
                shop.restock("delivery " + i, "shoes", 1_000_000_000);
            }
            Basket basket = Basket.of("shoes", 1);
            kw.inventory("raw").reserve("known", basket).orThrow(); // the server has the script now
            Contender bare = new Contender("empty EVALSHA", bare(kw.connection()));
            Contender floor = new Contender("EVALSHA by hand", byHand(kw.connection()));
            Contender reserve = new Contender(
                    "reserve", i -> shop.reserve("order " + i, basket).orThrow());
            List<Contender> all = new ArrayList<>(List.of(bare, floor, reserve));
            for (int round = -WARMING; round < rounds; round++) {
                for (Contender each : all) {
                    each.turn(round >= 0);
                }
                Collections.rotate(all, 1);
            }
            OUT.println(String.format(
                    Locale.ROOT,
                    "%s; %s; %s. reserve reaches %.2f x the floor, %.2f x an empty script",
                    bare,
                    floor,
                    reserve,
                    floor.micros() / reserve.micros(),
                    bare.micros() / reserve.micros()));
            redis.command("INFO", "commandstats")
                    .lines()
                    .filter(line -> line.matches("cmdstat_(evalsha|hmget|hset|xadd|zadd|time):.*"))
                    .forEach(OUT::println);
        }
    }

    private static IntConsumer bare(Connection connection) {
        Script script = Script.of("bare", "#!lua\nreturn 1");
        Duration timeout = connection.options().timeout();
        return i -> script.with(List.of("stock:cell:{shop#0}:units"), List.of("order", "1x5:shoes", "900000"))
                .call(connection, timeout);
    }

    private static IntConsumer byHand(Connection connection) {
        byte[] digest = Script.beside(Inventory.class, "reserve.lua").digest().getBytes(UTF_8);
        byte[] units = "stock:cell:{raw#0}:units".getBytes(UTF_8);
        byte[] due = "stock:cell:{raw#0}:due".getBytes(UTF_8);
        byte[] journal = "stock:cell:{raw#0}:journal".getBytes(UTF_8);
        byte[] basket = "1x5:shoes".getBytes(UTF_8);
        Duration timeout = connection.options().timeout();
        return i -> connection.call(
                Command.named("EVALSHA")
                        .argument(digest)
                        .argument(3)
                        .key(units)
                        .key(due)
                        .key(journal)
                        .argument(1)
                        .argument("order " + i)
                        .argument(basket)
                        .argument(900_000)
                        .argument(100_000)
                        .buildRepeatable(),
                timeout);
    }

    private static double median(List<Double> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
