package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values near the end of their time, and past it. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class RefreshTest {

    private Keywright one;
    private Keywright two;

    @BeforeEach
    void connect(Redis redis) {
        one = Keywright.connect(redis.uri());
        two = Keywright.connect(redis.uri());
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static CacheBuilder<String, String> cache(Keywright kw) {
        return kw.cache("t", KeyCodec.STRING, Codecs.string()).jitter(0);
    }

    @Test
    void c6_whatIsStoredTogetherDoesNotExpireTogether() {
        Duration ttl = Duration.ofSeconds(1000);
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            values.put("k" + i, "v");
        }
        try (Cache<String, String> cache =
                one.cache("t", KeyCodec.STRING, Codecs.string()).ttl(ttl).build()) {
            cache.putAll(values);
        }
        List<Command> asks = new ArrayList<>();
        values.keySet()
                .forEach(key ->
                        asks.add(Command.named("PTTL").key("cache:t:" + key).build()));
        Map<Long, Integer> perSecond = new HashMap<>();
        for (Reply reply : one.connection().batch(asks, Duration.ofSeconds(20))) {
            assertThat(reply.number()).isBetween(1L, ttl.toMillis());
            perSecond.merge(reply.number() / 1000, 1, Integer::sum);
        }
        assertThat(perSecond).as("seconds in which keys expire").hasSizeGreaterThanOrEqualTo(100);
        double mean = 10_000.0 / perSecond.size();
        assertThat(perSecond.values()).allMatch(count -> count <= 2 * mean);
    }

    @Test
    void c7_whatIsReadOftenEnoughIsNeverMissedAndOneClientRefreshes() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger coldLoads = new AtomicInteger();
        Loader<String, String> loader = key -> {
            if (key.equals("cold")) {
                coldLoads.incrementAndGet();
            }
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                return "v" + System.nanoTime();
            } finally {
                inside.decrementAndGet();
            }
        };
        try (Cache<String, String> first = refreshing(one, loader);
                Cache<String, String> second = refreshing(two, loader)) {
            first.get("cold");
            String begin = first.get("hot");
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        first.get("hot");
                        second.get("hot");
                        return first.stats().refreshes() + second.stats().refreshes() >= 5;
                    });
            assertThat(first.get("hot")).isNotEqualTo(begin);
            assertThat(first.stats().misses() + second.stats().misses())
                    .as("the two first reads")
                    .isEqualTo(2);
            assertThat(most).as("loaders at a time").hasValue(1);
            assertThat(coldLoads).as("loads of what nobody reads").hasValue(1);
        }
    }

    private static Cache<String, String> refreshing(Keywright kw, Loader<String, String> loader) {
        return cache(kw)
                .ttl(Duration.ofSeconds(2))
                .refreshAhead(Duration.ofMillis(1900))
                .readThrough(loader)
                .build();
    }

    @Test
    void c7_aRefreshThatComesLateDoesNotReplaceWhatWasPut() {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = cache(one)
                .ttl(Duration.ofMinutes(2))
                .refreshAhead(Duration.ofSeconds(119))
                .readThrough(key -> {
                    if (loads.incrementAndGet() == 1) {
                        return "first";
                    }
                    began.countDown();
                    end.await(20, TimeUnit.SECONDS);
                    return "late";
                })
                .build()) {
            await().until(() -> {
                cache.get("ann");
                return began.getCount() == 0;
            });
            assertThat(cache.get("ann")).as("shown meanwhile").isEqualTo("first");
            cache.put("ann", "put");
            end.countDown();
            await().until(() -> cache.stats().refusedFills() == 1);
            assertThat(cache.getIfPresent("ann")).isEqualTo("put");
        }
    }

    @Test
    void c7_earlyRefreshFollowsItsFormula() {
        Random random = new Random(1);
        for (long left : List.of(10L, 100L, 300L)) {
            int early = 0;
            for (int i = 0; i < 20_000; i++) {
                early += Early.isTime(100, 1.5, left, 1 - random.nextDouble()) ? 1 : 0;
            }
            assertThat(early / 20_000.0).isCloseTo(Math.exp(-left / 150.0), within(0.015));
        }
        assertThat(Early.isTime(100, 1, 0, 1)).isTrue();
        try (Cache<String, String> cache = cache(one)
                .ttl(Duration.ofSeconds(2))
                .refreshEarly(1000)
                .readThrough(key -> "v" + System.nanoTime())
                .build()) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                cache.get("ann");
                return cache.stats().refreshes() > 0;
            });
        }
    }

    @Test
    void c8_anOldValueIsShownWhenTheLoaderFailsAndTheLoaderIsSpared() {
        AtomicBoolean down = new AtomicBoolean();
        AtomicInteger loads = new AtomicInteger();
        Loader<String, String> loader = key -> {
            int number = loads.incrementAndGet();
            if (down.get()) {
                throw new IllegalStateException("down");
            }
            return "v" + number;
        };
        try (Cache<String, String> first = lasting(one, loader);
                Cache<String, String> second = lasting(two, loader)) {
            assertThat(first.find("ann")).contains(new Found<>("v1", false));
            down.set(true);
            await().until(() -> first.find("ann").orElseThrow().stale());
            assertThat(first.get("ann")).isEqualTo("v1");
            loads.set(1);
            for (int i = 0; i < 50; i++) {
                assertThat(second.find("ann")).contains(new Found<>("v1", true));
            }
            assertThat(loads.get()).as("tries among 50 reads").isBetween(1, 3);
            assertThat(second.stats().staleServed()).isEqualTo(50);
            assertThat(second.getIfPresent("ann"))
                    .as("is not shown as if it were good")
                    .isNull();
            down.set(false);
            await().until(() -> !second.find("ann").orElseThrow().stale());
            assertThat(second.get("ann")).isNotEqualTo("v1");
        }
    }

    private static Cache<String, String> lasting(Keywright kw, Loader<String, String> loader) {
        return cache(kw)
                .ttl(Duration.ofMillis(100))
                .staleIfError(Duration.ofMinutes(1))
                .failurePause(Duration.ofSeconds(1))
                .readThrough(loader)
                .build();
    }

    @Test
    void c8_thereIsAHardLimit() {
        AtomicBoolean down = new AtomicBoolean();
        try (Cache<String, String> cache = cache(one)
                .ttl(Duration.ofMillis(50))
                .staleIfError(Duration.ofMillis(300))
                .readThrough(key -> {
                    if (down.get()) {
                        throw new IllegalStateException("down");
                    }
                    return "v";
                })
                .build()) {
            cache.get("ann");
            down.set(true);
            await().until(() -> {
                try {
                    cache.get("ann");
                    return false;
                } catch (IllegalStateException e) {
                    return true;
                }
            });
            assertThatThrownBy(() -> cache.get("ann")).hasMessage("down");
        }
    }

    @Test
    void c8_whatIsGoneIsNotShownForLonger() {
        AtomicBoolean deleted = new AtomicBoolean();
        for (Duration absent : List.of(Duration.ZERO, Duration.ofSeconds(10))) {
            deleted.set(false);
            try (Cache<String, String> cache = cache(one)
                    .ttl(Duration.ofMillis(50))
                    .staleIfError(Duration.ofMinutes(1))
                    .rememberAbsent(absent)
                    .readThrough(key -> deleted.get() ? null : "v")
                    .build()) {
                String key = "gone" + absent;
                assertThat(cache.get(key)).isEqualTo("v");
                deleted.set(true);
                await().until(() -> cache.get(key) == null);
                assertThat(cache.find(key)).isEmpty();
            }
        }
    }

    @Test
    void agedCachesPutAndReadInBulkToo() {
        try (Cache<String, String> cache = cache(one)
                .ttl(Duration.ofMinutes(1))
                .staleIfError(Duration.ofMinutes(1))
                .tags(key -> List.of("t"))
                .readThroughAll(keys -> Map.of())
                .build()) {
            cache.putAll(Map.of("a", "1", "b", "2"));
            assertThat(cache.getAll(List.of("a", "b", "c"))).isEqualTo(Map.of("a", "1", "b", "2"));
            assertThat(cache.getIfPresent("a")).isEqualTo("1");
            cache.invalidateTag("t");
            assertThat(cache.getAllPresent(List.of("a", "b"))).isEmpty();
        }
    }
}
