package dev.keywright.cart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Several threads and two processes' worth of connections change the same carts at once. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class CartsRaceTest {

    private static final int THREADS = 6;
    private static final int TURNS = 150;
    private static final CartOptions WIDE = CartOptions.DEFAULTS.withMost(1_000_000);

    private interface Work {
        void turn(Carts carts, int thread, Random random);
    }

    private static void race(Redis redis, CartOptions options, Work work) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                Carts carts = (t % 2 == 0 ? one : other).carts("shop", options);
                all.add(CompletableFuture.runAsync(
                        () -> {
                            Random random = new Random(thread);
                            for (int i = 0; i < TURNS; i++) {
                                work.turn(carts, thread, random);
                            }
                        },
                        threads));
            }
            all.forEach(CompletableFuture::join);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void noChangeOfTwoTabsIsLostAndNoneIsDoubled(Redis redis) {
        Map<String, Long> model = new ConcurrentHashMap<>();
        race(redis, WIDE, (carts, thread, random) -> {
            String article = "a" + random.nextInt(5);
            String request = thread + " " + random.nextInt(100); // some come twice
            Change change = Change.add(article, 1 + random.nextInt(3)).withRequest(request);
            if (carts.change("ann", change).outcome() == Changed.Outcome.DONE) {
                model.merge(article, change.quantity(), Long::sum);
            }
        });
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Cart cart = kw.carts("shop").find("ann");
            assertThat(cart.quantities()).isEqualTo(new TreeMap<>(model));
            assertThat(kw.carts("shop").size("ann")).isEqualTo(new CartSize(cart.units(), 5, cart.version()));
        }
    }

    @Test
    void boundsHoldUnderRaces(Redis redis) {
        CartOptions narrow = CartOptions.DEFAULTS.withMost(7).withLines(3);
        race(redis, narrow, (carts, thread, random) -> {
            Changed changed = carts.add("ann", "a" + random.nextInt(6), random.nextInt(5) - 2);
            assertThat(changed.quantity()).isBetween(0L, 7L);
            if (random.nextInt(5) == 0) {
                Cart cart = carts.find("ann");
                assertThat(cart.lines()).hasSizeLessThanOrEqualTo(3);
                assertThat(cart.lines()).allMatch(line -> line.quantity() >= 1 && line.quantity() <= 7);
            }
        });
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Cart cart = kw.carts("shop").find("ann");
            assertThat(kw.carts("shop").size("ann"))
                    .isEqualTo(new CartSize(cart.units(), cart.lines().size(), cart.version()));
        }
    }

    @Test
    void mergesInAllDirectionsNeitherLoseNorDouble(Redis redis) {
        Map<String, Long> model = new ConcurrentHashMap<>();
        List<String> ids = List.of("ann", "bob", "guest 1", "guest 2", "guest 3");
        race(redis, WIDE, (carts, thread, random) -> {
            String id = ids.get(random.nextInt(ids.size()));
            String other = ids.get(random.nextInt(ids.size()));
            String article = "a" + random.nextInt(4);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (!id.equals(other)) {
                        assertThat(carts.merge(id, other)).isEmpty();
                    }
                }
                case 1 -> assertThat(carts.find(id).id()).isEqualTo(id);
                default -> {
                    assertThat(carts.add(id, article, 1).isDone()).isTrue();
                    model.merge(article, 1L, Long::sum);
                }
            }
        });
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", WIDE);
            Map<String, Long> found = new TreeMap<>();
            for (String id : ids) {
                Cart cart = carts.find(id);
                assertThat(carts.size(id))
                        .isEqualTo(new CartSize(cart.units(), cart.lines().size(), cart.version()));
                cart.quantities().forEach((article, units) -> found.merge(article, units, Long::sum));
            }
            assertThat(found).isEqualTo(new TreeMap<>(model));
        }
    }
}
