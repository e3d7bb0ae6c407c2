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
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lost replies, servers that are frozen, full or changed, processes that die in between, and clocks that go back. */
@WithRedis
class SessionFailureTest {

    private static final SessionOptions QUICK =
            SessionOptions.DEFAULTS.withDeadline(Duration.ofMillis(300)).withTouchEvery(Duration.ZERO);

    private static SessionStore<String> shop(Keywright kw, SessionOptions options) {
        return kw.sessions("shop", options, Codecs.string());
    }

    private static StoredSession<String> loggedIn(SessionStore<String> store) {
        StoredSession<String> session = store.create();
        session.setIndex(USER, "ann");
        assertThat(session.save()).isEqualTo(Saved.DONE);
        return session;
    }

    /** What is done for the first time takes longer than a quick store waits. */
    private static StoredSession<String> known(Keywright kw, SessionStore<String> quick) {
        StoredSession<String> session = loggedIn(shop(kw, SessionOptions.DEFAULTS));
        assertThat(session.changeId()).isTrue();
        return quick.find(session.id()).orElseThrow();
    }

    private static void isUnknown(KeywrightException.Unavailable e) {
        assertThat(e.outcomeUnknown()).isTrue();
    }

    @Test
    void x1_aSaveWithoutAnAnswerIsNotSentAgainAndCanBeSavedAgain(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS);
            StoredSession<String> before = loggedIn(shop);
            before.set("so that", "the scripts are known");
            assertThat(before.save()).isEqualTo(Saved.DONE);

            StoredSession<String> session = shop.create();
            session.set("a", "1");
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(session::save)
                    .isInstanceOfSatisfying(KeywrightException.Unavailable.class, SessionFailureTest::isUnknown);
            assertThat(session.isNew()).isTrue();
            session.set("b", "2");
            assertThat(session.save()).isEqualTo(Saved.DONE);

            session.set("a", "mine");
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(session::save).isInstanceOf(KeywrightException.Unavailable.class);
            StoredSession<String> other =
                    shop(direct, SessionOptions.DEFAULTS).find(session.id()).orElseThrow();
            other.set("a", "theirs, later");
            assertThat(other.save()).isEqualTo(Saved.DONE);
            session.set("c", "3");
            assertThat(session.attribute("a")).hasValue("mine");
            assertThat(shop.find(session.id()).orElseThrow().attribute("a")).hasValue("theirs, later");
            assertThat(session.save()).isEqualTo(Saved.DONE);
            assertThat(shop.find(session.id()).orElseThrow().names()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void x1_touchesAndChangesOfTheIdAndDeletionsAreAskedForAgain(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO));
            StoredSession<String> session = loggedIn(shop);
            assertThat(session.touch()).isTrue();
            assertThat(session.changeId()).isTrue();
            assertThat(loggedIn(shop).delete()).isTrue(); // the scripts are known from here on
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(session.touch()).isTrue();
            String before = session.id();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(session.changeId()).isTrue();
            assertThat(shop.find(before)).isEmpty();
            assertThat(shop.find(session.id())).isPresent();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(session.delete()).isFalse(); // it was done the first time
            assertThat(shop.find(session.id())).isEmpty();
            assertThat(shop.findAll(USER, "ann")).isEmpty();
            assertThat(proxy.cuts()).isEqualTo(3);
        }
    }

    @Test
    void anIdThatMayHaveChangedIsKnownAfterAskingAgain(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            SessionStore<String> shop = shop(kw, QUICK);
            StoredSession<String> session = known(kw, shop);
            String before = session.id();
            proxy.dropReplies(true);
            assertThatThrownBy(session::changeId)
                    .isInstanceOfSatisfying(KeywrightException.Unavailable.class, SessionFailureTest::isUnknown);
            proxy.dropReplies(false);
            proxy.cut();
            await().ignoreExceptions().until(session::changeId);
            assertThat(shop.find(before)).isEmpty();
            assertThat(shop.find(session.id())).isPresent();
        }
    }

    @Test
    void x1_aSessionThatMayHaveBegunCanStillBeChangedAndEnded(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withKeep(Duration.ofMinutes(1)));
            StoredSession<String> known = loggedIn(shop); // the scripts are known from here on
            assertThat(known.changeId()).isTrue();
            assertThat(known.delete()).isTrue();

            StoredSession<String> session = shop.create();
            session.set("a", "1");
            session.set("b", "2");
            String before = session.id();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(session::save).isInstanceOf(KeywrightException.Unavailable.class);
            session.remove("a");
            session.changeIdle(Duration.ofHours(2));
            assertThat(session.changeId()).isTrue();
            assertThat(shop.find(before)).isEmpty();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            StoredSession<String> found = shop.find(session.id()).orElseThrow();
            assertThat(found.names()).containsExactly("b");
            assertThat(found.idle()).isEqualTo(Duration.ofHours(2));

            StoredSession<String> gone = shop.create();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(gone::save).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(shop.find(gone.id())).isPresent();
            assertThat(gone.delete()).isTrue();
            assertThat(shop.find(gone.id())).isEmpty();
        }
    }

    @Test
    void aSaveAfterAChangeOfTheIdWithoutAnAnswerIsDone(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            SessionStore<String> shop = shop(kw, QUICK);
            StoredSession<String> session = known(kw, shop);
            String before = session.id();
            proxy.dropReplies(true);
            assertThatThrownBy(session::changeId).isInstanceOf(KeywrightException.Unavailable.class);
            proxy.dropReplies(false);
            proxy.cut();
            session.set("a", "1");
            await().ignoreExceptions().until(() -> session.save() == Saved.DONE);
            assertThat(session.isEnded()).isFalse();
            assertThat(session.id()).isNotEqualTo(before);
            assertThat(shop.find(session.id()).orElseThrow().attribute("a")).hasValue("1");
            assertThat(session.changeId()).isTrue();
            assertThat(shop.find(session.id())).isPresent();
        }
    }

    @Test
    void x8_aFrozenServerEndsEachCallAtItsDeadline(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, QUICK);
            StoredSession<String> session = known(kw, shop);
            redis.freeze();
            long start = System.nanoTime();
            session.set("a", "1");
            for (Runnable call : List.<Runnable>of(
                    session::save, () -> shop.find(session.id()), () -> shop.findAll(USER, "ann"), session::changeId)) {
                assertThatThrownBy(call::run).isInstanceOf(KeywrightException.Unavailable.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            redis.thaw();
            await().ignoreExceptions().until(() -> session.save() != Saved.FULL);
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, QUICK.withKeep(Duration.ofMinutes(1)));
            redis.command("SCRIPT", "FLUSH");
            StoredSession<String> session = loggedIn(shop);
            redis.command("SCRIPT", "FLUSH");
            assertThat(session.touch()).isTrue();
            redis.command("SCRIPT", "FLUSH");
            assertThat(session.changeId()).isTrue();
            redis.command("SCRIPT", "FLUSH");
            assertThat(session.delete()).isTrue();
            redis.command("SCRIPT", "FLUSH");
            await().until(() -> shop.sweep() == 1);
        }
    }

    @Test
    void aFullServerStoresNothingAndStillFindsTouchesAndEndsSessions(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(
                    kw, SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO).withKeep(Duration.ofMinutes(1)));
            StoredSession<String> session = loggedIn(shop);
            redis.command("CONFIG", "SET", "maxmemory", "1");
            session.set("a", "1");
            assertThatThrownBy(session::save)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("OOM");
            StoredSession<String> fresh = shop.create();
            fresh.setIndex(USER, "ann");
            assertThatThrownBy(fresh::save).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(session.touch()).isTrue();
            assertThat(session.changeId()).isTrue();
            assertThat(shop.find(session.id()).orElseThrow().names()).isEmpty();
            assertThat(shop.findAll(USER, "ann")).hasSize(1);
            assertThat(session.delete()).isTrue();
            assertThat(shop.sweep()).isOne();
            redis.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(fresh.save()).isEqualTo(Saved.DONE);
        }
    }

    @Test
    void se7_whoDiesBetweenItsStepsLeavesNeitherMoreSessionsNorAnEntryThatIsFound(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionOptions options = SessionOptions.DEFAULTS.withLimit(USER, 1, SessionLimit.WhenFull.END_OLDEST);
            SessionStore<String> shop = shop(kw, options);
            StoredSession<String> first = loggedIn(shop);
            StoredSession<String> dying = shop.create();
            assertThat(dying.save()).isEqualTo(Saved.DONE);
            // it takes the place of the first one, and dies before it has ended it
            List<String> answer = claim(kw, dying, options);
            assertThat(answer).containsExactly("in", first.handle().text());
            assertThat(shop.findAll(USER, "ann")).as("neither").isEmpty();
            assertThat(shop.find(first.id()))
                    .as("whom nobody would find is ended by who looks")
                    .isEmpty();

            StoredSession<String> next = loggedIn(shop);
            assertThat(shop.find(first.id())).isEmpty();
            assertThat(shop.find(dying.id())).isEmpty();
            assertThat(shop.findAll(USER, "ann"))
                    .extracting(StoredSession::handle)
                    .containsExactly(next.handle());

            StoredSession<String> another = shop.create();
            assertThat(another.save()).isEqualTo(Saved.DONE);
            assertThat(claim(kw, another, options)).hasSize(2);
            assertThat(shop.deleteAll(USER, "ann")).isZero();
            assertThat(shop.find(next.id()))
                    .as("lost its place, and is ended by whoever comes")
                    .isEmpty();
        }
    }

    private static List<String> claim(Keywright kw, StoredSession<String> session, SessionOptions options) {
        List<String> answer = new ArrayList<>();
        new SessionKeys("shop")
                .claim(
                        USER,
                        "ann",
                        session.handle(),
                        session.ends().toEpochMilli(),
                        options.limit().orElseThrow().most(),
                        "end",
                        List.of())
                .call(kw.connection(), Duration.ofSeconds(5))
                .orThrow("claim")
                .items()
                .forEach(each -> answer.add(each.text()));
        return answer;
    }

    @Test
    void valuesOfAnotherCodecAreToldByNameAndTheOthersCanBeRead(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<Object> objects =
                    kw.sessions("shop", SessionOptions.DEFAULTS, Codecs.java(Object.class, ArrayList.class));
            StoredSession<Object> session = objects.create();
            session.set("list", new ArrayList<>(List.of("a", 1, 2.0, true)));
            session.set("text", "x");
            assertThat(session.save()).isEqualTo(Saved.DONE);
            StoredSession<Object> found = objects.find(session.id()).orElseThrow();
            assertThat(found.attribute("list")).hasValue(List.of("a", 1, 2.0, true));
            assertThat(found.attribute("list").orElseThrow())
                    .isSameAs(found.attribute("list").orElseThrow());

            SessionStore<Object> strict = kw.sessions("shop", Codecs.java(Object.class));
            StoredSession<Object> seen = strict.find(session.id()).orElseThrow();
            assertThat(seen.attribute("text")).hasValue("x");
            assertThatThrownBy(() -> seen.attribute("list"))
                    .as("se8: no class that is not on the list")
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("attribute list");
            seen.set("map", Map.of());
            seen.set("bad", new Object());
            assertThatThrownBy(seen::save).isInstanceOf(IllegalArgumentException.class);
            assertThat(objects.find(session.id()).orElseThrow().names()).containsExactly("list", "text");
        }
    }

    @Test
    void x5_everyKeyHasATimeToLive(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionOptions options = SessionOptions.DEFAULTS
                    .withKeep(Duration.ofMinutes(1))
                    .withLimit(USER, 1, SessionLimit.WhenFull.END_OLDEST);
            SessionStore<String> shop = shop(kw, options);
            StoredSession<String> first = loggedIn(shop);
            StoredSession<String> second = loggedIn(shop);
            assertThat(claim(kw, first, options)).contains(second.handle().text()); // leaves somebody displaced
            second.changeIdle(Duration.ofDays(40));
            assertThat(second.save()).isEqualTo(Saved.DONE);
            assertThat(shop.find(first.id())).isEmpty();
            String[] keys = redis.command("KEYS", "*").split("\n");
            assertThat(keys).hasSizeGreaterThanOrEqualTo(5);
            for (String key : keys) {
                assertThat(Long.parseLong(redis.command("PTTL", key))).as(key).isPositive();
            }
        }
    }

    /** The scripts as they are, but for the time, which comes from here. */
    @Test
    void x4_aClockThatGoesBackEndsNoSessionAndLengthensNoIdleTime(Standalone redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS);
            StoredSession<String> session = shop.create();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            String key = new String(new SessionKeys("shop").session(session.handle()), UTF_8);
            long now = session.created().toEpochMilli();
            String proof = redis.command("HGET", key, "s");
            assertThat(proof).isNotEmpty();
            for (long back : List.of(3_600_000L, 86_400_000L * 400, 0L)) {
                String script = clocked("touch.lua", now - back);
                assertThat(kw.connection()
                                .call(Command.named("EVAL")
                                        .argument(script)
                                        .argument(1)
                                        .key(key)
                                        .argument(proof(kw, key))
                                        .build())
                                .orThrow("touch")
                                .number())
                        .isEqualTo(now - back);
                assertThat(Long.parseLong(redis.command("PTTL", key))).isBetween(1L, 1_800_000L);
                StoredSession<String> found = shop.find(session.id()).orElseThrow();
                assertThat(found.accessed()).isEqualTo(session.created());
                assertThat(found.ends()).isEqualTo(session.ends());
            }
        }
    }

    private static byte[] proof(Keywright kw, String key) {
        return kw.connection()
                .call(Command.named("HGET").key(key).argument("s").build())
                .orThrow("HGET")
                .bytes();
    }

    private static String clocked(String file, long millis) throws IOException {
        try (InputStream stream = SessionStore.class.getResourceAsStream(file)) {
            String source = new String(stream.readAllBytes(), UTF_8);
            String time = "{'" + millis / 1_000 + "', '" + millis % 1_000 * 1_000 + "'}";
            assertThat(source).contains("redis.call('TIME')");
            return source.replace("redis.call('TIME')", time);
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void aFailoverIsLivedThrough(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS.withDeadline(Duration.ofSeconds(20)));
            StoredSession<String> session = loggedIn(shop);
            redis.failover();
            StoredSession<String> found = shop.find(session.id()).orElseThrow();
            found.set("a", "1");
            await().ignoreExceptions().until(() -> found.save() == Saved.DONE);
            assertThat(shop.findAll(USER, "ann")).hasSize(1);
        }
    }
}
