package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many callers of one missing key, in several clients that stand for processes. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class StampedeTest {

    private static final int CLIENTS = 4;
    private static final int CALLERS = 50;

    private final List<Keywright> clients = new ArrayList<>();
    private final List<Cache<String, String>> caches = new ArrayList<>();

    @BeforeEach
    void connect(Redis redis) {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Keywright.connect(redis.uri()));
        }
    }

    @AfterEach
    void close() {
        caches.forEach(Cache::close);
        clients.forEach(Keywright::close);
    }

    private void build(
            Loader<String, String> loader,
            Function<CacheBuilder<String, String>, CacheBuilder<String, String>> options) {
        clients.forEach(client -> caches.add(options.apply(
                        client.cache("hot", KeyCodec.STRING, Codecs.string()).readThrough(loader))
                .build()));
    }

    private void build(Loader<String, String> loader) {
        build(loader, options -> options);
    }

    private static CompletableFuture<String> start(Cache<String, String> cache, String key) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(cache.get(key));
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return answer.orTimeout(30, TimeUnit.SECONDS);
    }

    private List<CompletableFuture<String>> startAll(String key) {
        List<CompletableFuture<String>> callers = new ArrayList<>();
        for (Cache<String, String> cache : caches) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(start(cache, key));
            }
        }
        return callers;
    }

    private long waits() {
        return caches.stream().mapToLong(cache -> cache.stats().waits()).sum();
    }

    private void awaitWaiting() {
        await().atMost(Duration.ofSeconds(20)).until(() -> waits() >= CLIENTS * CALLERS - 1);
    }

    @Test
    void c1_oneLoadForAHotMissingKeyWhateverTheNumberOfCallersAndClients() {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        build(key -> {
            all.await(20, TimeUnit.SECONDS);
            return key + loads.incrementAndGet();
        });
        List<CompletableFuture<String>> callers = startAll("k");
        awaitWaiting();
        all.countDown();
        callers.forEach(caller -> assertThat(caller.join()).isEqualTo("k1"));
        assertThat(loads).hasValue(1);
    }

    @Test
    void c1_distinctKeysLoadSideBySide() {
        CountDownLatch all = new CountDownLatch(100);
        build(key -> {
            all.countDown();
            return all.await(20, TimeUnit.SECONDS) ? "with all others" : "alone";
        });
        List<CompletableFuture<String>> callers = IntStream.range(0, 100)
                .mapToObj(i -> start(caches.get(i % CLIENTS), "k" + i))
                .toList();
        callers.forEach(caller -> assertThat(caller.join()).isEqualTo("with all others"));
    }

    @Test
    void c1_bulkCallersShareTheLoadsToo() {
        AtomicInteger loaded = new AtomicInteger();
        clients.forEach(client -> caches.add(client.cache("bulk", KeyCodec.STRING, Codecs.string())
                .readThroughAll(keys -> {
                    loaded.addAndGet(keys.size());
                    return keys.stream().collect(java.util.stream.Collectors.toMap(key -> key, key -> "v" + key));
                })
                .build()));
        List<String> keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();
        List<CompletableFuture<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Cache<String, String> cache = caches.get(i % CLIENTS);
            List<String> own = new ArrayList<>(keys);
            java.util.Collections.rotate(own, i * 7);
            callers.add(CompletableFuture.supplyAsync(
                    () -> cache.getAll(own.subList(0, 30)).size(), task -> new Thread(task).start()));
        }
        callers.forEach(caller ->
                assertThat(caller.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(30));
        assertThat(loaded).as("keys loaded").hasValue(40);
    }

    @Test
    void c2_aFailureReachesAllWhoWaitAndIsNotRemembered() {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        build(key -> {
            all.await(20, TimeUnit.SECONDS);
            if (loads.incrementAndGet() == 1) {
                throw new SQLException("the database is down");
            }
            return "good";
        });
        List<CompletableFuture<String>> callers = startAll("k");
        awaitWaiting();
        all.countDown();
        int here = 0;
        for (CompletableFuture<String> caller : callers) {
            Throwable failure = caller.handle((value, thrown) -> thrown).join();
            assertThat(failure).as("everybody is told").isNotNull();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof SQLException) {
                here++;
            } else {
                assertThat(cause)
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("java.sql.SQLException")
                        .hasMessageNotContaining("the database is down");
            }
        }
        assertThat(here).as("callers of the process that loaded").isEqualTo(CALLERS);
        assertThat(loads).as("no storm of retries").hasValue(1);
        assertThat(caches.get(1).get("k")).isEqualTo("good");
    }

    @Test
    void c2_nothingFoundReachesAllWhoWaitAlsoWhenItIsNotRemembered() {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        build(
                key -> {
                    all.await(20, TimeUnit.SECONDS);
                    loads.incrementAndGet();
                    return null;
                },
                options -> options.rememberAbsent(Duration.ZERO));
        List<CompletableFuture<String>> callers = startAll("k");
        awaitWaiting();
        all.countDown();
        callers.forEach(caller -> assertThat(caller.join()).isNull());
        assertThat(loads).hasValue(1);
    }

    @Test
    void c2_whoWaitsForADeadOwnerGoesOnWhenTheLeaseEnds() {
        build(key -> "loaded");
        clients.get(0)
                .connection()
                .call(Command.named("SET")
                        .key("cache:hot:k")
                        .argument("L\0\0\0\0deadbeef")
                        .argument("PX")
                        .argument(500)
                        .build())
                .orThrow("test");
        List<CompletableFuture<String>> callers =
                caches.stream().map(cache -> start(cache, "k")).toList();
        callers.forEach(caller -> assertThat(caller.join()).isEqualTo("loaded"));
        assertThat(caches.stream().mapToLong(cache -> cache.stats().loads()).sum())
                .isEqualTo(1);
    }

    @Test
    void c2_aLoaderThatHangsHoldsUpNobodyForLongerThanTheTimeout() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        build(
                key -> {
                    if (loads.incrementAndGet() == 1) {
                        end.await();
                        return "late";
                    }
                    return "second";
                },
                options -> options.loadTimeout(Duration.ofMillis(300)));
        CompletableFuture<String> hanging = start(caches.get(0), "k");
        await().until(() -> loads.get() == 1);
        List<CompletableFuture<String>> callers = startAll("k");
        callers.forEach(caller -> assertThat(caller.join()).isEqualTo("second"));
        end.countDown();
        assertThat(hanging.join()).as("its own caller gets it").isEqualTo("late");
        assertThat(caches.get(1).get("k")).as("nobody else does").isEqualTo("second");
    }

    @Test
    void c3_waitersAreWokenAndNeedNotLook() {
        AtomicLong ended = new AtomicLong();
        AtomicInteger round = new AtomicInteger();
        build(key -> {
            long rival = round.get();
            await().pollInterval(Duration.ofMillis(20)).until(() -> waits() >= rival * (CLIENTS - 1));
            await().pollDelay(Duration.ofMillis(400)).until(() -> true); // by now a look would come every 250 ms
            ended.set(System.nanoTime());
            return key;
        });
        long best = Long.MAX_VALUE;
        for (int i = 1; i <= 2; i++) {
            round.set(i);
            String key = "k" + i;
            List<CompletableFuture<Long>> waiters = caches.stream()
                    .map(cache -> start(cache, key).thenApply(value -> System.nanoTime()))
                    .toList();
            long last =
                    waiters.stream().mapToLong(CompletableFuture::join).max().orElseThrow();
            best = Math.min(best, last - ended.get());
        }
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(60));
    }

    @Test
    void manyAsynchronousCallersTakeOneThread() {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        build(key -> {
            all.await(20, TimeUnit.SECONDS);
            return key + loads.incrementAndGet();
        });
        List<CompletableFuture<String>> callers = IntStream.range(0, 200)
                .mapToObj(i -> caches.get(0).getAsync("k").toCompletableFuture())
                .toList();
        await().until(() -> caches.get(0).stats().waits() == 199);
        all.countDown();
        callers.forEach(caller ->
                assertThat(caller.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("k1"));
    }

    @Test
    void uncheckedFailuresOfTheLoaderComeAsTheyAre() {
        build(key -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(() -> caches.get(0).get("k")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(
                        () -> caches.get(0).getAsync("k").toCompletableFuture().join())
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(caches.get(0).stats().loadFailures()).isEqualTo(2);
    }
}
