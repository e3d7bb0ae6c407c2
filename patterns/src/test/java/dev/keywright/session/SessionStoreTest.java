package dev.keywright.session;

import static dev.keywright.session.SessionOptions.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.script.HashSlot;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is stored, found, changed and ended. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class SessionStoreTest {

    private static final SessionOptions BRIEF = SessionOptions.DEFAULTS.withIdle(Duration.ofMillis(150));

    private static SessionStore<String> shop(Keywright kw, SessionOptions options) {
        return kw.sessions("shop", options, Codecs.string());
    }

    private static SessionStore<String> shop(Keywright kw) {
        return shop(kw, SessionOptions.DEFAULTS);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static StoredSession<String> saved(SessionStore<String> store) {
        StoredSession<String> session = store.create();
        assertThat(session.save()).isEqualTo(Saved.DONE);
        return session;
    }

    private static StoredSession<String> loggedIn(SessionStore<String> store, String user) {
        StoredSession<String> session = store.create();
        session.setIndex(USER, user);
        assertThat(session.save()).isEqualTo(Saved.DONE);
        return session;
    }

    private static StoredSession<String> found(SessionStore<String> store, StoredSession<String> session) {
        return store.find(session.id()).orElseThrow();
    }

    private static long number(Keywright kw, String command, byte[] key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static byte[] key(StoredSession<String> session) {
        return new SessionKeys("shop").session(session.handle());
    }

    private static byte[] index(String user) {
        return new SessionKeys("shop").index(USER, user);
    }

    @Test
    void whatIsSavedIsFound(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            StoredSession<String> session = shop(kw).create();
            assertThat(session.isNew()).isTrue();
            assertThat(shop(other).find(session.id())).isEmpty();
            session.set("cart", "shoes");
            session.set("läng", "ä\0\n");
            assertThat(session.save()).isEqualTo(Saved.DONE);
            assertThat(session.isNew()).isFalse();

            StoredSession<String> found = found(shop(other), session);
            assertThat(found.handle()).isEqualTo(session.handle());
            assertThat(found.names()).containsExactly("cart", "läng");
            assertThat(found.attribute("cart")).hasValue("shoes");
            assertThat(found.attribute("läng")).hasValue("ä\0\n");
            assertThat(found.attribute("none")).isEmpty();
            assertThat(found.created()).isEqualTo(session.created()).isEqualTo(session.accessed());
            assertThat(found.ends()).isEqualTo(found.created().plus(SessionOptions.DEFAULTS.lifetime()));
            assertThat(found.idle()).isEqualTo(Duration.ofMinutes(30));
            assertThat(number(kw, "PTTL", key(session))).isBetween(1L, 1_800_000L);

            found.remove("cart");
            found.set("hat", "blue");
            assertThat(found.save()).isEqualTo(Saved.DONE);
            StoredSession<String> again = join(shop(kw).findAsync(session.id())).orElseThrow();
            assertThat(again.names()).containsExactly("hat", "läng");
        }
    }

    @Test
    void theAsynchronousFormsDoTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO));
            StoredSession<String> session = shop.create();
            session.set("cart", "shoes");
            session.setIndex(USER, "ann");
            assertThat(join(session.saveAsync())).isEqualTo(Saved.DONE);
            session.set("cart", "hat");
            assertThat(join(session.saveAsync())).isEqualTo(Saved.DONE);
            assertThat(join(session.touchAsync())).isTrue();
            String before = session.id();
            assertThat(join(session.changeIdAsync())).isTrue();
            assertThat(join(shop.findAsync(before))).isEmpty();
            assertThat(join(shop.findAsync(session.id())).orElseThrow().attribute("cart"))
                    .hasValue("hat");
            assertThat(join(shop.findAsync(session.handle()))).isPresent();
            assertThat(join(shop.findAllAsync(USER, "ann"))).hasSize(1);
            assertThat(join(shop.deleteAllAsync(USER, "ann"))).isOne();
            assertThat(join(shop.deleteAsync(session.handle()))).isFalse();
            assertThat(join(session.saveAsync())).isEqualTo(Saved.ENDED);
            assertThat(join(session.saveAsync())).isEqualTo(Saved.ENDED);
            assertThat(join(session.touchAsync())).isFalse();
            assertThat(join(session.deleteAsync())).isFalse();
        }
    }

    @Test
    void se1_changesOfOthersInOtherAttributesStay(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            StoredSession<String> session = saved(shop(kw));
            StoredSession<String> one = found(shop(kw), session);
            StoredSession<String> other = found(shop(kw), session);
            one.set("a", "1");
            other.set("b", "2");
            assertThat(one.save()).isEqualTo(Saved.DONE);
            assertThat(other.save()).isEqualTo(Saved.DONE);
            assertThat(found(shop(kw), session).names()).containsExactly("a", "b");
        }
    }

    @Test
    void se2_aLateSaveNeverRevivesWhatHasEnded(Redis redis) {
        for (SessionOptions options : List.of(BRIEF, BRIEF.withKeep(Duration.ofMinutes(1)))) {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                SessionStore<String> shop = shop(kw, options);
                StoredSession<String> expired = saved(shop);
                StoredSession<String> late = found(shop, expired);
                StoredSession<String> deleted = saved(shop);
                deleted.changeIdle(Duration.ofMinutes(1));
                assertThat(deleted.save()).isEqualTo(Saved.DONE);
                StoredSession<String> lateToo = found(shop, deleted);
                StoredSession<String> touching = found(shop, deleted);
                StoredSession<String> changing = found(shop, deleted);
                assertThat(shop.delete(deleted.handle())).isTrue();
                assertThat(shop.delete(deleted.handle())).isFalse();
                await().until(() -> shop.find(expired.id()).isEmpty());
                for (StoredSession<String> each : List.of(late, lateToo)) {
                    each.set("cart", "shoes");
                    each.setIndex(USER, "ann");
                    assertThat(each.save()).isEqualTo(Saved.ENDED);
                    assertThat(each.isEnded()).isTrue();
                }
                touching.set("cart", "shoes");
                assertThat(touching.save()).isEqualTo(Saved.ENDED);
                assertThat(changing.changeId()).isFalse();
                assertThat(shop.find(deleted.id())).isEmpty();
                assertThat(shop.find(expired.id())).isEmpty();
                assertThat(shop.findAll(USER, "ann")).isEmpty();
                assertThat(number(kw, "EXISTS", index("ann"))).isZero();
            }
        }
    }

    @Test
    void se3_theIdBeforeIsDeadAtOnceAndEverythingElseStays(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            StoredSession<String> session = loggedIn(shop, "ann");
            session.set("cart", "shoes");
            assertThat(session.save()).isEqualTo(Saved.DONE);
            StoredSession<String> underTheOldId = found(shop, session);
            String before = session.id();
            assertThat(session.changeId()).isTrue();
            assertThat(session.id()).isNotEqualTo(before).hasSameSizeAs(before);
            assertThat(shop.find(before)).isEmpty();
            assertThat(found(shop, session).attribute("cart")).hasValue("shoes");
            assertThat(shop.findAll(USER, "ann")).hasSize(1);

            underTheOldId.set("cart", "stolen");
            assertThat(underTheOldId.save()).isEqualTo(Saved.ENDED);
            assertThat(found(shop, session).changeId()).isTrue();
            assertThat(session.changeId()).as("somebody else was first").isFalse();

            StoredSession<String> fresh = shop.create();
            String first = fresh.id();
            assertThat(fresh.changeId()).isTrue();
            assertThat(fresh.save()).isEqualTo(Saved.DONE);
            assertThat(shop.find(first)).isEmpty();
            assertThat(shop.find(fresh.id())).isPresent();
        }
    }

    @Test
    void se6_aTouchIsOneCommandAndIsSentNowAndThen(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            StoredSession<String> session = saved(shop);
            long before = kw.connection().counters().calls();
            for (int i = 0; i < 10; i++) {
                assertThat(session.touch()).isTrue();
                assertThat(session.save()).isEqualTo(Saved.DONE);
            }
            assertThat(kw.connection().counters().calls()).isEqualTo(before);

            SessionStore<String> eager = shop(kw, SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO));
            StoredSession<String> found = found(eager, session);
            assertThat(found.touch()).isTrue(); // the script is known from here on
            before = kw.connection().counters().calls();
            assertThat(found.touch()).isTrue();
            assertThat(found.save()).isEqualTo(Saved.DONE);
            assertThat(kw.connection().counters().calls()).isEqualTo(before + 2);
        }
    }

    @Test
    void touchesKeepASessionAliveUntilItsLifetimeIsOver(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionOptions options = SessionOptions.DEFAULTS
                    .withIdle(Duration.ofSeconds(1))
                    .withLifetime(Duration.ofSeconds(3))
                    .withTouchEvery(Duration.ZERO);
            SessionStore<String> shop = shop(kw, options);
            StoredSession<String> session = saved(shop);
            long start = System.nanoTime();
            long last = start;
            while (session.touch()) {
                last = System.nanoTime();
                assertThat(number(kw, "PTTL", key(session))).isLessThanOrEqualTo(1_000);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            }
            assertThat(Duration.ofNanos(last - start)).isGreaterThan(Duration.ofSeconds(2));
            assertThat(Duration.ofNanos(last - start)).isLessThan(Duration.ofMillis(3_200));
            assertThat(shop.find(session.id())).isEmpty();
        }
    }

    @Test
    void eachSessionMayHaveAnotherIdleTime(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            StoredSession<String> session = saved(shop);
            session.changeIdle(Duration.ofHours(2));
            assertThat(session.save()).isEqualTo(Saved.DONE);
            assertThat(number(kw, "PTTL", key(session))).isGreaterThan(3_600_000);
            StoredSession<String> found = found(shop, session);
            assertThat(found.idle()).isEqualTo(Duration.ofHours(2));
            found.set("a", "1");
            assertThat(found.save()).isEqualTo(Saved.DONE);
            assertThat(number(kw, "PTTL", key(session))).isGreaterThan(3_600_000);
        }
    }

    @Test
    void se4_sessionsAreFoundByTheirUserUntilTheyEnd(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            StoredSession<String> first = loggedIn(shop, "ann");
            StoredSession<String> second = loggedIn(shop, "ann");
            StoredSession<String> bob = loggedIn(shop, "bob");
            assertThat(shop.findAll(USER, "ann"))
                    .extracting(StoredSession::handle)
                    .containsExactlyInAnyOrder(first.handle(), second.handle());
            StoredSession<String> seen = shop.findAll(USER, "bob").get(0);
            assertThat(seen.index(USER)).hasValue("bob");
            assertThatThrownBy(seen::id).isInstanceOf(KeywrightException.Misused.class);
            seen.set("note", "by the administrator");
            assertThat(seen.save()).isEqualTo(Saved.DONE);
            assertThat(found(shop, bob).attribute("note")).isPresent();

            first.setIndex(USER, "bob");
            assertThat(first.save()).isEqualTo(Saved.DONE);
            assertThat(shop.findAll(USER, "ann")).hasSize(1);
            assertThat(shop.findAll(USER, "bob")).hasSize(2);
            first.removeIndex(USER);
            assertThat(first.save()).isEqualTo(Saved.DONE);
            assertThat(shop.findAll(USER, "bob")).hasSize(1);
            assertThat(number(kw, "PTTL", index("bob"))).isPositive();
            assertThat(bob.delete()).isTrue();
            assertThat(number(kw, "EXISTS", index("bob"))).isZero();
            assertThat(shop.deleteAll(USER, "ann")).isOne();
            assertThat(shop.find(second.id())).isEmpty();
            assertThat(shop.find(first.id())).isPresent();
        }
    }

    @Test
    void usersMayHaveAnyName(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withIndexes(USER, "a%"));
            List<String> names =
                    List.of("{", "}", "{}", "a}b", "%7D", "a=b", " ", "\0\n", "\uD83D\uDE00", "x".repeat(1_024));
            for (String name : names) {
                StoredSession<String> session = loggedIn(shop, name);
                assertThat(shop.findAll(USER, name)).as(name).hasSize(1);
                assertThat(found(shop, session).index(USER)).hasValue(name);
            }
            assertThat(shop.findAll("a%", "b")).isEmpty();
            StoredSession<String> session = shop.create();
            for (String name : List.of("", "\uD83D", "x".repeat(1_025))) {
                assertThatThrownBy(() -> session.setIndex(USER, name)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> session.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> session.setIndex("tenant", "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("withIndexes");
        }
    }

    @Test
    void se7_theOldestSessionsEndForNewOnes(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop =
                    shop(kw, SessionOptions.DEFAULTS.withLimit(USER, 2, SessionLimit.WhenFull.END_OLDEST));
            List<StoredSession<String>> sessions = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sessions.add(loggedIn(shop, "ann"));
                String last = sessions.get(i).id();
                await().pollDelay(Duration.ofMillis(2))
                        .until(() -> shop.find(last).isPresent());
            }
            assertThat(sessions.stream().map(each -> shop.find(each.id()).isPresent()))
                    .containsExactly(false, false, true, true);
            sessions.get(2).set("again", "x");
            sessions.get(2).setIndex(USER, "ann");
            assertThat(sessions.get(2).save()).as("has its place").isEqualTo(Saved.DONE);
            assertThat(sessions.get(3).delete()).isTrue();
            StoredSession<String> more = loggedIn(shop, "ann");
            assertThat(shop.findAll(USER, "ann"))
                    .extracting(StoredSession::handle)
                    .containsExactlyInAnyOrder(sessions.get(2).handle(), more.handle());
        }
    }

    @Test
    void se7_oneMoreIsRefusedAndNothingOfItIsStored(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, BRIEF.withLimit(USER, 1, SessionLimit.WhenFull.REFUSE));
            StoredSession<String> first = shop.create();
            first.changeIdle(Duration.ofMinutes(1));
            first.setIndex(USER, "ann");
            assertThat(first.save()).isEqualTo(Saved.DONE);
            StoredSession<String> second = shop.create();
            second.changeIdle(Duration.ofMinutes(1));
            second.set("cart", "shoes");
            second.setIndex(USER, "ann");
            assertThat(second.save()).isEqualTo(Saved.FULL);
            assertThat(shop.find(second.id()).orElseThrow().names()).isEmpty();
            assertThat(shop.findAll(USER, "ann")).hasSize(1);
            assertThat(first.delete()).isTrue();
            assertThat(second.save()).isEqualTo(Saved.DONE);
            assertThat(shop.find(second.id()).orElseThrow().attribute("cart")).hasValue("shoes");

            second.changeIdle(Duration.ofMillis(20));
            assertThat(second.save()).isEqualTo(Saved.DONE);
            await().until(() -> shop.find(second.id()).isEmpty());
            StoredSession<String> third = shop.create();
            third.changeIdle(Duration.ofMinutes(1));
            third.setIndex(USER, "ann");
            assertThat(third.save()).as("an ended one takes no place").isEqualTo(Saved.DONE);
        }
    }

    @Test
    void se7_aLimitThatWasLoweredIsKeptAgainAtTheNextLogin(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            for (int i = 0; i < 230; i++) {
                StoredSession<String> unused = loggedIn(shop, "ann");
            }
            SessionStore<String> limited =
                    shop(kw, SessionOptions.DEFAULTS.withLimit(USER, 3, SessionLimit.WhenFull.END_OLDEST));
            StoredSession<String> last = loggedIn(limited, "ann");
            assertThat(shop.findAll(USER, "ann"))
                    .hasSize(3)
                    .extracting(StoredSession::handle)
                    .contains(last.handle());
        }
    }

    @Test
    void se8_idsAreLongAndRandomAndRedisDoesNotKnowThem(Redis redis) {
        Set<String> ids = new HashSet<>();
        Map<Character, Integer> letters = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String id = SessionId.fresh().text();
            assertThat(id).matches("[A-Za-z0-9_-]{40}");
            assertThat(ids.add(id)).isTrue();
            letters.merge(id.charAt(0), 1, Integer::sum);
        }
        assertThat(letters)
                .hasSize(64)
                .allSatisfy((letter, count) -> assertThat(count).isBetween(200, 430));

        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw);
            StoredSession<String> session = loggedIn(shop, "ann");
            String secret = session.id().substring(16);
            String stored = redis.command("HGETALL", new String(key(session), UTF_8));
            assertThat(stored).doesNotContain(secret).contains("ann");
            assertThat(session).hasToString("session " + session.handle());
            assertThat(session.handle().text()).isEqualTo(session.id().substring(0, 16));
            String another = (secret.charAt(0) == 'A' ? "B" : "A") + secret.substring(1);
            assertThat(shop.find(session.handle() + another)).isEmpty();
            for (String cookie :
                    List.of("", "x", session.handle().text(), session.id() + "A", "{".repeat(40), "\0".repeat(40))) {
                assertThat(shop.find(cookie)).isEmpty();
                assertThat(join(shop.findAsync(cookie))).isEmpty();
            }
            String id = session.id();
            assertThatThrownBy(() -> new SessionHandle(id))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(secret);
        }
    }

    @Test
    void readableIdsAreGivenToWhoFindsByUserAndBothKindsLiveSideBySide(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> readable = shop(kw, SessionOptions.DEFAULTS.withReadableIds());
            SessionStore<String> hashed = shop(kw);
            StoredSession<String> one = loggedIn(readable, "ann");
            StoredSession<String> other = loggedIn(hashed, "ann");
            assertThat(readable.find(one.handle()).orElseThrow().id()).isEqualTo(one.id());
            for (SessionStore<String> shop : List.of(readable, hashed)) {
                for (StoredSession<String> session : List.of(one, other)) {
                    StoredSession<String> found = found(shop, session);
                    found.set("a", "1");
                    assertThat(found.save()).isEqualTo(Saved.DONE);
                }
                assertThat(shop.findAll(USER, "ann")).hasSize(2);
            }
            assertThat(one.changeId()).isTrue();
            assertThat(readable.find(one.handle()).orElseThrow().id()).isEqualTo(one.id());
        }
    }

    @Test
    void anotherTypeInTheWayIsAnErrorAndStaysAsItIs(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withKeep(Duration.ofMinutes(1)));
            StoredSession<String> session = shop.create();
            put(kw, key(session));
            assertThatThrownBy(session::save)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThatThrownBy(() -> shop.find(session.id())).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> shop.delete(session.handle())).isInstanceOf(KeywrightException.Misused.class);
            assertThat(text(kw, key(session))).isEqualTo("mine");

            put(kw, index("ann"));
            StoredSession<String> ann = shop.create();
            ann.set("cart", "shoes");
            ann.setIndex(USER, "ann");
            assertThatThrownBy(ann::save).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> shop.findAll(USER, "ann")).isInstanceOf(KeywrightException.Misused.class);
            assertThat(found(shop, ann).names()).isEmpty();
            assertThat(text(kw, index("ann"))).isEqualTo("mine");

            StoredSession<String> other = shop.create();
            byte[] due = new String(key(other), UTF_8)
                    .replace(other.handle().text(), "due")
                    .getBytes(UTF_8);
            put(kw, due);
            assertThatThrownBy(other::save).isInstanceOf(KeywrightException.Misused.class);
            assertThat(number(kw, "EXISTS", key(other))).isZero();

            StoredSession<String> foreign = shop.create();
            kw.connection()
                    .call(Command.named("HSET")
                            .key(key(foreign))
                            .argument("x")
                            .argument("y")
                            .build())
                    .orThrow("HSET");
            assertThat(shop.find(foreign.id())).isEmpty();
            assertThatThrownBy(foreign::save).hasMessageContaining("no session");
        }
    }

    private static void put(Keywright kw, byte[] key) {
        kw.connection()
                .call(Command.named("SET").key(key).argument("mine").build())
                .orThrow("SET");
    }

    private static String text(Keywright kw, byte[] key) {
        return kw.connection()
                .call(Command.named("GET").key(key).build())
                .orThrow("GET")
                .text();
    }

    @Test
    void partsLieAtEqualDistances() {
        SessionKeys keys = new SessionKeys("shop");
        Set<Integer> parts = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            SessionHandle handle = SessionId.fresh().handle();
            int slot = HashSlot.of(keys.session(handle));
            assertThat(slot / 256).isEqualTo(SessionKeys.part(handle));
            parts.add(slot / 256);
        }
        assertThat(parts).hasSize(64);
    }

    @Test
    void optionsAreChecked() {
        SessionOptions fine = SessionOptions.DEFAULTS;
        for (Runnable wrong : List.<Runnable>of(
                () -> fine.withIdle(Duration.ZERO),
                () -> fine.withIdle(Duration.ofDays(4_000)),
                () -> fine.withLifetime(Duration.ofMillis(-1)),
                () -> fine.withTouchEvery(Duration.ofMillis(-1)),
                () -> fine.withKeep(Duration.ofDays(31)),
                () -> fine.withDeadline(Duration.ZERO),
                () -> fine.withLimit("tenant", 1, SessionLimit.WhenFull.REFUSE),
                () -> fine.withLimit(USER, 0, SessionLimit.WhenFull.REFUSE),
                () -> fine.withLimit(USER, 1_001, SessionLimit.WhenFull.REFUSE),
                () -> fine.withIndexes(""),
                () -> fine.withIndexes("a=b"),
                () -> fine.withIndexes("1", "2", "3", "4", "5", "6", "7", "8", "9"))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(fine.withIndexes().indexes()).isEmpty();
        assertThat(fine.withReadableIds().deadline()).isEqualTo(Optional.empty());
    }
}
