package dev.keywright.inventory;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What an inventory promises to one who uses it alone. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class InventoryTest {

    private static final InventoryOptions QUICK = InventoryOptions.DEFAULTS.withHold(Duration.ofMillis(20));
    private static final Basket TWO_SHOES = Basket.of("shoes", 2);

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Refused refused(Answer answer, Refused.Reason reason) {
        assertThat(answer).isInstanceOf(Refused.class);
        Refused refused = (Refused) answer;
        assertThat(refused.reason()).isEqualTo(reason);
        return refused;
    }

    private static Reservation reservation(Answer answer, Reservation.State state) {
        assertThat(answer).isInstanceOf(Reservation.class);
        Reservation reservation = (Reservation) answer;
        assertThat(reservation.state()).isEqualTo(state);
        return reservation;
    }

    @Test
    void reservesSellsAndGivesBack(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("delivery 1", "shoes", 10);
            Reservation held = reservation(shop.reserve("order 1", TWO_SHOES), Reservation.State.HELD);
            assertThat(held.left()).isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 8, 2, 0, 0));
            reservation(shop.confirm("order 1"), Reservation.State.CONFIRMED);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 8, 0, 2, 0));
            reservation(shop.reserve("order 2", Basket.of("shoes", 8)), Reservation.State.HELD);
            Refused refused = refused(shop.reserve("order 3", Basket.of("shoes", 1)), Refused.Reason.SHORT);
            assertThat(refused.free()).isEqualTo(Map.of("shoes", 0L));
            assertThat(shop.cancel("order 2")).isTrue();
            Stock stock = shop.stock("shoes");
            assertThat(stock.onHand()).isEqualTo(8);
            assertThat(stock.total()).isEqualTo(10);
            assertThat(shop.products()).containsExactly("shoes");
        }
    }

    @Test
    void theSameIdGetsTheSameAnswerAndAnotherBasketAnError(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            for (int i = 0; i < 2; i++) {
                shop.restock("delivery 1", "shoes", 10);
                reservation(shop.reserve("order 1", TWO_SHOES), Reservation.State.HELD);
            }
            assertThatThrownBy(() -> shop.reserve("order 1", Basket.of("shoes", 3)))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("used for something else");
            assertThatThrownBy(() -> shop.reserve("order 1", Basket.of("hats", 2)))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> shop.restock("delivery 1", "shoes", 11))
                    .isInstanceOf(KeywrightException.Misused.class);
            for (int i = 0; i < 2; i++) {
                reservation(shop.confirm("order 1"), Reservation.State.CONFIRMED);
                reservation(shop.reserve("order 1", TWO_SHOES), Reservation.State.CONFIRMED);
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 8, 0, 2, 0));
        }
    }

    @Test
    void whatIsSoldCannotBeCancelledAndWhatIsCancelledCannotBeSold(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("delivery 1", "shoes", 10);
            shop.reserve("order 1", TWO_SHOES).orThrow();
            shop.confirm("order 1").orThrow();
            assertThat(shop.cancel("order 1")).isFalse();
            shop.reserve("order 2", TWO_SHOES).orThrow();
            assertThat(shop.cancel("order 2")).isTrue();
            assertThat(shop.cancel("order 2")).isTrue();
            refused(shop.confirm("order 2"), Refused.Reason.CANCELLED);
            refused(shop.reserve("order 2", TWO_SHOES), Refused.Reason.CANCELLED);
            assertThat(shop.find("order 2").orElseThrow().state()).isEqualTo(Reservation.State.CANCELLED);
            refused(shop.confirm("order 3"), Refused.Reason.UNKNOWN);
            assertThat(shop.cancel("order 3")).isTrue(); // before it began
            assertThat(shop.find("order 3")).isEmpty();
            refused(shop.reserve("order 3", TWO_SHOES), Refused.Reason.CANCELLED);
            assertThatThrownBy(() -> shop.reserve("order 3", TWO_SHOES).orThrow())
                    .isInstanceOf(KeywrightException.Lost.class);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 8, 0, 2, 0));
        }
    }

    @Test
    void aBasketIsHeldWholeOrNotAtAll(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("1", "shoes", 5);
            shop.restock("2", "laces", 1);
            Basket basket = TWO_SHOES.and("laces", 1);
            reservation(shop.reserve("order 1", basket), Reservation.State.HELD);
            Refused refused = refused(shop.reserve("order 2", basket), Refused.Reason.SHORT);
            assertThat(refused.free()).isEqualTo(Map.of("shoes", 3L, "laces", 0L));
            assertThat(shop.stocks(List.of("shoes", "laces")))
                    .containsExactly(new Stock("shoes", 3, 2, 0, 0), new Stock("laces", 0, 1, 0, 0));
            assertThat(shop.cancel("order 1")).isTrue();
            reservation(shop.reserve("order 2", basket), Reservation.State.HELD);
            assertThat(shop.find("order 2").orElseThrow().basket()).isEqualTo(basket);
        }
    }

    @Test
    void aHoldThatIsOverIsGivenBackOnceAndALateConfirmationRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", QUICK);
            shop.restock("1", "shoes", 2);
            reservation(shop.reserve("order 1", TWO_SHOES), Reservation.State.HELD);
            await().until(() ->
                    shop.find("order 1").orElseThrow().state() == Reservation.State.EXPIRED); // and nobody has swept
            assertThat(shop.stock("shoes").held()).isEqualTo(2);
            reservation(shop.reserve("order 2", TWO_SHOES, Duration.ofMinutes(1)), Reservation.State.HELD);
            refused(shop.confirm("order 1"), Refused.Reason.EXPIRED);
            refused(shop.reserve("order 1", TWO_SHOES), Refused.Reason.EXPIRED);
            assertThat(shop.cancel("order 1")).isTrue();
            assertThat(shop.sweep()).isZero();
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 2, 0, 0));
        }
    }

    @Test
    void sweepsByTheServersTime(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", QUICK.withCells(3));
            shop.restock("1", "shoes", 500);
            for (int i = 0; i < 250; i++) {
                shop.reserve("order " + i, TWO_SHOES).orThrow();
            }
            try (Sweeper unused = shop.sweepEvery(Duration.ofMillis(5))) {
                await().until(() -> shop.stock("shoes").free() == 500);
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 500, 0, 0, 0));
        }
    }

    @Test
    void aLateConfirmationMayTakeTheUnitsAgain(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory(
                    "shop", QUICK.withLate(InventoryOptions.Late.AGAIN).withCells(2));
            shop.restock("1", "shoes", 4);
            for (String order : List.of("order 1", "order 2")) {
                shop.reserve(order, TWO_SHOES).orThrow();
                await().until(() -> shop.find(order).orElseThrow().state() == Reservation.State.EXPIRED);
            }
            reservation(shop.confirm("order 1"), Reservation.State.CONFIRMED); // not swept yet
            await().until(() -> shop.sweep() == 1 || shop.stock("shoes").held() == 0);
            shop.reserve("order 3", TWO_SHOES, Duration.ofMinutes(1)).orThrow();
            refused(shop.confirm("order 2"), Refused.Reason.SHORT);
            assertThat(shop.cancel("order 3")).isTrue();
            reservation(shop.confirm("order 2"), Reservation.State.CONFIRMED);
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 0, 4, 0));
        }
    }

    @Test
    void adjustsWhatIsFreeAndNothingElse(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", InventoryOptions.DEFAULTS.withCells(4));
            shop.restock("1", "shoes", 5);
            shop.reserve("order 1", TWO_SHOES).orThrow();
            assertThat(shop.adjust("count 1", "shoes", -4)).isFalse();
            for (int i = 0; i < 2; i++) {
                assertThat(shop.adjust("count 2", "shoes", -3)).isTrue();
            }
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 2, 0, 0));
            assertThat(shop.adjust("count 3", "shoes", 1)).isTrue();
            Inventory whole = kw.inventory("whole");
            whole.restock("1", "shoes", 1);
            assertThatThrownBy(() -> whole.restock("2", "shoes", Basket.MOST))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("2^53");
            assertThat(shop.stock("shoes").total()).isEqualTo(3);
        }
    }

    @Test
    void nothingIsRefusedWhileItIsFreeInAnotherCell(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", InventoryOptions.DEFAULTS.withCells(8));
            for (int i = 0; i < 8; i++) {
                shop.restock("delivery " + i, "shoes", 5);
                shop.restock("delivery of laces " + i, "laces", 2);
            }
            Basket many = Basket.of("shoes", 35).and("laces", 16);
            reservation(shop.reserve("order 1", many), Reservation.State.HELD);
            for (int i = 0; i < 5; i++) {
                reservation(shop.reserve("single " + i, Basket.of("shoes", 1)), Reservation.State.HELD);
            }
            assertThat(refused(shop.reserve("none", Basket.of("shoes", 1)), Refused.Reason.SHORT)
                            .free())
                    .isEqualTo(Map.of("shoes", 0L));
            assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 40, 0, 0));
        }
    }

    @Test
    void doesTheSameWithoutBlocking(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", InventoryOptions.DEFAULTS.withCells(4));
            join(shop.restockAsync("1", "shoes", 5));
            reservation(join(shop.reserveAsync("order 1", Basket.of("shoes", 3))), Reservation.State.HELD);
            refused(join(shop.reserveAsync("order 2", Basket.of("shoes", 3))), Refused.Reason.SHORT);
            reservation(join(shop.confirmAsync("order 1")), Reservation.State.CONFIRMED);
            assertThat(join(shop.cancelAsync("order 1"))).isFalse();
            assertThat(join(shop.findAsync("order 1")).orElseThrow().state()).isEqualTo(Reservation.State.CONFIRMED);
            assertThat(join(shop.adjustAsync("count", "shoes", -1))).isTrue();
            assertThat(join(shop.sweepAsync())).isZero();
            assertThat(join(shop.stockAsync("shoes"))).isEqualTo(new Stock("shoes", 1, 0, 3, 0));
        }
    }

    @Test
    void theJournalTellsWhatHappened(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop", QUICK);
            shop.restock("1", "shoes", 5);
            shop.reserve("order 1", TWO_SHOES, Duration.ofMinutes(1)).orThrow();
            shop.confirm("order 1").orThrow();
            shop.reserve("order 2", TWO_SHOES).orThrow();
            await().until(() -> shop.sweep() == 1);
            assertThat(shop.adjust("count", "shoes", -1)).isTrue();
            List<JournalEntry> all = shop.journal(0, "", 100);
            assertThat(all)
                    .extracting(JournalEntry::event)
                    .containsExactly(
                            JournalEntry.Event.ADJUST,
                            JournalEntry.Event.RESERVE,
                            JournalEntry.Event.CONFIRM,
                            JournalEntry.Event.RESERVE,
                            JournalEntry.Event.EXPIRE,
                            JournalEntry.Event.ADJUST);
            assertThat(all.get(5).units()).isEqualTo(Map.of("shoes", -1L));
            assertThat(shop.journal(0, all.get(3).position(), 1)).containsExactly(all.get(4));
            Inventory silent = kw.inventory("silent", QUICK.withJournal(0));
            silent.restock("1", "shoes", 5);
            assertThat(silent.journal(0, "", 100)).isEmpty();
        }
    }

    @Test
    void namesMayHoldAnythingAndNeverMeet(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<String> names = List.of(
                    "{a}",
                    "a",
                    "a#0",
                    "}",
                    "%7D",
                    "a b",
                    "a\u0000b",
                    "2x1:a",
                    "больше",
                    "-",
                    "n".repeat(1_000),
                    "a'\"\n");
            for (String name : names) {
                Inventory shop = kw.inventory(name);
                for (String product : names) {
                    shop.restock("delivery " + product, product, 3);
                    shop.reserve(product, Basket.of(product, 1)).orThrow();
                }
                assertThat(shop.products()).containsExactlyInAnyOrderElementsOf(names);
                assertThat(shop.stocks(names)).allMatch(stock -> stock.free() == 2 && stock.held() == 1);
                assertThat(shop.find("}").orElseThrow().basket()).isEqualTo(Basket.of("}", 1));
            }
        }
    }

    @Test
    @WithRedis
    void quantitiesAreWholeAndPositiveByType() {
        for (long wrong : new long[] {0, -1, Long.MIN_VALUE, 1L << 53, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Basket.of("shoes", wrong))
                    .withMessageContaining("whole number from 1 to 2^53 - 1");
            assertThatIllegalArgumentException().isThrownBy(() -> TWO_SHOES.and("laces", wrong));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Basket.of("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Basket.of("half \ud800", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Basket(Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> InventoryOptions.DEFAULTS.withCells(0));
        assertThatIllegalArgumentException().isThrownBy(() -> InventoryOptions.DEFAULTS.withHold(Duration.ZERO));
        assertThat(TWO_SHOES.and("shoes", 3)).isEqualTo(Basket.of("shoes", 5));
    }

    /** What the reference script let through: negative quantities added stock, zero and fractions failed half way. */
    @Test
    @WithRedis
    void theScriptsRefuseOtherQuantitiesToo(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("shop");
            shop.restock("1", "a", 10);
            String before = redis.command("HGETALL", "stock:cell:{shop#0}:units");
            for (String quantity : List.of(
                    "-5",
                    "0",
                    "1.5",
                    "abc",
                    "",
                    "1e3",
                    " 1",
                    "0x10",
                    "nan",
                    "9007199254740992",
                    "99999999999999999999")) {
                assertThatThrownBy(() -> run(redis, "reserve.lua", "order", quantity + "x1:a", "60000", "10"))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining("BADBASKET");
                assertThatThrownBy(() -> run(redis, "adjust.lua", "a", "id", quantity + ".5", "a", "60000", "10"))
                        .hasMessageContaining("BADQUANTITY");
                assertThatThrownBy(() -> run(redis, "withdraw.lua", "id", "0", quantity, "a", "60000", "10"))
                        .hasMessageContaining("BADQUANTITY");
            }
            for (String basket : List.of("", "1x1:a1x1:a", "1x2:a", "1x1:a1x", "1x9:a")) {
                assertThatThrownBy(() -> run(redis, "reserve.lua", "order", basket, "60000", "10"))
                        .hasMessageContaining("BADBASKET");
            }
            for (String hold : List.of("0", "-1", "315360000001", "inf", "1e400", "nan", "soon")) {
                assertThatThrownBy(() -> run(redis, "reserve.lua", "order", "1x1:a", hold, "10"))
                        .hasMessageContaining("BADARGUMENT");
                assertThatThrownBy(() -> run(redis, "settle.lua", "order", "cancel", "refuse", hold, "10"))
                        .hasMessageContaining("BADARGUMENT");
            }
            assertThatThrownBy(() -> run(redis, "adjust.lua", "a", "id", "0", "a", "60000", "10"))
                    .hasMessageContaining("BADQUANTITY");
            assertThat(redis.command("HGETALL", "stock:cell:{shop#0}:units")).isEqualTo(before);
        }
    }

    private static void run(Standalone redis, String script, String... arguments) throws IOException {
        try (var stream = Inventory.class.getResourceAsStream(script)) {
            String text = new String(stream.readAllBytes(), UTF_8);
            List<String> words = new ArrayList<>(List.of("EVAL", text, "3"));
            for (String part : List.of("units", "due", "journal")) {
                words.add("stock:cell:{shop#0}:" + part);
            }
            words.add("1");
            words.addAll(List.of(arguments));
            redis.command(words.toArray(String[]::new));
        }
    }
}
