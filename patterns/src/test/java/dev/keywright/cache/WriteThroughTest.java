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
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** W1: the database first, and the cache never behind it. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class WriteThroughTest {

    private final Map<String, String> rows = new ConcurrentHashMap<>();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicInteger writes = new AtomicInteger();
    private Keywright kw;
    private Cache<String, String> cache;

    @BeforeEach
    void connect(Redis redis) {
        kw = Keywright.connect(redis.uri());
        cache = builder().build();
    }

    private CacheBuilder<String, String> builder() {
        return kw.cache("t", KeyCodec.STRING, Codecs.string())
                .readThrough(rows::get)
                .writeThrough(this::write);
    }

    private void write(List<Change<String, String>> changes) throws SQLException {
        if (down.get()) {
            throw new SQLException("down");
        }
        writes.incrementAndGet();
        for (Change<String, String> change : changes) {
            if (change.isRemoval()) {
                rows.remove(change.key());
            } else {
                rows.put(change.key(), change.value().orElseThrow());
            }
        }
    }

    @AfterEach
    void close() {
        cache.close();
        kw.close();
    }

    @Test
    void w1_writesToBothAndRemovesFromBoth() {
        cache.put("ann", "1");
        assertThat(rows).containsEntry("ann", "1");
        assertThat(cache.getIfPresent("ann")).isEqualTo("1");
        cache.put("ann", "2", Duration.ofMinutes(1));
        assertThat(cache.getIfPresent("ann")).isEqualTo("2");
        cache.remove("ann");
        assertThat(rows).isEmpty();
        assertThat(cache.get("ann")).isNull();
        writes.set(0);
        cache.putAll(Map.of("a", "1", "b", "2", "c", "3"));
        assertThat(rows).hasSize(3);
        assertThat(writes).as("one call of the writer").hasValue(1);
        assertThat(cache.getAllPresent(List.of("a", "b", "c"))).isEqualTo(rows);
        assertThat(cache.putIfAbsent("a", "x")).isFalse();
        assertThat(cache.putIfAbsent("d", "4")).isTrue();
        assertThat(rows).containsEntry("a", "1").containsEntry("d", "4");
        cache.putAsync("e", "5").toCompletableFuture().join();
        assertThat(rows).containsEntry("e", "5");
        cache.invalidate("e");
        assertThat(rows).as("what is invalidated stays where it belongs").containsEntry("e", "5");
        assertThat(cache.get("e")).isEqualTo("5");
    }

    @Test
    void w1_aFailureReachesTheCallerAndLeavesNothingBehind() {
        cache.put("ann", "1");
        down.set(true);
        assertThatThrownBy(() -> cache.put("ann", "2"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> cache.remove("ann")).hasCauseInstanceOf(SQLException.class);
        assertThat(cache.getIfPresent("ann")).isNull();
        assertThat(cache.get("ann")).isEqualTo("1");
    }

    @Test
    void w1_writersThatOverlapLeaveNoOlderValue() {
        CountDownLatch firstIn = new CountDownLatch(1);
        CountDownLatch firstOut = new CountDownLatch(1);
        try (Cache<String, String> slow = kw.cache("t", KeyCodec.STRING, Codecs.string())
                .readThrough(rows::get)
                .writeThrough(changes -> {
                    write(changes);
                    firstIn.countDown();
                    firstOut.await(20, TimeUnit.SECONDS);
                })
                .build()) {
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> slow.put("ann", "older"));
            await().until(() -> firstIn.getCount() == 0);
            cache.put("ann", "newer");
            assertThat(cache.get("ann")).as("loaded, while one still writes").isEqualTo("newer");
            assertThat(cache.getIfPresent("ann")).as("and not stored").isNull();
            firstOut.countDown();
            first.join();
            assertThat(cache.get("ann")).isEqualTo("newer");
        }
    }

    @Test
    void w1_aWriterThatDiesHoldsTheKeyUpNoLongerThanTheTimeout(Redis redis) {
        rows.put("ann", "row");
        redis.command("SET", "cache:t:ann", "W\0\0\0\0deadbeef", "PX", "300");
        assertThat(cache.get("ann")).isEqualTo("row");
        await().until(() -> {
            cache.get("ann");
            return "row".equals(cache.getIfPresent("ann"));
        });
    }

    @Test
    void w1_aWriterSlowerThanTheTimeoutStoresNothing() {
        try (Cache<String, String> slow = kw.cache("t", KeyCodec.STRING, Codecs.string())
                .loadTimeout(Duration.ofMillis(50))
                .readThrough(rows::get)
                .writeThrough(changes -> {
                    rows.put("ann", "old");
                    await().until(() -> {
                        cache.get("ann");
                        return "old".equals(cache.getIfPresent("ann"));
                    });
                    write(changes);
                })
                .build()) {
            slow.put("ann", "new");
            assertThat(cache.get("ann")).isEqualTo("new");
        }
    }

    @Test
    void w1_nobodyWritesWhileRedisIsAway(Redis redis) {
        try (Cache<String, String> brief =
                builder().deadline(Duration.ofMillis(150)).build()) {
            redis.nodes().forEach(dev.keywright.server.Standalone::freeze);
            assertThatThrownBy(() -> brief.put("ann", "1"))
                    .isInstanceOf(dev.keywright.KeywrightException.Unavailable.class);
            assertThat(rows).isEmpty();
        } finally {
            redis.nodes().forEach(dev.keywright.server.Standalone::thaw);
        }
    }
}
