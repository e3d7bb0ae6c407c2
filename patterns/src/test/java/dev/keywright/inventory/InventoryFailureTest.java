package dev.keywright.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Lost replies, crashes in the middle, servers frozen, killed, failed over, full. */
@WithRedis
class InventoryFailureTest {

    private static final InventoryOptions QUICK = InventoryOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));
    private static final InventoryOptions PATIENT = InventoryOptions.DEFAULTS.withDeadline(Duration.ofSeconds(20));
    private static final Basket TWO = Basket.of("shoes", 2);
    private static final String UNITS = "stock:cell:{shop#0}:units";

    @Test
    void x1_whatIsAskedAgainAfterALostAnswerIsDoneOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Inventory shop = kw.inventory("shop", PATIENT);
            for (int i = 0; i < 3; i++) {
                String id = "id " + i;
                List<Callable<Object>> calls = List.of(
                        () -> shop.adjust(id, "shoes", 10),
                        () -> shop.reserve(id, TWO).orThrow(),
                        () -> shop.confirm(id).orThrow(),
                        () -> shop.reserve(id + " b", TWO).orThrow(),
                        () -> shop.cancel(id + " b"));
                for (Callable<Object> call : calls) {
                    proxy.cutAfterNextRequest("EVALSHA");
                    assertThat(call).satisfies(each -> assertThat(each.call()).isNotNull());
                }
            }
            assertThat(proxy.cuts()).isEqualTo(15);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 24, 0, 6, 0));
        }
    }

    /** Cuts the connection after each request in turn, until a reservation that gathers units from all cells comes through uncut. */
    @Test
    void x1_aGatheringThatBreaksAnywhereLosesAndDoublesNothing(Standalone redis) {
        InventoryOptions cells = PATIENT.withCells(3);
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright broken = Keywright.connect(proxy.uri());
                Keywright whole = Keywright.connect(redis.uri())) {
            Inventory there = whole.inventory("shop", cells);
            Inventory here = broken.inventory("shop", cells);
            for (int i = 0; i < 9; i++) {
                there.restock("delivery " + i, "shoes", 10);
            }
            Basket all = Basket.of("shoes", 90);
            for (int i = 0; i < 5; i++) {
                String id = "order " + i;
                assertThat(there.reserve("spread " + i, all)).isInstanceOf(Reservation.class);
                assertThat(there.cancel("spread " + i)).isTrue(); // all units are in one cell now
                proxy.cutAfterNextRequest("EVALSHA");
                await().ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                        .until(() -> here.reserve(id, all) instanceof Reservation);
                assertThat(there.stock("shoes")).isEqualTo(new Stock("shoes", 0, 90, 0, 0));
                assertThat(there.cancel(id)).isTrue();
                assertThat(there.stock("shoes").total()).isEqualTo(90);
            }
        }
    }

    /** A process that dies between the two steps of a move leaves a record; whoever needs the units completes it. */
    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void inv4_aMoveThatWasKilledInTheMiddleIsCompletedByOthers(Redis redis) {
        InventoryOptions options = PATIENT.withCells(3);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", options);
            shop.restock("1", "shoes", 10);
            try (Keywright dying = Keywright.connect(redis.uri())) {
                Cells cells = new Cells(dying.connection(), "shop", options);
                int full = cells.home(new byte[] {'1'});
                for (int i = 0; i < 2; i++) {
                    cells.send(
                                    cells.withdraw(Cells.Transfer.fresh(full, (full + 1 + i) % 3, "shoes", 5)),
                                    System.nanoTime())
                            .toCompletableFuture()
                            .join();
                }
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 10, 0, 0, 0));
            assertThat(shop.reserve("order 1", Basket.of("shoes", 10))).isInstanceOf(Reservation.class);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 10, 0, 0));
            assertThat(shop.reserve("order 2", TWO)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void anArrivalThatIsSentTwiceCountsOnce(Standalone redis) {
        InventoryOptions options = PATIENT.withCells(2);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", options);
            Cells cells = new Cells(kw.connection(), "shop", options);
            shop.restock("1", "shoes", 10);
            int full = cells.home(new byte[] {'1'});
            Cells.Transfer move = Cells.Transfer.fresh(full, 1 - full, "shoes", 4);
            cells.send(cells.withdraw(move), System.nanoTime())
                    .toCompletableFuture()
                    .join();
            for (int i = 0; i < 3; i++) {
                cells.send(cells.arrive(move), System.nanoTime())
                        .toCompletableFuture()
                        .join();
                assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 10, 0, 0, 0));
            }
            await().until(() -> shop.sweep() == 0
                    && cells.send(cells.sweep(full, List.of()), System.nanoTime())
                            .toCompletableFuture()
                            .join()
                            .items()
                            .get(2)
                            .items()
                            .isEmpty());
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 10, 0, 0, 0));
        }
    }

    /** An arrival that was forgotten before its departure would come a second time. */
    @Test
    void anArrivalIsRememberedUntilItsDepartureIsForgotten(Standalone redis) {
        InventoryOptions options = PATIENT.withCells(2);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", options);
            Cells cells = new Cells(kw.connection(), "shop", options);
            shop.restock("1", "shoes", 10);
            int full = cells.home(new byte[] {'1'});
            Cells.Transfer move = Cells.Transfer.fresh(full, 1 - full, "shoes", 4);
            cells.send(cells.withdraw(move), System.nanoTime())
                    .toCompletableFuture()
                    .join();
            cells.send(cells.arrive(move), System.nanoTime())
                    .toCompletableFuture()
                    .join(); // and here the process dies
            String there = "stock:cell:{shop#" + move.to() + "}:";
            String here = "stock:cell:{shop#" + move.from() + "}:";
            redis.command("ZADD", there + "due", "1", "i:" + move.id()); // long ago
            redis.command("ZADD", here + "due", "9000000000000000", "o:" + move.id());
            for (int i = 0; i < 3; i++) {
                redis.command("ZADD", there + "due", "1", "i:" + move.id());
                assertThat(shop.sweep()).isZero();
                assertThat(redis.command("HEXISTS", there + "units", "i:" + move.id()))
                        .isEqualTo("1");
            }
            redis.command("ZADD", here + "due", "1", "o:" + move.id());
            await().until(() -> {
                redis.command("ZADD", there + "due", "XX", "1", "i:" + move.id());
                return shop.sweep() == 0
                        && redis.command("HEXISTS", here + "units", "o:" + move.id())
                                .equals("0")
                        && redis.command("HEXISTS", there + "units", "i:" + move.id())
                                .equals("0");
            });
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 10, 0, 0, 0));
        }
    }

    @Test
    void x8_aFrozenServerEndsEveryCallAtItsDeadline(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", QUICK);
            shop.restock("1", "shoes", 4);
            redis.freeze();
            assertThatThrownBy(() -> shop.reserve("order 1", TWO))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThatThrownBy(() -> shop.stock("shoes")).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() ->
                            shop.confirmAsync("order 1").toCompletableFuture().join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().ignoreExceptions().until(() -> shop.reserve("order 1", TWO) instanceof Reservation);
            await().until(() ->
                    shop.stock("shoes").onHand() + shop.stock("shoes").sold() == 4);
        }
    }

    @Test
    void aServerThatIsKilledBringsBackWhatItsFileHolds() {
        ServerOptions safe =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        try (Standalone redis = Standalone.start(safe);
                Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", PATIENT.withCells(2));
            shop.restock("1", "shoes", 100);
            for (int i = 0; i < 20; i++) {
                shop.reserve("order " + i, TWO).orThrow();
                if (i % 10 == 5) {
                    redis.kill();
                    redis.restart();
                }
                shop.confirm("order " + i).orThrow();
                shop.reserve("order " + i, TWO).orThrow();
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 60, 0, 40, 0));
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void aFailoverIsLivedThrough(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", PATIENT.withCells(2));
            shop.restock("1", "shoes", 10);
            shop.reserve("order 1", TWO).orThrow();
            redis.failover();
            shop.confirm("order 1").orThrow();
            shop.reserve("order 2", Basket.of("shoes", 8)).orThrow();
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 8, 2, 0));
        }
    }

    @Test
    void forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", PATIENT.withCells(3));
            for (int i = 0; i < 6; i++) {
                redis.command("SCRIPT", "FLUSH");
                shop.restock("delivery " + i, "shoes", 2);
                redis.command("SCRIPT", "FLUSH");
                shop.reserve("order " + i, TWO).orThrow();
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 12, 0, 0));
        }
    }

    @Test
    void aKeyOfAnotherTypeInTheWayIsAnErrorAndNothingIsHalfDone(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            for (String part : List.of("due", "journal", "units")) {
                redis.flushAll();
                shop.restock("1", "shoes", 10);
                shop.reserve("order 1", TWO).orThrow();
                String units = redis.command("HGETALL", UNITS);
                String journal = redis.command("XLEN", "stock:cell:{shop#0}:journal");
                redis.command("RENAME", "stock:cell:{shop#0}:" + part, "aside{shop#0}");
                redis.command("SET", "stock:cell:{shop#0}:" + part, "in the way");
                for (Callable<Object> call : List.<Callable<Object>>of(
                        () -> shop.reserve("order 2", TWO),
                        () -> shop.confirm("order 1"),
                        () -> shop.cancel("order 1"),
                        () -> shop.cancel("order 3"),
                        () -> shop.adjust("2", "shoes", 1))) {
                    assertThatThrownBy(call::call)
                            .isInstanceOf(KeywrightException.Misused.class)
                            .hasMessageContaining("WRONGTYPE");
                }
                redis.command("RENAME", "aside{shop#0}", "stock:cell:{shop#0}:" + part);
                assertThat(redis.command("HGETALL", UNITS)).isEqualTo(units);
                assertThat(redis.command("XLEN", "stock:cell:{shop#0}:journal")).isEqualTo(journal);
                assertThat(redis.command("ZCARD", "stock:cell:{shop#0}:due")).isEqualTo("2");
            }
        }
    }

    @Test
    void aFullServerReservesNothingAndStillSellsAndGivesBack(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("1", "shoes", 10);
            shop.reserve("order 1", TWO).orThrow();
            shop.reserve("order 2", TWO).orThrow();
            shop.reserve("order 3", TWO, Duration.ofMillis(1)).orThrow();
            redis.command("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> shop.reserve("order 4", TWO))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("OOM");
            assertThatThrownBy(() -> shop.restock("2", "shoes", 1)).isInstanceOf(KeywrightException.Unavailable.class);
            shop.confirm("order 1").orThrow();
            assertThat(shop.cancel("order 2")).isTrue();
            await().until(() -> shop.sweep() == 1);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 8, 0, 2, 0));
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }
}
