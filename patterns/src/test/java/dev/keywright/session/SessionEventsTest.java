package dev.keywright.session;

import static dev.keywright.session.SessionOptions.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sessions end while nobody looks: who is told, and what is left. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class SessionEventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final SessionOptions TOLD = SessionOptions.DEFAULTS
            .withIdle(Duration.ofMillis(300))
            .withTouchEvery(Duration.ZERO)
            .withKeep(Duration.ofMinutes(5))
            .withDeadline(Duration.ofSeconds(10));

    private static SessionStore<String> shop(Keywright kw, SessionOptions options) {
        return kw.sessions("shop", options, Codecs.string());
    }

    private static StoredSession<String> saved(SessionStore<String> store, String user) {
        StoredSession<String> session = store.create();
        session.set("cart", "shoes of " + user);
        session.setIndex(USER, user);
        assertThat(session.save()).isEqualTo(Saved.DONE);
        return session;
    }

    private static void many(SessionStore<String> store, int count, List<StoredSession<String>> made) {
        for (int from = 0; from < count; from += 200) {
            List<CompletableFuture<?>> some = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + 200); i++) {
                StoredSession<String> session = store.create();
                session.setIndex(USER, "user " + i % 10);
                made.add(session);
                some.add(session.saveAsync().toCompletableFuture());
            }
            CompletableFuture.allOf(some.toArray(CompletableFuture[]::new)).join();
        }
    }

    private static long entries(Keywright kw) {
        long entries = 0;
        for (int i = 0; i < 10; i++) {
            entries += kw.connection()
                    .call(Command.named("ZCARD")
                            .key(new SessionKeys("shop").index(USER, "user " + i))
                            .build())
                    .orThrow("ZCARD")
                    .number();
        }
        return entries;
    }

    @Test
    void se5_oneWhoListensIsToldOfEveryEndWithWhatTheSessionWas(Redis redis) {
        List<EndedSession<String>> heard = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            SessionOptions options = TOLD.withLimit(USER, 1, SessionLimit.WhenFull.END_OLDEST);
            SessionStore<String> shop = shop(kw, options);
            try (Listening unused = shop(other, options).listen(heard::add, OFTEN)) {
                StoredSession<String> expired = saved(shop, "ann");
                StoredSession<String> deleted = saved(shop, "bob");
                StoredSession<String> displaced = saved(shop, "cid");
                StoredSession<String> lives = saved(shop, "cid");
                lives.changeIdle(Duration.ofMinutes(1));
                assertThat(lives.save()).isEqualTo(Saved.DONE);
                boolean was = deleted.delete();
                await().atMost(PATIENCE).until(() -> heard.size() >= 3);
                assertThat(heard).hasSize(3);
                for (EndedSession<String> each : heard) {
                    boolean isExpired = each.handle().equals(expired.handle());
                    boolean isDeleted = each.handle().equals(deleted.handle());
                    String user = isExpired ? "ann" : isDeleted ? "bob" : "cid";
                    assertThat(each.indexes()).isEqualTo(Map.of(USER, user));
                    assertThat(each.attributes()).isEqualTo(Map.of("cart", "shoes of " + user));
                    assertThat(each.created()).isPresent();
                    assertThat(each.accessed()).isPresent();
                    if (isExpired || !was) {
                        assertThat(each.reason()).isEqualTo(EndedSession.Reason.EXPIRED);
                    } else if (isDeleted) {
                        assertThat(each.reason()).isEqualTo(EndedSession.Reason.DELETED);
                    } else {
                        assertThat(each.handle()).isEqualTo(displaced.handle());
                        assertThat(each.reason())
                                .isIn(EndedSession.Reason.DISPLACED, EndedSession.Reason.EXPIRED); // under load
                    }
                }
                assertThat(shop.find(lives.id())).isPresent();
                assertThat(exists(kw, expired)).as("nothing is left of it").isZero();
                assertThat(exists(kw, deleted)).isZero();
            }
        }
    }

    private static long exists(Keywright kw, StoredSession<String> session) {
        return kw.connection()
                .call(Command.named("EXISTS")
                        .key(new SessionKeys("shop").session(session.handle()))
                        .build())
                .orThrow("EXISTS")
                .number();
    }

    @Test
    void se5_manyEndWhileTheApplicationIsDownAndSeveralProcessesTellOfEachOfThem(Redis redis) {
        List<StoredSession<String>> made = new ArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            many(shop(kw, TOLD.withIdle(Duration.ofSeconds(1))), 1_000, made);
        }
        List<SessionHandle> heard = new CopyOnWriteArrayList<>();
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Listening first = shop(one, TOLD).listen(ended -> heard.add(ended.handle()), OFTEN);
                Listening second = shop(other, TOLD).listen(ended -> heard.add(ended.handle()), OFTEN)) {
            await().atMost(PATIENCE).until(() -> heard.size() >= 1_000);
            Set<SessionHandle> all = new HashSet<>();
            made.forEach(session -> all.add(session.handle()));
            assertThat(new HashSet<>(heard)).isEqualTo(all);
            assertThat(heard).as("by one of them, while nothing goes wrong").hasSize(1_000);
            await().atMost(PATIENCE).until(() -> entries(one) == 0);
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void se5_whatAListenerThrowsIsToldAgain(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop =
                    new SessionStore<>(kw.connection(), "shop", TOLD, Codecs.string(), Duration.ofMillis(100));
            AtomicInteger calls = new AtomicInteger();
            StoredSession<String> session = saved(shop, "ann");
            List<EndedSession<String>> heard = new CopyOnWriteArrayList<>();
            try (Listening unused = shop.listen(
                    ended -> {
                        if (calls.incrementAndGet() < 3) {
                            throw new IllegalStateException("not yet");
                        }
                        heard.add(ended);
                    },
                    OFTEN)) {
                await().atMost(PATIENCE).until(() -> !heard.isEmpty());
            }
            assertThat(heard.get(0).handle()).isEqualTo(session.handle());
            assertThat(heard.get(0).attributes()).hasSize(1);
            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void whoCreatesASessionTellsItsOwnListeners(Redis redis) {
        List<SessionHandle> heard = new CopyOnWriteArrayList<>();
        SessionListener<String> listener = new SessionListener<>() {
            @Override
            public void ended(EndedSession<String> session) {}

            @Override
            public void created(StoredSession<String> session) {
                heard.add(session.handle());
                throw new IllegalStateException("nobody minds");
            }
        };
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD.withIdle(Duration.ofMinutes(1)));
            try (Listening unused = shop.listen(listener)) {
                StoredSession<String> one = saved(shop, "ann");
                StoredSession<String> other = shop.create();
                assertThat(other.save()).isEqualTo(Saved.DONE);
                await().atMost(PATIENCE).until(() -> heard.size() == 2);
                assertThat(heard).containsExactly(one.handle(), other.handle());
            }
        }
    }

    @Test
    void whoListensUntilTheConnectionIsClosedLeavesNoThread(Redis redis) {
        SessionStore<String> closing;
        try (Keywright kw = Keywright.connect(redis.uri())) {
            closing = kw.sessions("closing " + redis.topology(), TOLD, Codecs.string());
            Listening unused = closing.listen(ended -> {}, OFTEN);
        }
        String name = ("keywright-" + closing).replace(' ', '-');
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals(name)));
    }

    @Test
    void aCodecThatThrowsWhateverItLikesKeepsNobodyFromHearing(Redis redis) {
        Codec<String> odd = new Codec<>() {
            @Override
            public byte format() {
                return Codecs.string().format();
            }

            @Override
            public byte[] encode(String value) {
                return Codecs.string().encode(value);
            }

            @Override
            public String decode(byte format, byte[] bytes, int offset, int length) {
                throw new IllegalStateException("odd");
            }
        };
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = kw.sessions("shop", TOLD, odd);
            StoredSession<String> session = saved(shop, "ann");
            List<EndedSession<String>> heard = new CopyOnWriteArrayList<>();
            try (Listening unused = shop.listen(heard::add, OFTEN)) {
                await().atMost(PATIENCE).until(() -> !heard.isEmpty());
            }
            assertThat(heard.get(0).handle()).isEqualTo(session.handle());
            assertThat(heard.get(0).indexes()).isEqualTo(Map.of(USER, "ann"));
            assertThat(heard.get(0).attributes()).isEmpty();
        }
    }

    @Test
    void whatIsDueAndNoHandleKeepsNobodyFromHearingOfOthers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD);
            StoredSession<String> poisoned = saved(shop, "ann");
            String due = new String(new SessionKeys("shop").session(poisoned.handle()), UTF_8)
                    .replace(poisoned.handle().text(), "due");
            kw.connection()
                    .call(Command.named("ZADD")
                            .key(due)
                            .argument(poisoned.created().toEpochMilli())
                            .argument("no handle")
                            .build())
                    .orThrow("ZADD");
            Set<SessionHandle> others = new HashSet<>();
            while (others.size() < 20) {
                StoredSession<String> session = saved(shop, "bob");
                if (SessionKeys.part(session.handle()) != SessionKeys.part(poisoned.handle())) {
                    others.add(session.handle());
                }
            }
            Set<SessionHandle> heard = ConcurrentHashMap.newKeySet();
            try (Listening unused = shop.listen(ended -> heard.add(ended.handle()), OFTEN)) {
                await().atMost(PATIENCE).until(() -> heard.containsAll(others));
            }
            assertThatThrownBy(shop::sweep).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void savesGoOnWhileListenersComeAndGo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD.withIdle(Duration.ofMinutes(1)));
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> listening = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    shop.listen(ended -> {}, Duration.ofDays(1)).close();
                }
            });
            for (int i = 0; i < 100; i++) {
                assertThat(shop.create().save()).isEqualTo(Saved.DONE);
            }
            over.set(true);
            listening.join();
        }
    }

    @Test
    void aSessionThatIsUsedIsNotToldOf(Redis redis) {
        List<SessionHandle> heard = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD);
            StoredSession<String> ends = saved(shop, "bob");
            StoredSession<String> lives = saved(shop, "ann");
            lives.changeIdle(Duration.ofMillis(800));
            assertThat(lives.save()).isEqualTo(Saved.DONE);
            try (Listening unused = shop.listen(ended -> heard.add(ended.handle()), OFTEN)) {
                long start = System.nanoTime();
                while (System.nanoTime() - start < Duration.ofMillis(1_300).toNanos()) {
                    if (!lives.touch()) {
                        return; // the machine was asleep
                    }
                }
                await().atMost(PATIENCE).until(() -> heard.contains(ends.handle()));
                assertThat(heard).doesNotContain(lives.handle());
                await().atMost(PATIENCE).until(() -> heard.contains(lives.handle()));
            }
        }
    }

    @Test
    void se4_tenThousandEndWhileTheApplicationIsDownAndTheNextLookOrSweepCleansTheIndex(Redis redis) {
        int many = redis.topology() == Topology.SENTINEL ? 1_000 : 10_000; // one master is like the other
        List<StoredSession<String>> made = new ArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            many(shop(kw, TOLD.withIdle(Duration.ofSeconds(2))), many, made);
        }
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD);
            StoredSession<String> last = made.get(made.size() - 1);
            await().atMost(PATIENCE).until(() -> shop.find(last.id()).isEmpty());
            assertThat(entries(kw)).isGreaterThan(many * 9 / 10);
            for (int i = 0; i < 5; i++) {
                assertThat(shop.findAll(USER, "user " + i)).isEmpty();
            }
            assertThat(entries(kw)).isBetween(many * 45L / 100, many / 2L);
            assertThat(shop.sweep()).isEqualTo(many);
            assertThat(shop.sweep()).isZero();
            assertThat(entries(kw)).isZero();
            assertThat(exists(kw, last)).isZero();
        }
    }

    @Test
    void whatIsNoSessionStaysWhereItIs(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, TOLD);
            StoredSession<String> session = shop.create();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            byte[] key = new SessionKeys("shop").session(session.handle());
            kw.connection()
                    .call(Command.named("SET")
                            .key(key)
                            .argument("mine")
                            .argument("PX")
                            .argument(60_000)
                            .build())
                    .orThrow("SET");
            await().atMost(PATIENCE).until(() -> shop.sweep() == 1);
            assertThat(exists(kw, session)).isOne();
        }
    }

    @Test
    void nobodyCanListenWhereNothingIsKept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, SessionOptions.DEFAULTS);
            assertThatThrownBy(() -> shop.listen(ended -> {}))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("withKeep");
            assertThatThrownBy(() -> shop(kw, TOLD).listen(ended -> {}, Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(shop.sweep()).isZero();
        }
    }
}
