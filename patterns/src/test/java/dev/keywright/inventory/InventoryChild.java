package dev.keywright.inventory;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A process that trades until it is killed by {@link InventorySoak}, or its standard input ends. Its first output says that it began. */
final class InventoryChild {

    static final int ORDERS = 10_000;
    static final int DELIVERIES = 200;
    static final String PLENTY = "plenty";
    static final String RARE = "rare";
    static final String SMALL = "small";

    private final Inventory shop;
    private final Random random;

    InventoryChild(Inventory shop, long seed) {
        this.shop = shop;
        this.random = new Random(seed);
    }

    static InventoryOptions options(int cells) {
        return InventoryOptions.DEFAULTS
                .withCells(cells)
                .withHold(Duration.ofMillis(500))
                .withJournal(10_000_000)
                .withDeadline(Duration.ofSeconds(3));
    }

    /** The same in every process. */
    static Basket basket(int order) {
        Basket basket = Basket.of(PLENTY, 1 + order % 3);
        return order % 4 == 0 ? basket.and(RARE, 1) : basket;
    }

    private void work(CompletableFuture<Integer> end) {
        int at = random.nextInt(ORDERS);
        while (!end.isDone()) {
            try {
                trade(Math.floorMod(at++ + random.nextInt(20), ORDERS));
                int delivery = random.nextInt(DELIVERIES);
                shop.restock("delivery " + delivery, SMALL, 1);
            } catch (KeywrightException.Unavailable e) {
                // it is asked for again, here or elsewhere
            }
        }
    }

    private void trade(int order) {
        String id = "order " + order;
        boolean held = shop.reserve(id, basket(order)) instanceof Reservation;
        switch (random.nextInt(8)) {
            case 0 -> {} // left to its end
            case 1 -> {
                boolean unused = shop.cancel(id);
            }
            default -> {
                if (held) {
                    Answer unused = shop.confirm(id);
                }
            }
        }
    }

    /** Arguments: URI, cells, seed. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        CompletableFuture<Integer> end = CompletableFuture.supplyAsync(InventoryChild::inputEnds);
        long seed = Long.parseLong(arguments[2]);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Keywright kw = Keywright.connect(arguments[0])) {
            Inventory shop = kw.inventory("soak", options(Integer.parseInt(arguments[1])));
            new InventoryChild(shop, seed).trade(Math.floorMod(seed, ORDERS));
            new FileOutputStream(FileDescriptor.out).write('!');
            for (int i = 0; i < 8; i++) {
                InventoryChild child = new InventoryChild(shop, seed + i);
                threads.execute(() -> child.work(end));
            }
            threads.shutdown();
            boolean unused = threads.awaitTermination(1, TimeUnit.DAYS);
        }
    }

    private static int inputEnds() {
        try {
            return System.in.read();
        } catch (IOException e) {
            return -1;
        }
    }
}
