package dev.keywright.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lost answers; processes that die in the middle of a merge; servers frozen, killed and flushed. */
@WithRedis
class CartsFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final CartOptions PATIENT = CartOptions.DEFAULTS.withDeadline(LONG);
    private static final CartOptions QUICK = CartOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));

    @Test
    void x1_aRequestWhoseAnswerIsLostIsCountedOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Carts carts = kw.carts("shop", PATIENT);
            carts.add("ann", "a", 1); // so that the script is known
            for (int i = 0; i < 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                Change change = Change.add("a", 1).withRequest("r" + i);
                assertThat(carts.change("ann", change).quantity()).isEqualTo(2 + i);
            }
            assertThat(proxy.cuts()).isEqualTo(5);
            assertThat(carts.size("ann").units()).isEqualTo(6);
        }
    }

    @Test
    void x1_aChangeWithoutAnIdIsSentOnceAndItsOutcomeToldAsUnknown(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Carts carts = kw.carts("shop", PATIENT);
            carts.add("ann", "a", 1);
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(() -> carts.add("ann", "a", 1))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(carts.size("ann").units()).isBetween(1L, 2L);
        }
    }

    @Test
    void x1_aMergeOrOrderWhoseAnswerIsLostHappensOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Carts carts = kw.carts("shop", PATIENT);
            carts.add("warm", "a", 1);
            carts.merge("warm", "warmer");
            carts.complete(carts.find("warmer"), "o0");
            for (int i = 1; i <= 3; i++) {
                carts.add("guest", "a", 2);
                proxy.cutAfterNextRequest("EVALSHA");
                assertThat(carts.merge("guest", "ann")).isEmpty();
                assertThat(carts.size("ann").units()).isEqualTo(1 + i);
                proxy.cutAfterNextRequest("EVALSHA");
                boolean unused = carts.complete(
                        new Cart(
                                "ann",
                                1,
                                List.of(new Line("a", 1, Change.add("a", 1).price()))),
                        "o" + i);
                assertThat(carts.size("ann").units()).isEqualTo(i);
            }
            assertThat(proxy.cuts()).isEqualTo(6);
        }
    }

    /** The steps of a merge across slots, of which only some are done by the process that began. */
    @Test
    void aMergeThatStopsAfterAnyStepIsCompletedByTheNextReaderOnce(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CartKeys keys = new CartKeys("shop", CartOptions.DEFAULTS);
            for (int done = 1; done <= 4; done++) {
                for (boolean merged : new boolean[] {false, true}) {
                    Carts carts = kw.carts("shop");
                    String guest = "guest " + done + merged;
                    String user = "user " + done + merged;
                    carts.add(user, "a", 1);
                    carts.add(guest, "a", 2);
                    carts.add(guest, "b", 3);
                    String token = "token " + done;
                    call(kw, keys.announce(guest, user));
                    Script.Invocation put = null;
                    if (done > 1) {
                        List<Reply> taken =
                                call(kw, keys.take(guest, user, token)).items();
                        Map<String, byte[]> lines = new LinkedHashMap<>();
                        for (int i = 3; i < taken.size(); i += 2) {
                            lines.put(taken.get(i).text(), taken.get(i + 1).bytes());
                        }
                        put = keys.put(
                                guest,
                                user,
                                token,
                                Duration.ofMillis(taken.get(2).number()),
                                lines);
                        carts.add(guest, "c", 1); // a guest who goes on
                    }
                    if (done > 2) {
                        call(kw, put);
                    }
                    if (done > 3) {
                        call(kw, keys.drop(guest, token));
                    }
                    if (merged) {
                        new Moves(kw.connection(), keys, LONG, LONG, "here")
                                .across(guest, user)
                                .toCompletableFuture()
                                .join();
                    }
                    Map<String, Long> all = new LinkedHashMap<>(carts.find(user).quantities());
                    carts.find(guest).quantities().forEach((article, units) -> all.merge(article, units, Long::sum));
                    assertThat(all)
                            .as("after step %d", done)
                            .isEqualTo(done > 1 ? Map.of("a", 3L, "b", 3L, "c", 1L) : Map.of("a", 3L, "b", 3L));
                    assertThat(carts.find(user).quantities())
                            .containsEntry("a", 3L)
                            .containsEntry("b", 3L);
                    if (put != null) { // the first process wakes up, and goes on
                        call(kw, put);
                        call(kw, keys.drop(guest, token));
                        assertThat(carts.find(user).quantities()).containsEntry("a", 3L);
                        carts.clear(user);
                        call(kw, put);
                        assertThat(carts.find(user).isEmpty()).isTrue();
                    }
                    assertThat(redis.command("EXISTS", "cart:shop:{" + guest + "}:leaving"))
                            .isEqualTo("0");
                }
            }
        }
    }

    private static Reply call(Keywright kw, Script.Invocation call) {
        return call.call(kw.connection(), LONG).orThrow("here");
    }

    @Test
    void linesThatAreOnTheirWayToSomebodyElseArriveThere(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CartKeys keys = new CartKeys("shop", CartOptions.DEFAULTS);
            Carts carts = kw.carts("shop");
            carts.add("guest", "a", 2);
            call(kw, keys.announce("guest", "ann"));
            call(kw, keys.take("guest", "ann", "token")); // and no more
            carts.add("guest", "b", 1);
            Map<String, Long> cut = new Moves(kw.connection(), keys, LONG, LONG, "here")
                    .across("guest", "bob")
                    .toCompletableFuture()
                    .join();
            assertThat(cut).isEmpty();
            assertThat(carts.find("ann").quantities()).isEqualTo(Map.of("a", 2L));
            assertThat(carts.find("bob").quantities()).isEqualTo(Map.of("b", 1L));
        }
    }

    /** Another one has finished its move; then the guest came back, and the next move of that guest stopped in the middle. */
    @Test
    void aLatePutLeavesTheNoteOfALaterMove(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CartKeys keys = new CartKeys("late", CartOptions.DEFAULTS);
            Carts carts = kw.carts("late");
            carts.add("guest", "a", 2);
            call(kw, keys.announce("guest", "ann"));
            call(kw, keys.take("guest", "ann", "first"));
            Script.Invocation put = keys.put("guest", "ann", "first", LONG, Map.of(":a", new byte[] {'2'}));
            call(kw, put);
            call(kw, keys.drop("guest", "first"));
            carts.add("guest", "b", 1);
            call(kw, keys.announce("guest", "ann"));
            call(kw, keys.take("guest", "ann", "second")); // and no more
            call(kw, put);
            assertThat(carts.find("ann").quantities()).isEqualTo(Map.of("a", 2L, "b", 1L));
        }
    }

    @Test
    void noLineIsLostByAMergeOfACartWithManyNotes(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CartOptions large = CartOptions.DEFAULTS.withLines(1_000);
            CartKeys keys = new CartKeys("notes", large);
            Carts carts = kw.carts("notes", large);
            for (int i = 0; i < 1_000; i++) { // while there are few lines yet, the notes fill their room
                call(kw, keys.announce("guest " + i, "ann"));
            }
            for (int i = 0; i < 1_000; i++) {
                carts.add("ann", "a" + i, 1);
            }
            carts.merge("ann", "bob");
            assertThat(carts.size("bob").units()).isEqualTo(1_000);
            assertThat(redis.command("HLEN", "cart:notes:{ann}:lines")).isEqualTo("1000");
        }
    }

    @Test
    void aServerThatIsSilentIsToldInTime(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", QUICK);
            carts.add("ann", "a", 1);
            redis.freeze();
            assertThatThrownBy(() -> carts.find("ann")).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> carts.merge("ann", "bob")).isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            Carts patient = kw.carts("shop", PATIENT);
            assertThat(patient.find("ann").units() + patient.find("bob").units())
                    .isEqualTo(1);
        }
    }

    @Test
    void scriptsThatWereForgottenAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Carts carts = kw.carts("shop", PATIENT);
            carts.add("ann", "a", 1);
            redis.command("SCRIPT", "FLUSH");
            assertThat(carts.add("ann", "a", 1).quantity()).isEqualTo(2);
            redis.command("SCRIPT", "FLUSH");
            assertThat(carts.merge("ann", "bob")).isEmpty();
            assertThat(carts.size("bob").units()).isEqualTo(2);
        }
    }
}
