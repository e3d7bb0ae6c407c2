package dev.keywright.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What carts do, one caller at a time. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CartsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Line line(String article, long quantity, long price) {
        return new Line(article, quantity, OptionalLong.of(price));
    }

    private static Line line(String article, long quantity) {
        return new Line(article, quantity, OptionalLong.empty());
    }

    private static long command(Keywright kw, String name, String key) {
        return kw.connection()
                .call(Command.named(name).key(key).build())
                .orThrow(name)
                .number();
    }

    @Test
    void linesAreAddedSetAndRemoved(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            assertThat(carts.find("ann")).isEqualTo(new Cart("ann", 0, List.of()));
            assertThat(carts.size("ann")).isEqualTo(new CartSize(0, 0, 0));
            Changed first = carts.change("ann", Change.add("shoes", 2).withPrice(49_99));
            assertThat(first.outcome()).isEqualTo(Changed.Outcome.DONE);
            assertThat(first.quantity()).isEqualTo(2);
            Changed second = carts.add("ann", "shoes", 1);
            assertThat(second.version()).isGreaterThan(first.version());
            Changed third =
                    carts.addAsync("ann", "laces", 5).toCompletableFuture().join();
            Cart cart = carts.find("ann");
            assertThat(cart)
                    .isEqualTo(new Cart("ann", third.version(), List.of(line("laces", 5), line("shoes", 3, 49_99))));
            assertThat(carts.findAsync("ann").toCompletableFuture().join()).isEqualTo(cart);
            assertThat(carts.size("ann")).isEqualTo(new CartSize(8, 2, third.version()));
            assertThat(carts.sizeAsync("ann").toCompletableFuture().join()).isEqualTo(carts.size("ann"));
            assertThat(cart.units()).isEqualTo(8);
            assertThat(cart.total()).as("laces have no price").isEmpty();

            assertThat(carts.set("ann", "shoes", 1).quantity()).isEqualTo(1);
            assertThat(carts.add("ann", "laces", -7).quantity())
                    .as("down to none")
                    .isZero();
            assertThat(carts.find("ann").lines()).containsExactly(line("shoes", 1, 49_99));
            assertThat(carts.find("ann").total()).hasValue(49_99);
            assertThat(carts.remove("ann", "hats").isDone()).isTrue();
            assertThat(carts.remove("ann", "shoes")).isEqualTo(new Changed(Changed.Outcome.DONE, 0, 0));
            assertThat(carts.find("ann").isEmpty()).isTrue();
            assertThat(command(kw, "EXISTS", "cart:shop:{ann}:lines")).isZero();
            assertThat(carts.setAsync("ann", "shoes", 1)
                            .toCompletableFuture()
                            .join()
                            .version())
                    .as("versions do not begin again")
                    .isGreaterThan(third.version());
            assertThat(carts.removeAsync("ann", "shoes")
                            .toCompletableFuture()
                            .join()
                            .version())
                    .isZero();
            assertThat(carts.clear("ann")).isFalse();
            carts.add("ann", "shoes", 1);
            assertThat(carts.clearAsync("ann").toCompletableFuture().join()).isTrue();
        }
    }

    @Test
    void boundsRefuseAndChangeNothing(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", CartOptions.DEFAULTS.withMost(5).withLines(2));
            carts.add("ann", "a", 5);
            carts.add("ann", "b", 3);
            Cart before = carts.find("ann");
            assertThat(carts.add("ann", "a", 1))
                    .isEqualTo(new Changed(Changed.Outcome.TOO_MANY_UNITS, 5, before.version()));
            assertThat(carts.set("ann", "b", 6))
                    .isEqualTo(new Changed(Changed.Outcome.TOO_MANY_UNITS, 3, before.version()));
            assertThat(carts.change("ann", Change.add("b", 2).withMost(4)).outcome())
                    .as("no more than are free")
                    .isEqualTo(Changed.Outcome.TOO_MANY_UNITS);
            assertThat(carts.add("ann", "c", 1))
                    .isEqualTo(new Changed(Changed.Outcome.TOO_MANY_LINES, 0, before.version()));
            assertThat(carts.find("ann")).isEqualTo(before);
            Carts smaller = kw.carts("shop", CartOptions.DEFAULTS.withMost(2).withLines(1));
            assertThat(smaller.add("ann", "a", -1).quantity())
                    .as("less is always possible")
                    .isEqualTo(4);
        }
    }

    @Test
    void x1_aRequestIsCountedOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            Change change = Change.add("shoes", 2).withRequest("form 1");
            Changed first = carts.change("ann", change);
            assertThat(carts.change("ann", change))
                    .isEqualTo(new Changed(Changed.Outcome.REPEATED, 2, first.version()));
            carts.clear("ann");
            assertThat(carts.change("ann", change).outcome()).isEqualTo(Changed.Outcome.REPEATED);
            assertThat(carts.find("ann").isEmpty()).isTrue();
            for (int i = 0; i < 1_010; i++) {
                carts.changeAsync("ann", Change.set("a", i % 3).withRequest("r" + i));
            }
            await().atMost(PATIENCE).until(() -> command(kw, "ZCARD", "cart:shop:{ann}:requests") == 1_000);
            assertThat(command(kw, "PTTL", "cart:shop:{ann}:requests")).isPositive();
        }
    }

    @Test
    void requestsAreForgottenInTime(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", CartOptions.DEFAULTS.withMemory(Duration.ofMillis(20)));
            Change change = Change.add("shoes", 1).withRequest("form 1");
            carts.change("ann", change);
            await().atMost(PATIENCE).until(() -> carts.change("ann", change).outcome() == Changed.Outcome.DONE);
            assertThat(carts.size("ann").units()).isEqualTo(2);
        }
    }

    @Test
    void eachChangeLetsTheCartLiveAnew(Redis redis) {
        String key = "cart:shop:{ann}:lines";
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", CartOptions.DEFAULTS.withIdle(Duration.ofHours(1)));
            carts.add("ann", "a", 1);
            kw.connection()
                    .call(Command.named("PEXPIRE").key(key).argument(90_000).build());
            carts.find("ann");
            assertThat(command(kw, "PTTL", key)).isLessThanOrEqualTo(90_000);
            carts.add("ann", "a", 1);
            assertThat(command(kw, "PTTL", key)).isBetween(3_000_000L, 3_600_000L);

            Carts brief = kw.carts("brief", CartOptions.DEFAULTS.withIdle(Duration.ofMillis(30)));
            brief.add("ann", "a", 1);
            await().atMost(PATIENCE).until(() -> brief.find("ann").isEmpty());

            Carts bounded = kw.carts("bounded", CartOptions.DEFAULTS.withLifetime(Duration.ofMinutes(1)));
            bounded.add("ann", "a", 1);
            long left = command(kw, "PTTL", "cart:bounded:{ann}:lines");
            bounded.add("ann", "a", 1);
            assertThat(command(kw, "PTTL", "cart:bounded:{ann}:lines")).isBetween(1L, left);
            Carts ending = kw.carts("bounded", CartOptions.DEFAULTS.withLifetime(Duration.ofMillis(300)));
            ending.add("bob", "a", 1);
            await().atMost(PATIENCE).until(() -> {
                Changed changed = ending.add("bob", "a", 1); // however often it is changed
                return changed.quantity() == 1;
            });
        }
    }

    @Test
    void aGuestsCartIsPutIntoTheUsers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (MergeRule rule : MergeRule.values()) {
                for (String guest : List.of("guest", "other guest", "g3")) { // in several slots
                    Carts carts = kw.carts(
                            rule.name(),
                            CartOptions.DEFAULTS.withRule(rule).withMost(10).withLines(3));
                    Carts larger = kw.carts(rule.name());
                    carts.clear("ann");
                    carts.change("ann", Change.add("a", 3).withPrice(100));
                    carts.add("ann", "b", 6);
                    carts.change(guest, Change.add("a", 2).withPrice(90));
                    carts.add(guest, "b", 9);
                    carts.change(guest, Change.add("c", 1).withPrice(7));
                    larger.add(guest, "d", 1);
                    Map<String, Long> cut = carts.merge(guest, "ann");
                    long a = rule == MergeRule.SUM ? 5 : 3;
                    long b = rule == MergeRule.SUM ? 10 : rule == MergeRule.MAX ? 9 : 6;
                    Cart cart = carts.find("ann");
                    assertThat(cart.lines()).hasSize(3).contains(line("a", a, 100), line("b", b));
                    assertThat(cut.keySet()).containsAnyOf("c", "d"); // one of both has no place
                    assertThat(cut.getOrDefault("b", 0L)).isEqualTo(rule == MergeRule.SUM ? 5 : 0);
                    assertThat(carts.size("ann")).isEqualTo(new CartSize(a + b + 1, 3, cart.version()));
                    assertThat(carts.find(guest).isEmpty()).isTrue();
                    assertThat(carts.mergeAsync(guest, "ann")
                                    .toCompletableFuture()
                                    .join())
                            .isEmpty();
                    assertThat(carts.find("ann")).isEqualTo(cart);
                    assertThat(command(kw, "PTTL", "cart:" + rule + ":{ann}:lines"))
                            .isPositive();
                }
            }
        }
    }

    @Test
    void anOrderIsMadeOfWhatWasShown(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            carts.add("ann", "a", 3);
            carts.add("ann", "b", 1);
            Cart shown = carts.find("ann");
            assertThat(carts.checkout(shown)).isEqualTo(new Checkout(true, shown));
            carts.add("ann", "a", 1);
            Checkout changed = carts.checkoutAsync(shown).toCompletableFuture().join();
            assertThat(changed.asShown()).isFalse();
            assertThat(changed.cart().quantities()).isEqualTo(Map.of("a", 4L, "b", 1L));
            Checkout done = carts.checkout(changed.cart());
            assertThat(done.asShown()).isTrue();
            carts.add("ann", "c", 2);
            carts.add("ann", "a", 2);
            assertThat(carts.complete(done.cart(), "order 7")).isTrue();
            assertThat(carts.complete(done.cart(), "order 7")).isFalse();
            assertThat(carts.find("ann").quantities()).isEqualTo(Map.of("a", 2L, "c", 2L));
            assertThat(carts.size("ann").lines()).isEqualTo(2);
            assertThat(carts.size("ann").units()).isEqualTo(4);
            assertThat(carts.completeAsync(carts.find("ann"), "order 8")
                            .toCompletableFuture()
                            .join())
                    .isTrue();
            assertThat(carts.find("ann").isEmpty()).isTrue();
            assertThat(shown.missing(Map.of("a", 1L, "b", 5L))).isEqualTo(Map.of("a", 2L));
            assertThat(shown.missing(Map.of("a", -3L))).isEqualTo(Map.of("a", 3L, "b", 1L));
        }
    }

    @Test
    void anyTextIsAnArticleOrAnId(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            int i = 0;
            for (String text :
                    List.of("v", "t", "m:x", ":", " 1 2", "a\r\n\0b", "{}", "}%", "\uD83D\uDE00é", "x".repeat(256))) {
                carts.change(text, Change.add(text, 1).withPrice(i++).withRequest(text));
                carts.add("all", text, 1);
                assertThat(carts.find(text).lines()).containsExactly(line(text, 1, i - 1));
                assertThat(carts.merge(text, "all")).isEmpty();
                assertThat(carts.find("all").quantities()).containsEntry(text, 2L);
            }
        }
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAsItIs(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            for (String key : List.of("cart:shop:{ann}:lines", "cart:shop:{bob}:requests")) {
                kw.connection().call(Command.named("SET").key(key).argument("x").build());
            }
            Change change = Change.add("a", 1).withRequest("r");
            carts.add("guest", "a", 1);
            assertThatThrownBy(() -> carts.change("ann", change)).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.change("bob", change)).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.find("ann")).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.size("ann")).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.merge("guest", "ann")).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.merge("ann", "cid")).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> carts.complete(new Cart("ann", 1, List.of(line("a", 1))), "o"))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThat(carts.find("bob").isEmpty()).isTrue();
            assertThat(carts.find("guest").units()).isEqualTo(1);
            kw.connection()
                    .call(Command.named("HSET")
                            .key("cart:shop:{eve}:lines")
                            .argument(":a")
                            .argument("x")
                            .build());
            assertThatThrownBy(() -> carts.find("eve"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("carts shop");
        }
    }

    @Test
    void wrongArgumentsAreToldWithWhatToGive(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop");
            for (ThrowingCallable wrong : List.<ThrowingCallable>of(
                    () -> carts.add("", "a", 1),
                    () -> carts.add("ann", "", 1),
                    () -> carts.add("ann", "x".repeat(257), 1),
                    () -> carts.add("ann", "\uD83D", 1),
                    () -> carts.add("ann", "a", Long.MAX_VALUE),
                    () -> carts.set("ann", "a", -1),
                    () -> Change.add("a", 1).withPrice(-1),
                    () -> Change.add("a", 1).withPrice(1L << 53),
                    () -> Change.add("a", 1).withRequest(""),
                    () -> Change.add("a", 1).withMost(-1),
                    () -> carts.merge("ann", "ann"),
                    () -> kw.carts("a{b"),
                    () -> CartOptions.DEFAULTS.withMost(0),
                    () -> CartOptions.DEFAULTS.withLines(1_001),
                    () -> CartOptions.DEFAULTS.withIdle(Duration.ZERO),
                    () -> CartOptions.DEFAULTS.withLifetime(Duration.ofDays(9_999)),
                    () -> CartOptions.DEFAULTS.withMemory(Duration.ZERO),
                    () -> CartOptions.DEFAULTS.withDeadline(Duration.ZERO))) {
                assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> line("a", 3, Long.MAX_VALUE).total()).isInstanceOf(ArithmeticException.class);
        }
    }
}
