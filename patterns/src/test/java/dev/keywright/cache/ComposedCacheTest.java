package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The strategies together: copies in the process, and writing behind, under the same cache. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class ComposedCacheTest {

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
        return kw.cache("t", KeyCodec.STRING, Codecs.string());
    }

    @Test
    void aCopyIsUsedUntilSomebodyWrites() {
        for (NearOptions.Mode mode : NearOptions.Mode.values()) {
            try (Cache<String, String> near = cache(one)
                            .near(NearOptions.DEFAULTS.withMode(mode))
                            .readThrough(key -> "loaded")
                            .build();
                    Cache<String, String> far = cache(two).build()) {
                far.put("ann", "1");
                await().until(() -> "1".equals(near.get("ann")) && near.stats().nearHits() > 0);
                far.put("ann", "2");
                await().until(() -> "2".equals(near.get("ann")));
                near.put("ann", "3");
                assertThat(near.get("ann")).as("own writes at once").isEqualTo("3");
                assertThat(near.getAll(List.of("ann", "bob")))
                        .containsEntry("ann", "3")
                        .containsEntry("bob", "loaded");
                await().untilAsserted(() -> {
                    long before = near.stats().nearHits();
                    assertThat(near.getAllAsync(List.of("ann", "bob")).toCompletableFuture())
                            .as("from the copies, so it is there at once")
                            .isCompletedWithValue(Map.of("ann", "3", "bob", "loaded"));
                    assertThat(near.stats().nearHits()).isEqualTo(before + 2);
                });
                far.invalidate("ann");
                await().until(() -> near.getAllAsync(List.of("ann", "bob"))
                        .toCompletableFuture()
                        .join()
                        .equals(Map.of("ann", "loaded", "bob", "loaded")));
                await().until(() -> "loaded".equals(near.get("ann")));
                near.invalidate("ann");
                assertThat(near.getIfPresent("ann")).isNull();
                far.invalidate("bob");
            }
        }
    }

    @Test
    void aTagForgetsCopiesToo() {
        try (Cache<String, String> near =
                        cache(one).near().tags(key -> List.of("all")).build();
                Cache<String, String> far =
                        cache(two).tags(key -> List.of("all")).build()) {
            far.put("ann", "1");
            await().until(() -> "1".equals(near.get("ann")) && near.stats().nearHits() > 0);
            far.invalidateTag("all");
            await().until(() -> near.get("ann") == null);
            near.put("ann", "2");
            assertThat(near.get("ann")).isEqualTo("2");
            near.invalidateTag("all");
            assertThat(near.get("ann")).isNull();
        }
    }

    @Test
    void copiesDoNotKeepAValueFromBeingRefreshed() {
        try (Cache<String, String> near = cache(one)
                .near()
                .ttl(Duration.ofSeconds(2))
                .refreshAhead(Duration.ofMillis(1900))
                .readThrough(key -> "v" + System.nanoTime())
                .build()) {
            String first = near.get("ann");
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> !near.get("ann").equals(first));
            assertThat(near.stats().refreshes()).isPositive();
        }
    }

    @Test
    void whatIsPutReachesTheDatabaseLaterAndIsReadAtOnce() {
        Map<String, String> rows = new ConcurrentHashMap<>();
        CountDownLatch open = new CountDownLatch(1);
        try (Cache<String, String> cache = cache(one)
                .readThrough(rows::get)
                .writeBehind(changes -> {
                    open.await(20, TimeUnit.SECONDS);
                    for (Change<String, String> change : changes) {
                        if (change.isRemoval()) {
                            rows.remove(change.key());
                        } else {
                            rows.put(change.key(), change.value().orElseThrow());
                        }
                    }
                })
                .build()) {
            cache.put("ann", "1");
            cache.put("bob", "1");
            cache.putAll(Map.of("cat", "1", "dan", "1"));
            cache.remove("bob");
            assertThat(cache.putIfAbsent("ann", "x")).isFalse();
            assertThat(cache.putIfAbsent("bob", "2")).isTrue();
            cache.remove("cat");
            assertThat(cache.get("ann")).isEqualTo("1");
            assertThat(cache.get("cat")).isNull();
            cache.invalidate("ann");
            assertThat(cache.get("ann"))
                    .as("its change waits, and is not older than the row")
                    .isEqualTo("1");
            assertThat(rows).isEmpty();
            open.countDown();
            await().until(() -> rows.equals(Map.of("ann", "1", "bob", "2", "dan", "1")));
            assertThat(cache.writeBehind().orElseThrow().backlog().depth()).isZero();
        }
        assertThatThrownBy(() -> cache(one)
                        .writeBehind(changes -> {})
                        .tags(key -> List.of())
                        .build())
                .hasMessageContaining("tags");
    }
}
