package dev.keywright.session;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static dev.keywright.session.SessionOptions.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Many requests of one session, many logins of one user. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class SessionRaceTest {

    private static final SessionOptions PATIENT = SessionOptions.DEFAULTS.withDeadline(Duration.ofSeconds(20));

    private static SessionStore<String> shop(Keywright kw, SessionOptions options) {
        return kw.sessions("shop", options, Codecs.string());
    }

    private static void race(int threads, IntConsumer work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(CompletableFuture.runAsync(() -> work.accept(thread), pool));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } finally {
            pool.shutdown();
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            int unused = barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void se1_twoTabsThatWriteDifferentAttributesLoseNothing(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            StoredSession<String> session = shop(one, PATIENT).create();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            String id = session.id();
            int rounds = redis.topology() == STANDALONE ? 5_000 : 500; // 10,000 writes
            race(2, tab -> {
                SessionStore<String> shop = shop(tab == 0 ? one : other, PATIENT);
                for (int i = 0; i < rounds; i++) {
                    StoredSession<String> found = shop.find(id).orElseThrow();
                    assertThat(found.attribute("tab " + tab))
                            .isEqualTo(i == 0 ? Optional.empty() : Optional.of("write " + i));
                    found.set("tab " + tab, "write " + (i + 1));
                    assertThat(found.save()).isEqualTo(Saved.DONE);
                }
            });
            StoredSession<String> found = shop(one, PATIENT).find(id).orElseThrow();
            assertThat(found.attribute("tab 0")).hasValue("write " + rounds);
            assertThat(found.attribute("tab 1")).hasValue("write " + rounds);
        }
    }

    @Test
    void manyRequestsAtOnceLeaveWhatAPlainMapSays(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            StoredSession<String> session = shop(one, PATIENT).create();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            String id = session.id();
            Map<String, String> model = new ConcurrentHashMap<>();
            race(8, thread -> {
                SessionStore<String> shop = shop(thread % 2 == 0 ? one : other, PATIENT);
                Random random = new Random(thread);
                StoredSession<String> mine = shop.find(id).orElseThrow();
                for (int i = 0; i < 150; i++) {
                    if (random.nextInt(4) == 0) {
                        mine = shop.find(id).orElseThrow();
                    }
                    for (int j = random.nextInt(3); j >= 0; j--) {
                        String name = thread + " " + random.nextInt(5);
                        if (random.nextInt(3) == 0) {
                            mine.remove(name);
                            model.remove(name);
                        } else {
                            mine.set(name, "v" + i);
                            model.put(name, "v" + i);
                        }
                    }
                    if (random.nextInt(3) == 0) {
                        mine.setIndex(USER, "user " + random.nextInt(3));
                    }
                    assertThat(mine.save()).isEqualTo(Saved.DONE);
                }
            });
            StoredSession<String> found = shop(one, PATIENT).find(id).orElseThrow();
            Map<String, String> stored = new TreeMap<>();
            found.names().forEach(name -> stored.put(name, found.attribute(name).orElseThrow()));
            assertThat(stored).isEqualTo(new TreeMap<>(model));
        }
    }

    @Test
    void se2_whatIsDeletedStaysSoWhoeverSavesAtTheSameTime(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (SessionOptions options : List.of(PATIENT, PATIENT.withKeep(Duration.ofMinutes(1)))) {
                int rounds = 60;
                CyclicBarrier barrier = new CyclicBarrier(3);
                List<StoredSession<String>> sessions = new ArrayList<>();
                for (int i = 0; i < rounds; i++) {
                    StoredSession<String> session = shop(one, options).create();
                    session.setIndex(USER, "ann");
                    assertThat(session.save()).isEqualTo(Saved.DONE);
                    sessions.add(session);
                }
                race(3, thread -> {
                    SessionStore<String> shop = shop(thread == 0 ? one : other, options);
                    for (StoredSession<String> session : sessions) {
                        StoredSession<String> mine = shop.find(session.handle()).orElseThrow();
                        meet(barrier);
                        if (thread == 0) {
                            assertThat(mine.delete()).isTrue();
                        } else {
                            mine.set("a" + thread, "late");
                            mine.setIndex(USER, "bob");
                            assertThat(mine.save()).isIn(Saved.DONE, Saved.ENDED);
                        }
                        meet(barrier);
                        assertThat(shop.find(session.handle())).isEmpty();
                        meet(barrier);
                    }
                });
                assertThat(shop(one, options).findAll(USER, "ann")).isEmpty();
                assertThat(shop(one, options).findAll(USER, "bob")).isEmpty();
            }
        }
    }

    @Test
    void se3_ofManyWhoChangeTheIdOneDoes(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (int round = 0; round < 40; round++) {
                SessionStore<String> shop = shop(one, PATIENT);
                StoredSession<String> session = shop.create();
                assertThat(session.save()).isEqualTo(Saved.DONE);
                String before = session.id();
                List<String> after = new CopyOnWriteArrayList<>();
                List<String> failed = new CopyOnWriteArrayList<>();
                CyclicBarrier barrier = new CyclicBarrier(4);
                race(4, thread -> {
                    StoredSession<String> mine = shop(thread % 2 == 0 ? one : other, PATIENT)
                            .find(before)
                            .orElseThrow();
                    meet(barrier);
                    (mine.changeId() ? after : failed).add(mine.id());
                });
                assertThat(after).hasSize(1);
                assertThat(shop.find(before)).isEmpty();
                assertThat(shop.find(after.get(0))).isPresent();
            }
        }
    }

    @Test
    void se3_whoSavesWhileTheSameObjectChangesItsIdLosesNothing(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = shop(kw, PATIENT);
            StoredSession<String> session = shop.create();
            assertThat(session.save()).isEqualTo(Saved.DONE);
            race(2, thread -> {
                for (int i = 0; i < 200; i++) {
                    if (thread == 0) {
                        assertThat(session.changeId()).isTrue();
                    } else {
                        session.set("a", "v" + i);
                        assertThat(
                                        i % 2 == 0
                                                ? session.save()
                                                : session.saveAsync()
                                                        .toCompletableFuture()
                                                        .join())
                                .isEqualTo(Saved.DONE);
                    }
                }
            });
            assertThat(shop.find(session.id()).orElseThrow().attribute("a")).hasValue("v199");
        }
    }

    private static final String ALIVE = """
        local count = 0
        for _, key in ipairs(redis.call('KEYS', 'session:shop:{*}:????????????????')) do
            if redis.call('HGET', key, 'i:user') == 'ann' then count = count + 1 end
        end
        return count\
        """;

    @Test
    void se7_neverAreMoreSessionsOfAUserAliveThanTheLimit(Redis redis) {
        for (SessionLimit.WhenFull whenFull : SessionLimit.WhenFull.values()) {
            redis.flushAll();
            SessionOptions options = PATIENT.withLimit(USER, 3, whenFull);
            AtomicInteger refused = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            try (Keywright one = Keywright.connect(redis.uri());
                    Keywright other = Keywright.connect(redis.uri())) {
                CompletableFuture<Integer> sampling = CompletableFuture.supplyAsync(() -> {
                    int most = 0;
                    while (!over.get()) { // on a Cluster no script sees all
                        most = Math.max(
                                most,
                                redis.topology() == CLUSTER ? 0 : Integer.parseInt(redis.command("EVAL", ALIVE, "0")));
                    }
                    return most;
                });
                race(8, thread -> {
                    SessionStore<String> shop = shop(thread % 2 == 0 ? one : other, options);
                    Random random = new Random(thread);
                    for (int i = 0; i < 30; i++) {
                        StoredSession<String> session = shop.create();
                        session.setIndex(USER, "ann");
                        Saved saved = session.save();
                        if (saved == Saved.FULL) {
                            refused.incrementAndGet();
                        }
                        if (random.nextInt(3) == 0) {
                            boolean unused = session.delete();
                        }
                    }
                });
                over.set(true);
                assertThat(sampling.join()).isBetween(redis.topology() == CLUSTER ? 0 : 1, 3);
                SessionStore<String> shop = shop(one, options);
                assertThat(shop.findAll(USER, "ann")).hasSizeBetween(1, 3);
                for (int i = 0; i < 4; i++) {
                    StoredSession<String> session = shop.create();
                    session.setIndex(USER, "ann");
                    Saved saved = session.save();
                    assertThat(saved).isIn(Saved.DONE, Saved.FULL);
                }
                assertThat(shop.findAll(USER, "ann")).hasSize(3);
                if (whenFull == SessionLimit.WhenFull.REFUSE) {
                    assertThat(refused).hasPositiveValue();
                } else {
                    assertThat(refused).hasValue(0);
                }
            }
        }
    }
}
