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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache promises when nothing goes wrong. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CacheTest {

    private Keywright kw;

    @BeforeEach
    void connect(Redis redis) {
        kw = Keywright.connect(redis.uri());
    }

    @AfterEach
    void close() {
        kw.close();
    }

    private CacheBuilder<String, String> cache() {
        return kw.cache("t", KeyCodec.STRING, Codecs.string());
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    @Test
    void keepsWhatIsPutAndForgetsWhatIsInvalidated() {
        try (Cache<String, String> cache = cache().build()) {
            assertThat(cache.get("ann")).isNull();
            cache.put("ann", "1");
            assertThat(cache.get("ann")).isEqualTo("1");
            assertThat(cache.getIfPresent("ann")).isEqualTo("1");
            assertThat(cache.find("ann")).contains(new Found<>("1", false));
            cache.put("ann", "2", Duration.ofMinutes(1));
            assertThat(cache.get("ann")).isEqualTo("2");
            cache.invalidate("ann");
            assertThat(cache.getIfPresent("ann")).isNull();
            assertThat(cache.find("ann")).isEmpty();
            cache.put("ann", "3");
            cache.remove("ann");
            assertThat(cache.getIfPresent("ann")).isNull();
            assertThat(cache.stats().hits()).isEqualTo(4);
            assertThat(cache.stats().misses()).isEqualTo(4);
        }
    }

    @Test
    void loadsWhatIsMissingOnce() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache =
                cache().readThrough(key -> key + loads.incrementAndGet()).build()) {
            assertThat(cache.get("ann")).isEqualTo("ann1");
            assertThat(cache.get("ann")).isEqualTo("ann1");
            assertThat(cache.getIfPresent("bob")).as("is not loaded").isNull();
            assertThat(cache.get("bob", key -> "other")).isEqualTo("other");
            cache.invalidate("ann");
            assertThat(cache.find("ann")).isEqualTo(Optional.of(new Found<>("ann2", false)));
            assertThat(cache.stats().loads()).isEqualTo(3);
        }
    }

    @Test
    void putIfAbsentStoresWhereThereIsNoValue() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = cache().readThrough(key -> {
                    loads.incrementAndGet();
                    return null;
                })
                .build()) {
            assertThat(cache.putIfAbsent("ann", "1")).isTrue();
            assertThat(cache.putIfAbsent("ann", "2")).isFalse();
            assertThat(cache.get("ann")).isEqualTo("1");
            assertThat(cache.get("bob")).isNull();
            assertThat(cache.putIfAbsent("bob", "3"))
                    .as("a remembered absence is no value")
                    .isTrue();
            assertThat(cache.get("bob")).isEqualTo("3");
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void c9_manyAreReadInOneFlushAndTheMissingLoadedTogether() {
        AtomicInteger bulks = new AtomicInteger();
        try (Cache<String, String> cache = cache().readThroughAll(keys -> {
                    bulks.incrementAndGet();
                    Map<String, String> values = new LinkedHashMap<>();
                    keys.stream().filter(key -> !key.equals("k13")).forEach(key -> values.put(key, "v" + key));
                    return values;
                })
                .build()) {
            List<String> keys = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();
            Map<String, String> known = new LinkedHashMap<>();
            keys.subList(0, 10).forEach(key -> known.put(key, "put"));
            cache.putAll(known);
            Map<String, String> all = cache.getAll(keys);
            assertThat(all.keySet())
                    .containsExactlyElementsOf(
                            keys.stream().filter(key -> !key.equals("k13")).toList());
            assertThat(all).containsEntry("k3", "put").containsEntry("k20", "vk20");
            assertThat(bulks).hasValue(1);
            long before = kw.connection().counters().calls();
            assertThat(cache.getAll(keys)).isEqualTo(all);
            assertThat(kw.connection().counters().calls() - before).isEqualTo(50);
            assertThat(cache.getAllPresent(List.of("k1", "k13", "nobody"))).containsOnlyKeys("k1");
            assertThat(bulks).hasValue(1);
            cache.invalidateAll(List.of("k1", "k2"));
            assertThat(cache.getAllPresent(List.of("k1", "k2", "k3"))).containsOnlyKeys("k3");
            assertThat(cache.get("k1")).isEqualTo("vk1");
            assertThat(cache.getAll(List.of())).isEmpty();
        }
    }

    @Test
    void asynchronousFormsDoTheSame() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = cache().readThrough(key -> {
                    assertThat(Thread.currentThread().getName()).startsWith("keywright-cache");
                    return key + loads.incrementAndGet();
                })
                .build()) {
            assertThat(done(cache.getIfPresentAsync("ann"))).isNull();
            List<CompletionStage<String>> all =
                    IntStream.range(0, 50).mapToObj(i -> cache.getAsync("ann")).toList();
            all.forEach(stage -> assertThat(done(stage)).isEqualTo("ann1"));
            done(cache.putAsync("ann", "put"));
            assertThat(done(cache.getAsync("ann"))).isEqualTo("put");
            done(cache.invalidateAsync("ann"));
            assertThat(done(cache.getAllAsync(List.of("ann", "bob")))).containsOnlyKeys("ann", "bob");
            assertThat(done(cache.getAllAsync(List.of("ann")))).containsEntry("ann", "ann2");
            assertThat(loads).hasValue(3);
        }
    }

    @Test
    void c5_anAbsenceIsRememberedForATimeOfItsOwn() {
        AtomicInteger loads = new AtomicInteger();
        Loader<String, String> nothing = key -> {
            loads.incrementAndGet();
            return null;
        };
        try (Cache<String, String> cache = cache().readThrough(nothing).build()) {
            for (int i = 0; i < 20; i++) {
                assertThat(cache.get("ghost")).isNull();
            }
            assertThat(loads).as("20 reads of an absent row").hasValue(1);
            cache.put("ghost", "born");
            assertThat(cache.get("ghost")).isEqualTo("born");
        }
        try (Cache<String, String> brief = cache().readThrough(nothing)
                .rememberAbsent(Duration.ofMillis(50))
                .build()) {
            loads.set(0);
            await().until(() -> brief.get("wraith") == null && loads.get() == 3);
        }
        try (Cache<String, String> forgetful =
                cache().readThrough(nothing).rememberAbsent(Duration.ZERO).build()) {
            loads.set(0);
            assertThat(forgetful.get("spook")).isNull();
            assertThat(forgetful.get("spook")).isNull();
            assertThat(loads).hasValue(2);
        }
    }

    @Test
    void strangeKeysAreKeptApart() {
        List<String> keys = List.of(
                " ",
                "a b",
                "a\0b",
                "a\r\nb",
                "k".repeat(1024),
                "ключ",
                "鍵",
                "{x}y",
                "{}",
                "}{",
                "\uD83D\uDD11",
                "%7D",
                "a:b",
                "!tag:a");
        try (Cache<String, String> cache =
                cache().tags(key -> List.of("a", key)).build()) {
            for (String key : keys) {
                cache.put(key, "value of " + key);
            }
            for (String key : keys) {
                assertThat(cache.get(key)).isEqualTo("value of " + key);
            }
            cache.invalidateTag("a b");
            assertThat(cache.getAllPresent(keys)).hasSize(keys.size() - 1);
            assertThatThrownBy(() -> cache.get("")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void c10_aTagForgetsAllItsValuesAtOnce() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = cache().tags(key -> List.of("all", "group" + key.charAt(0)))
                .readThrough(key -> key + loads.incrementAndGet())
                .build()) {
            List<String> keys = Stream.of("a1", "a2", "b1", "b2").toList();
            cache.getAll(keys);
            cache.put("a1", "put");
            assertThat(cache.get("a1")).isEqualTo("put");
            assertThat(cache.getAll(keys)).hasSize(4);
            assertThat(loads).hasValue(4);
            cache.invalidateTag("groupa");
            assertThat(cache.getAllPresent(keys)).containsOnlyKeys("b1", "b2");
            assertThat(cache.get("a1")).isEqualTo("a15");
            assertThat(cache.getIfPresent("a1")).isEqualTo("a15");
            cache.invalidateTag("all");
            assertThat(cache.getAllPresent(keys)).isEmpty();
            assertThat(cache.putIfAbsent("b1", "anew")).isTrue();
            assertThat(done(cache.getAsync("b1"))).isEqualTo("anew");
        }
        try (Cache<String, String> cache = cache().build()) {
            assertThatThrownBy(() -> cache.invalidateTag("x"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("tags(...)");
        }
    }

    @Test
    void c10_aTagThatWasEvictedForgetsItsValuesToo(Redis redis) {
        try (Cache<String, String> cache = cache().tags(key -> List.of("all")).build()) {
            cache.put("ann", "1");
            cache.invalidateTag("all");
            redis.command("DEL", "cache:t!tag:all");
            assertThat(cache.getIfPresent("ann")).isNull();
            cache.put("bob", "2");
            assertThat(cache.getIfPresent("ann"))
                    .as("a new version is no old one")
                    .isNull();
            assertThat(cache.getIfPresent("bob")).isEqualTo("2");
        }
    }

    @Test
    void anotherSchemaIsLoadedAnew() {
        try (Cache<String, String> old = cache().build();
                Cache<String, String> fresh =
                        cache().schemaVersion(2).readThrough(key -> "new").build()) {
            old.put("ann", "old");
            assertThat(fresh.getIfPresent("ann")).isNull();
            assertThat(fresh.get("ann")).isEqualTo("new");
            assertThat(fresh.get("ann")).isEqualTo("new");
            assertThat(fresh.stats().undecodable()).isEqualTo(2);
            assertThat(fresh.stats().loads()).isEqualTo(1);
            assertThat(old.getIfPresent("ann")).isNull();
            old.put("bob", "old");
            assertThat(fresh.putIfAbsent("bob", "new")).isTrue();
            assertThat(fresh.get("bob")).isEqualTo("new");
        }
    }

    @Test
    void whatCannotBeReadIsLoadedAnew(Redis redis) {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache =
                cache().readThrough(key -> "good" + loads.incrementAndGet()).build()) {
            List<String> damaged = List.of(
                    "", "x", "V", "N", "VV", "V\1", "V\2", "V\0s\0\0\u00ff", "hello world, this is no entry of ours");
            for (String bytes : damaged) {
                kw.connection()
                        .call(Command.named("SET")
                                .key("cache:t:ann")
                                .argument(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                                .argument("PX")
                                .argument(60_000)
                                .build())
                        .orThrow("test");
                loads.set(0);
                assertThat(cache.getIfPresent("ann")).as(bytes).isNull();
                assertThat(cache.get("ann")).as(bytes).isEqualTo("good1");
                assertThat(cache.get("ann")).as(bytes).isEqualTo("good1");
            }
        }
    }

    @Test
    void oneCommandForAHitAPutAndAnInvalidation() {
        try (Cache<String, String> cache = cache().readThrough(key -> "v").build()) {
            long before = kw.connection().counters().calls();
            cache.put("ann", "1");
            cache.get("ann");
            cache.invalidate("ann");
            assertThat(kw.connection().counters().calls() - before).isEqualTo(3);
        }
    }

    @Test
    void aValueThatIsTooLargeIsNotStored() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = cache().maxValueBytes(100)
                .readThrough(key -> "x".repeat(100 + loads.incrementAndGet()))
                .build()) {
            assertThat(cache.get("ann")).hasSize(101);
            assertThat(cache.get("ann")).hasSize(102);
            assertThatThrownBy(() -> cache.put("ann", "x".repeat(101)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("101 bytes");
            cache.put("ann", "x".repeat(100));
            assertThat(cache.get("ann")).hasSize(100);
        }
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> kw.cache("a:b", KeyCodec.STRING, Codecs.string()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a:b");
        assertThatThrownBy(() -> cache().ttl(Duration.ZERO)).hasMessageContaining("ttl");
        assertThatThrownBy(() -> cache().jitter(1)).hasMessageContaining("jitter");
        assertThatThrownBy(() -> cache().schemaVersion(70_000)).hasMessageContaining("schemaVersion");
        assertThatThrownBy(() -> cache().refreshAhead(Duration.ofHours(1))
                        .readThrough(key -> key)
                        .build())
                .hasMessageContaining("refreshAhead");
        assertThatThrownBy(() -> cache().refreshAhead(Duration.ofSeconds(1)).build())
                .hasMessageContaining("readThrough");
        try (Cache<String, String> cache = cache().build()) {
            assertThatThrownBy(() -> cache.put("ann", "1", Duration.ZERO)).hasMessageContaining("ttl");
        }
    }
}
