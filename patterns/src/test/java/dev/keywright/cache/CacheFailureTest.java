package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Redis frozen, killed, full, read-only; replies lost; threads interrupted; caches closed. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class CacheFailureTest {

    private static final Duration DEADLINE = Duration.ofMillis(150);

    private static CacheBuilder<String, String> cache(Keywright kw) {
        return kw.cache("t", KeyCodec.STRING, Codecs.string()).readThrough(key -> "loaded");
    }

    private static void isAway(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(KeywrightException.Unavailable.class);
    }

    @Test
    void x8_decidesAsDeclaredWithinTheDeadlineWhenTheServerIsFrozen(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> loads = cache(kw).deadline(DEADLINE).build();
                Cache<String, String> raises =
                        cache(kw).deadline(DEADLINE).whenAway(WhenAway.RAISE).build()) {
            loads.put("ann", "stored");
            redis.nodes().forEach(Standalone::freeze);
            long start = System.nanoTime();
            assertThat(loads.get("ann")).isEqualTo("loaded");
            assertThat(loads.getIfPresent("ann")).isNull();
            assertThat(loads.getAll(List.of("ann", "bob"))).hasSize(2);
            assertThat(loads.getAsync("ann").toCompletableFuture().join()).isEqualTo("loaded");
            isAway(() -> raises.get("ann"));
            isAway(() -> raises.getAll(List.of("ann")));
            isAway(() -> loads.put("ann", "new"));
            isAway(() -> loads.invalidate("ann"));
            Duration each = Duration.ofNanos(System.nanoTime() - start).dividedBy(8);
            assertThat(each).as("each of eight calls").isLessThan(DEADLINE.multipliedBy(3));
            assertThat(loads.stats().away()).isGreaterThanOrEqualTo(4);
            redis.nodes().forEach(Standalone::thaw);
            await().ignoreExceptions().until(() -> {
                loads.put("ann", "again");
                return "again".equals(raises.get("ann"));
            });
        }
    }

    @Test
    void x8_oneThreadAtATimeLoadsAKeyWhileRedisIsAway(Redis redis) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch joined = new CountDownLatch(1);
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .deadline(DEADLINE)
                        .readThrough(key -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            joined.await(20, TimeUnit.SECONDS);
                            inside.decrementAndGet();
                            return "loaded";
                        })
                        .build()) {
            redis.nodes().forEach(Standalone::kill);
            List<CompletableFuture<String>> callers = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i ->
                            CompletableFuture.supplyAsync(() -> cache.get("ann"), task -> new Thread(task).start()))
                    .toList();
            await().until(() -> cache.stats().waits() == 7);
            joined.countDown();
            callers.forEach(caller -> assertThat(caller.join()).isEqualTo("loaded"));
            assertThat(most).hasValue(1);
            assertThat(cache.stats().loads()).isEqualTo(1);
            redis.nodes().forEach(Standalone::restart);
            await().ignoreExceptions().until(() -> {
                cache.put("ann", "again");
                return "again".equals(cache.getIfPresent("ann"));
            });
        }
    }

    @Test
    void aClaimThatIsAnsweredTooLateLeavesNobodyWaiting(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw).deadline(DEADLINE).build()) {
            redis.nodes().forEach(node -> node.command("CLIENT", "PAUSE", "600", "WRITE"));
            assertThat(cache.get("ann")).isEqualTo("loaded");
            redis.command("SET", "probe", "answered when writes go on");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> redis.command("EXISTS", "cache:t:ann").equals("0"));
        }
    }

    @Test
    void asynchronousCallersDoNotWaitForALoadThatHangs(Redis redis) {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .loadTimeout(Duration.ofMillis(400))
                        .readThrough(key -> {
                            if (loads.incrementAndGet() == 1) {
                                end.await(60, TimeUnit.SECONDS);
                            }
                            return "loaded";
                        })
                        .build()) {
            CompletableFuture<String> hanging = cache.getAsync("ann").toCompletableFuture();
            await().until(() -> loads.get() == 1);
            assertThat(cache.getAsync("ann")
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo("loaded");
            assertThat(hanging).isNotDone();
            end.countDown();
            assertThat(hanging.join()).isEqualTo("loaded");
        }
    }

    @Test
    void aLoaderWhoseOwnStoreIsAwayIsAskedOnce(Redis redis) {
        AtomicInteger loads = new AtomicInteger();
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .readThrough(key -> {
                            loads.incrementAndGet();
                            throw new KeywrightException.Unavailable("another store is away", false);
                        })
                        .build()) {
            isAway(() -> cache.find("ann"));
            isAway(() -> cache.getAll(List.of("bob")));
            assertThat(loads).hasValue(2);
        }
    }

    @Test
    void aServerThatDiesDuringALoadCostsTheCallerNothing(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .deadline(DEADLINE)
                        .readThrough(key -> {
                            redis.nodes().forEach(Standalone::kill);
                            return "loaded";
                        })
                        .build()) {
            assertThat(cache.get("ann")).isEqualTo("loaded");
            redis.nodes().forEach(Standalone::restart);
        }
    }

    @Test
    void aFullServerStoresNothingAndIsReadAllTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw).build()) {
            cache.put("ann", "old");
            cache.put("cat", "stored");
            redis.nodes().forEach(node -> node.command("CONFIG", "SET", "maxmemory", "1"));
            assertThatThrownBy(() -> cache.put("ann", "new"))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("OOM");
            assertThat(cache.get("cat")).isEqualTo("stored");
            assertThat(cache.get("bob")).isEqualTo("loaded");
            assertThat(cache.get("ann")).as("older than what was to be put").isEqualTo("loaded");
            await().until(() -> cache.getAllPresent(List.of("ann", "cat")).equals(Map.of("cat", "stored")));
        }
    }

    @Test
    @WithRedis
    void aReadOnlyReplicaIsReadAndCannotBeWritten(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw).build()) {
            cache.put("ann", "stored");
            redis.command("REPLICAOF", "127.0.0.1", "1");
            try {
                assertThat(cache.get("ann")).isEqualTo("stored");
                assertThat(cache.get("bob")).isEqualTo("loaded");
                assertThatThrownBy(() -> cache.put("ann", "new"))
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isFalse());
            } finally {
                redis.command("REPLICAOF", "NO", "ONE");
            }
        }
    }

    @Test
    void x3_scriptsMayBeForgottenBeforeEveryCall(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw)
                        .writeThrough(changes -> {})
                        .readThroughAll(keys -> java.util.Map.of("c", "bulk", "d", "bulk"))
                        .build()) {
            for (int i = 0; i < 5; i++) {
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(cache.get("k" + i)).isEqualTo("loaded");
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                cache.put("k" + i, "put");
                assertThat(cache.getIfPresent("k" + i)).isEqualTo("put");
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(cache.getAsync("a" + i).toCompletableFuture().join()).isEqualTo("loaded");
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(cache.putIfAbsent("b" + i, "put")).isTrue();
            }
            redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
            assertThat(cache.getAll(List.of("c", "d"))).hasSize(2);
        }
    }

    @Test
    @WithRedis
    void x1_aPutWhoseReplyIsLostIsNotSentAgainAndTheCallerIsTold(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Cache<String, String> cache = cache(kw).build()) {
            cache.put("ann", "1");
            proxy.cutAfterNextRequest("SET");
            assertThatThrownBy(() -> cache.put("ann", "2"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(cache.get("ann")).as("1 or 2, nobody knows").isEqualTo("loaded");
            assertThat(redis.command("INFO", "commandstats")).contains("cmdstat_set:calls=2,");
            await().until(() ->
                    cache.getIfPresent("ann") == null && cache.stats().away() > 0);
        }
    }

    @Test
    @WithRedis
    void x1_lostRepliesToTheScriptsOfALoadDoNoHarm(Standalone redis) {
        AtomicInteger loads = new AtomicInteger();
        AtomicReference<FaultProxy> cut = new AtomicReference<>();
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .readThrough(key -> {
                            FaultProxy now = cut.getAndSet(null);
                            if (now != null) {
                                now.cutAfterNextRequest("EVALSHA"); // that of fill.lua
                            }
                            return "loaded" + loads.incrementAndGet();
                        })
                        .build()) {
            cache.get("first");
            proxy.cutAfterNextRequest("EVALSHA"); // that of claim.lua
            assertThat(cache.get("ann")).isEqualTo("loaded2");
            assertThat(cache.get("ann")).isEqualTo("loaded2");
            cut.set(proxy);
            assertThat(cache.get("bob")).isEqualTo("loaded3");
            assertThat(cache.get("bob")).isEqualTo("loaded3");
        }
    }

    @Test
    void anInterruptIsNotDecidedByTheModeForAwayServers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw).build()) {
            Thread.currentThread().interrupt();
            isAway(() -> cache.get("ann"));
            isAway(() -> cache.put("ann", "1"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(cache.get("ann")).isEqualTo("loaded");
        }
    }

    @Test
    void anInterruptedWaiterLeavesAndTheOthersGetTheirValue(Redis redis) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri());
                Cache<String, String> first = cache(one)
                        .readThrough(key -> {
                            end.await(20, TimeUnit.SECONDS);
                            return "loaded";
                        })
                        .build();
                Cache<String, String> second = cache(two).build()) {
            CompletableFuture<String> owner = CompletableFuture.supplyAsync(() -> first.get("ann"));
            await().until(() -> first.stats().loads() == 1);
            AtomicReference<Throwable> told = new AtomicReference<>();
            for (Cache<String, String> cache : List.of(first, second)) { // in its process, and in another one
                told.set(null);
                Thread waiter = new Thread(() -> {
                    try {
                        cache.get("ann");
                    } catch (KeywrightException e) {
                        told.set(Thread.currentThread().isInterrupted() ? e : null);
                    }
                });
                waiter.start();
                await().until(() -> cache.stats().waits() == 1);
                waiter.interrupt();
                waiter.join(20_000);
                assertThat(told.get()).isInstanceOf(KeywrightException.Unavailable.class);
            }
            end.countDown();
            assertThat(owner.join()).isEqualTo("loaded");
            assertThat(second.get("ann")).isEqualTo("loaded");
        }
    }

    @Test
    void anInterruptedLoadConcernsNobodyElse(Redis redis) throws InterruptedException {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri());
                Cache<String, String> first =
                        cache(one).loadTimeout(Duration.ofMinutes(5)).build();
                Cache<String, String> second =
                        cache(two).loadTimeout(Duration.ofMinutes(5)).build()) {
            Thread loading = new Thread(() -> {
                try {
                    first.get("ann", key -> {
                        new CountDownLatch(1).await();
                        return "never";
                    });
                } catch (java.util.concurrent.CompletionException expected) {
                    // its cause is the InterruptedException
                }
            });
            loading.start();
            await().until(() -> first.stats().loads() == 1);
            CompletableFuture<String> joined = CompletableFuture.supplyAsync(() -> first.get("ann"));
            CompletableFuture<String> noted = first.getAsync("ann").toCompletableFuture();
            CompletableFuture<String> elsewhere = CompletableFuture.supplyAsync(() -> second.get("ann"));
            await().until(() -> first.stats().waits() == 2 && second.stats().waits() == 1);
            loading.interrupt();
            loading.join(20_000);
            for (CompletableFuture<String> caller : List.of(joined, noted, elsewhere)) {
                assertThat(caller.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("loaded");
            }
        }
    }

    @Test
    void aCacheClosedDuringALoadLetsItEnd(Redis redis) {
        for (boolean all : List.of(false, true)) {
            CountDownLatch end = new CountDownLatch(1);
            try (Keywright kw = Keywright.connect(redis.uri())) {
                Cache<String, String> cache = kw.cache("closed" + all, KeyCodec.STRING, Codecs.string())
                        .readThrough(key -> {
                            end.await(20, TimeUnit.SECONDS);
                            return "loaded";
                        })
                        .build();
                CompletableFuture<String> caller = CompletableFuture.supplyAsync(() -> cache.get("ann"));
                CompletableFuture<String> later = cache.getAsync("bob").toCompletableFuture();
                await().until(() -> cache.stats().loads() == 2);
                cache.close();
                if (all) {
                    kw.close();
                }
                end.countDown();
                assertThat(caller.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("loaded");
                assertThat(later.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("loaded");
                assertThatThrownBy(() -> cache.get("ann")).isInstanceOf(KeywrightException.Misused.class);
            }
        }
    }

    @Test
    void c10_anInvalidationInDoubtIsMadeLaterAndTheOldValueNotShownUntilThen(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw)
                        .deadline(DEADLINE)
                        .readThroughAll(keys -> Map.of("ann", "loaded", "bob", "loaded"))
                        .build();
                Cache<String, String> elsewhere = cache(other).build()) {
            cache.putAll(Map.of("ann", "old", "bob", "old", "cat", "old"));
            redis.nodes().forEach(Standalone::freeze);
            isAway(() -> cache.invalidate("ann"));
            isAway(() -> cache.put("bob", "new"));
            assertThatThrownBy(() ->
                            cache.invalidateAsync("cat").toCompletableFuture().join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            assertThat(cache.get("ann")).as("at once, without asking Redis").isEqualTo("loaded");
            assertThat(cache.getAll(List.of("ann", "bob"))).isEqualTo(Map.of("ann", "loaded", "bob", "loaded"));
            redis.nodes().forEach(Standalone::thaw);
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(elsewhere.getAllPresent(List.of("ann", "bob", "cat")))
                            .doesNotContainValue("old"));
            await().ignoreExceptions().untilAsserted(() -> {
                cache.put("ann", "again");
                assertThat(cache.getIfPresent("ann")).isEqualTo("again");
            });
        }
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsTold(Redis redis) {
        AtomicReference<Cache<String, String>> itself = new AtomicReference<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .readThrough(key -> itself.get().get(key))
                        .build()) {
            itself.set(cache);
            assertThatThrownBy(() -> cache.get("ann"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("very key");
        }
    }

    @Test
    void aValueThatCannotBeEncodedGivesTheLeaseBack(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache =
                        cache(kw).loadTimeout(Duration.ofMinutes(5)).build()) {
            assertThatThrownBy(() -> cache.get("ann", key -> "half a pair \uD800"))
                    .isInstanceOf(IllegalArgumentException.class);
            await().until(() -> "loaded".equals(cache.get("ann")));
        }
    }

    @Test
    void aKeyOfAnotherTypeIsSaidToBeWrong(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<String, String> cache = cache(kw).build()) {
            redis.command("RPUSH", "cache:t:list", "x");
            assertThatThrownBy(() -> cache.get("list"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE");
        }
    }
}
