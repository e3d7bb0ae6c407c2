package dev.keywright.inventory;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Many threads, several connections, 1,000 units. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class InventoryRaceTest {

    private static final int UNITS = 1_000;
    private static final int THREADS = 16;
    private static final InventoryOptions PATIENT = InventoryOptions.DEFAULTS.withDeadline(Duration.ofSeconds(20));

    /** Runs the work in many threads, and samples until the last one is done. */
    private static int race(IntConsumer work, Runnable sample) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(CompletableFuture.runAsync(() -> work.accept(thread), threads));
            }
            CompletableFuture<Void> done = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            int samples = 0;
            do {
                sample.run();
                samples++;
            } while (!done.isDone());
            done.join();
            return samples;
        } finally {
            threads.shutdown();
        }
    }

    private static void conservation(Redis redis, int cells) {
        InventoryOptions options = PATIENT.withCells(cells).withHold(Duration.ofMillis(30));
        try (Keywright first = Keywright.connect(redis.uri());
                Keywright second = Keywright.connect(redis.uri());
                Keywright third = Keywright.connect(redis.uri())) {
            List<Inventory> shops = List.of(
                    first.inventory("shop", options),
                    second.inventory("shop", options),
                    third.inventory("shop", options));
            Inventory shop = shops.get(0);
            shop.restock("1", "shoes", UNITS);
            shop.restock("2", "laces", UNITS);
            AtomicLong sold = new AtomicLong();
            int samples = race(thread -> trade(shops.get(thread % 3), thread, sold), () -> {
                for (Stock stock : shop.stocks(List.of("shoes", "laces"))) {
                    assertThat(stock.total()).as("%s", stock).isEqualTo(UNITS);
                    assertThat(stock.unaccounted()).as("%s", stock).isZero();
                    assertThat(stock.free()).as("%s", stock).isBetween(0L, (long) UNITS);
                    assertThat(stock.held()).as("%s", stock).isBetween(0L, (long) UNITS);
                    assertThat(stock.sold()).as("%s", stock).isBetween(0L, (long) UNITS);
                }
            });
            assertThat(samples).isPositive();
            for (int i = 0; i < THREADS; i++) {
                for (int j = 0; j < 60; j++) {
                    assertThat(shops.get(1).cancel("order " + i + " " + j)).isIn(true, false);
                }
            }
            for (Stock stock : shop.stocks(List.of("shoes", "laces"))) {
                assertThat(stock.held()).isZero();
                assertThat(stock.total()).isEqualTo(UNITS);
                assertThat(stock.unaccounted()).isZero();
                assertThat(SellOut.reserveAll(shop, stock.product())).isEqualTo(UNITS - stock.sold());
            }
            assertThat(shop.stock("shoes").sold() + shop.stock("laces").sold()).isEqualTo(sold.get());
        }
    }

    private static void trade(Inventory shop, int thread, AtomicLong sold) {
        Random random = new Random(thread);
        for (int i = 0; i < 60; i++) {
            String id = "order " + thread + " " + i;
            Basket basket = Basket.of("shoes", 1L + random.nextInt(5)).and("laces", 1L + random.nextInt(5));
            boolean reserved = shop.reserve(id, basket) instanceof Reservation;
            switch (random.nextInt(4)) {
                case 0 -> assertThat(shop.cancel(id)).isTrue();
                case 1 -> {} // left to its end
                default -> {
                    if (reserved && shop.confirm(id) instanceof Reservation) {
                        sold.addAndGet(basket.quantities().get("shoes")
                                + basket.quantities().get("laces"));
                    }
                }
            }
        }
    }

    @Test
    void inv1_whatIsSoldHeldAndFreeIsAlwaysTheTotal(Redis redis) {
        conservation(redis, 1);
    }

    @Test
    void inv1_alsoOverManyCells(Redis redis) {
        conservation(redis, 5);
    }

    @Test
    void inv1_theLastUnitIsSoldAndNoneTwice(Redis redis) {
        for (int cells : new int[] {1, 6}) {
            InventoryOptions options = PATIENT.withCells(cells);
            try (Keywright first = Keywright.connect(redis.uri());
                    Keywright second = Keywright.connect(redis.uri())) {
                List<Inventory> shops =
                        List.of(first.inventory("s" + cells, options), second.inventory("s" + cells, options));
                shops.get(0).restock("1", "shoes", UNITS);
                AtomicInteger sold = new AtomicInteger();
                int unused = race(
                        thread -> {
                            Inventory shop = shops.get(thread % 2);
                            int order = 0;
                            while (shop.reserve("order " + thread + " " + order, Basket.of("shoes", 1))
                                    instanceof Reservation held) {
                                shop.confirm(held.id()).orThrow();
                                sold.incrementAndGet();
                                order++;
                            }
                        },
                        () -> assertThat(shops.get(1).stock("shoes").total()).isEqualTo(UNITS));
                assertThat(sold).hasValue(UNITS);
                assertThat(shops.get(0).stock("shoes")).isEqualTo(new Stock("shoes", 0, 0, UNITS, 0));
            }
        }
    }

    @Test
    void inv2_manyWhoAskUnderOneIdHoldItOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", PATIENT.withCells(4));
            for (int i = 0; i < 4; i++) {
                shop.restock("delivery " + i, "shoes", 50);
            }
            int unused = race(
                    thread -> {
                        for (int order = 0; order < 20; order++) {
                            shop.reserve("order " + order, Basket.of("shoes", 10))
                                    .orThrow();
                        }
                    },
                    () -> {});
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 200, 0, 0));
        }
    }
}
