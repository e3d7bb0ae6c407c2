package dev.keywright.inventory;

import dev.keywright.Keywright;
import dev.keywright.connection.Connection;
import dev.keywright.script.Script;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * One reservation against one bare EVALSHA of a script that only answers a number, one after the other in turns of 200, and against the
 * same script sent by hand. Arguments: rounds (40).
 */
final class ReserveMeasure {

    private static final int TURN = 200;
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private ReserveMeasure() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("1", "shoes", 1_000_000_000);
            Basket basket = Basket.of("shoes", 1);
            Connection connection = kw.connection();
            Duration timeout = connection.options().timeout();
            Cells cells = new Cells(connection, "raw", InventoryOptions.DEFAULTS);
            shop.restock("raw", "raw", 1);
            kw.inventory("raw").restock("1", "shoes", 1_000_000_000);
            Script bare = Script.of("bare", "#!lua\nreturn 1");
            List<List<Double>> micros = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            int[] next = {0};
            List<Runnable> contenders = List.of(
                    () -> bare.with(List.of("stock:cell:{shop#0}:units"), List.of("order", "1x5:shoes", "900000"))
                            .call(connection, timeout),
                    () -> cells.reserve(
                                    ("order " + next[0]++).getBytes(StandardCharsets.UTF_8),
                                    basket.text(),
                                    Duration.ofMinutes(15))
                            .call(connection, timeout),
                    () -> shop.reserve("order " + next[0]++, basket).orThrow());
            for (int round = -10; round < rounds; round++) {
                for (int which = 0; which < contenders.size(); which++) {
                    long start = System.nanoTime();
                    for (int i = 0; i < TURN; i++) {
                        contenders.get(which).run();
                    }
                    if (round >= 0) {
                        micros.get(which).add((System.nanoTime() - start) / 1_000.0 / TURN);
                    }
                }
            }
            double floor = median(micros.get(0));
            OUT.println(String.format(
                    Locale.ROOT,
                    "bare EVALSHA %.1f us; reserve.lua by hand %.1f us; reserve %.1f us: %.2f x bare, %.2f x by hand",
                    floor,
                    median(micros.get(1)),
                    median(micros.get(2)),
                    floor / median(micros.get(2)),
                    median(micros.get(1)) / median(micros.get(2))));
            OUT.println(redis.command("INFO", "commandstats")
                    .lines()
                    .filter(line -> line.contains("evalsha"))
                    .findFirst()
                    .orElse(""));
        }
    }

    private static double median(List<Double> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
