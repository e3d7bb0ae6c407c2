package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.inventory.jdbc.Difference;
import dev.keywright.inventory.jdbc.Reconciliation;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left when a failover loses one half of a move between cells, and other ruins. Ten units of shoes lie in one cell of two. */
@WithRedis
class InventoryMovesTest {

    private static final InventoryOptions TWO_CELLS =
            InventoryOptions.DEFAULTS.withCells(2).withDeadline(Duration.ofSeconds(20));
    private static final Basket ONE = Basket.of("shoes", 1);

    private Standalone redis;
    private Keywright kw;
    private Inventory shop;
    private Cells cells;
    private int full;

    @BeforeEach
    void fillOneCell(Standalone redis) {
        this.redis = redis;
        kw = Keywright.connect(redis.uri());
        shop = kw.inventory("shop", TWO_CELLS);
        cells = new Cells(kw.connection(), "shop", TWO_CELLS);
        full = cells.home(new byte[] {'1'});
        shop.restock("1", "shoes", 10);
    }

    @AfterEach
    void disconnect() {
        kw.close();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String key(int cell, String part) {
        return "stock:cell:{shop#" + cell + "}:" + part;
    }

    private Cells.Transfer withdraw(long quantity) {
        Cells.Transfer move = Cells.Transfer.fresh(full, 1 - full, "shoes", quantity);
        assertThat(join(cells.send(cells.withdraw(move), System.nanoTime())).number())
                .isEqualTo(quantity);
        return move;
    }

    private void forgetDeparture(Cells.Transfer move) {
        cells.forgetDeparture(move);
        await().until(() ->
                redis.command("HEXISTS", key(full, "units"), "o:" + move.id()).equals("0"));
    }

    private void loseAnArrival() {
        forgetDeparture(withdraw(4));
    }

    private void loseADeparture() {
        String before = redis.command("HGET", key(full, "units"), "p:shoes");
        Cells.Transfer move = withdraw(4);
        join(cells.send(cells.arrive(move), System.nanoTime()));
        forgetDeparture(move);
        redis.command("HSET", key(full, "units"), "p:shoes", before);
    }

    /** How many can be reserved until one is refused because too little is free. */
    private int reserveAll() {
        int reserved = 0;
        while (shop.reserve("one " + reserved, ONE) instanceof Reservation) {
            reserved++;
        }
        Refused refused = (Refused) shop.reserve("more", ONE);
        assertThat(refused.reason()).isEqualTo(Refused.Reason.SHORT);
        assertThat(refused.free()).isEqualTo(Map.of("shoes", 0L));
        return reserved;
    }

    private List<Difference> booksSayTen() throws SQLException {
        JdbcDataSource books = new JdbcDataSource();
        books.setURL("jdbc:h2:mem:inventory-moves");
        return new Reconciliation(shop, books).onHand("SELECT 'shoes', 10");
    }

    @Test
    void unitsWhoseArrivalWasLostAreNotWaitedForAndFoundMissing() throws SQLException {
        loseAnArrival();
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 6, 0, 0, -4));
        assertThat(reserveAll()).isEqualTo(6);
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 6, 0, -4));
        assertThat(booksSayTen()).containsExactly(new Difference(Difference.Kind.ON_HAND, "shoes", 10, 6, true));
        shop.restock("found again", "shoes", 4);
        assertThat(booksSayTen()).isEmpty();
    }

    @Test
    void unitsWhoseDepartureWasLostAreShownAsTooMany() throws SQLException {
        loseADeparture();
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 14, 0, 0, 4));
        assertThat(booksSayTen()).containsExactly(new Difference(Difference.Kind.ON_HAND, "shoes", 10, 14, true));
        assertThat(shop.adjust("count", "shoes", -4)).isTrue();
        assertThat(booksSayTen()).isEmpty();
        assertThat(reserveAll()).isEqualTo(10);
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 10, 0, 4));
    }

    @Test
    void unitsUnderWayAreStillWaitedForWhenOthersWereLost() {
        loseAnArrival();
        Cells.Transfer arrived = withdraw(1);
        join(cells.send(cells.arrive(arrived), System.nanoTime())); // and here a process dies
        Cells.Transfer unused = withdraw(3); // and here another one
        assertThat(shop.reserve("order 1", Basket.of("shoes", 6))).isInstanceOf(Reservation.class);
        assertThat(reserveAll()).isZero();
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 0, 6, 0, -4));
    }

    /** The record of an arrival is forgotten in the end; a process that stood still since its look must not send it then. */
    @Test
    void anArrivalIsNotSentLongAfterTheLookThatNamedIt() {
        Cells.Transfer move = withdraw(4);
        long now = System.nanoTime();
        long look = now - TimeUnit.SECONDS.toNanos(11);
        join(cells.bring(move, look, now));
        assertThat(redis.command("HEXISTS", key(1 - full, "units"), "i:" + move.id()))
                .isEqualTo("0");
        join(cells.bring(move, now, now));
        assertThat(redis.command("HEXISTS", key(1 - full, "units"), "i:" + move.id()))
                .isEqualTo("1");
        assertThat(shop.stock("shoes")).isEqualTo(new Stock("shoes", 10, 0, 0, 0));
        assertThat(reserveAll()).isEqualTo(10);
    }

    @Test
    void anArrivalIsRememberedSinceItWasLastSent() {
        Cells.Transfer move = withdraw(4);
        for (int i = 0; i < 2; i++) {
            join(cells.send(cells.arrive(move), System.nanoTime()));
            String due = redis.command("ZSCORE", key(1 - full, "due"), "i:" + move.id());
            assertThat(Double.parseDouble(due)).isGreaterThan(1e15);
            redis.command("ZADD", key(1 - full, "due"), "1", "i:" + move.id()); // long ago
        }
    }

    @Test
    void aDeadlineIsShorterThanTheRetention() {
        InventoryOptions minute = InventoryOptions.DEFAULTS.withRetention(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> minute.withDeadline(Duration.ofMinutes(1)))
                .withMessageContaining("less than the retention");
        assertThatIllegalArgumentException().isThrownBy(() -> minute.withDeadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> minute.withHold(Duration.ofDays(3_651)));
    }

    @Test
    void aHoldWhoseProductIsGoneDoesNotKeepOthers() {
        Inventory one = kw.inventory("one");
        one.restock("1", "shoes", 10);
        one.restock("2", "gone", 2);
        one.reserve("bad", Basket.of("gone", 1).and("shoes", 1), Duration.ofMillis(1))
                .orThrow();
        one.reserve("good", Basket.of("shoes", 5), Duration.ofMillis(5)).orThrow();
        redis.command("HDEL", "stock:cell:{one#0}:units", "p:gone");
        await().until(() -> one.sweep() >= 0 && one.stock("shoes").held() == 0);
        assertThat(one.reserve("next", Basket.of("shoes", 10))).isInstanceOf(Reservation.class);
        assertThat(one.find("bad").orElseThrow().state()).isEqualTo(Reservation.State.EXPIRED);
        assertThat(one.stock("gone")).isEqualTo(new Stock("gone", 0, 0, 0, 0));
        assertThat(one.journal(0, "", 100))
                .filteredOn(entry -> entry.id().equals("bad"))
                .extracting(JournalEntry::event, JournalEntry::units)
                .containsExactly(
                        tuple(JournalEntry.Event.RESERVE, Map.of("gone", 1L, "shoes", 1L)),
                        tuple(JournalEntry.Event.EXPIRE, Map.of("shoes", 1L)),
                        tuple(JournalEntry.Event.MISSED, Map.of("gone", 1L)));
    }

    /** Looking, withdrawing, arriving and reserving again take longer together. */
    @Test
    void theDeadlineHoldsForTheWholeCall() {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright far = Keywright.connect(proxy.uri())) {
            Inventory there = far.inventory("shop", TWO_CELLS.withDeadline(Duration.ofSeconds(1)));
            String id = "a";
            while (cells.home(id.getBytes(UTF_8)) == full) {
                id += "a";
            }
            String away = id;
            assertThat(there.find(away)).isEmpty();
            proxy.delay(Duration.ofMillis(250));
            assertThatThrownBy(() -> there.reserve(away, ONE)).isInstanceOf(KeywrightException.Unavailable.class);
        }
    }

    @Test
    void anInventoryKeepsItsNumberOfCells() {
        for (int wrong : new int[] {1, 3}) {
            Inventory other = kw.inventory("shop", TWO_CELLS.withCells(wrong));
            List<Runnable> calls = List.of(
                    () -> other.restock("2", "shoes", 1),
                    () -> other.stock("shoes"),
                    () -> other.reserve("order", ONE),
                    () -> other.confirm("order"),
                    () -> other.cancel("order"),
                    () -> other.find("order"),
                    () -> other.sweep(),
                    () -> other.products(),
                    () -> other.journal(0, "", 1));
            for (Runnable call : calls) {
                assertThatThrownBy(call::run)
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("has 2 cells, and this program says " + wrong);
            }
        }
        assertThat(redis.command("EXISTS", key(2, "units"))).isEqualTo("0");
    }
}
