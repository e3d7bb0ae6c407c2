package dev.keywright.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.awt.Point;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.Test;

/** What the TCK does not ask: several processes, topologies, strangers' classes, Redis away. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class KeywrightCacheTest {

    /** Two providers stand for two processes. */
    @Test
    void processesShareWhatIsUnderAName(Redis redis) {
        try (KeywrightCachingProvider one = new KeywrightCachingProvider();
                KeywrightCachingProvider two = new KeywrightCachingProvider()) {
            Cache<String, Integer> here = numbers(one, redis, "shared");
            Cache<String, Integer> there = numbers(two, redis, "shared");
            Cache<String, Integer> other = numbers(two, redis, "sharedness");

            here.put("a", 1);
            other.put("b", 2);

            assertThat(there.get("a")).isEqualTo(1);
            assertThat(there.putIfAbsent("a", 5)).isFalse();
            assertThat(names(there)).containsExactly("a");
            there.clear();
            assertThat(here.containsKey("a")).isFalse();
            assertThat(other.get("b")).isEqualTo(2);
        }
    }

    @Test
    void goesOverAllEntriesWhereverTheyAre(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Integer> cache = numbers(provider, redis, "many [*?] cache");
            Set<String> keys = IntStream.range(0, 300).mapToObj(i -> "key " + i).collect(Collectors.toSet());
            cache.putAll(keys.stream().collect(Collectors.toMap(key -> key, String::length)));

            assertThat(names(cache)).isEqualTo(keys);
            assertThat(cache.getAll(keys)).hasSize(300);
            cache.removeAll();
            assertThat(names(cache)).isEmpty();
        }
    }

    @Test
    void noStepOfAnEntryProcessorIsLostAmongProcesses(Redis redis) throws Exception {
        int callers = 4;
        int steps = 50;
        try (KeywrightCachingProvider one = new KeywrightCachingProvider();
                KeywrightCachingProvider two = new KeywrightCachingProvider()) {
            List<Cache<String, Integer>> caches =
                    List.of(numbers(one, redis, "counter"), numbers(two, redis, "counter"));
            caches.get(0).put("n", 0);
            ExecutorService executor = Executors.newFixedThreadPool(callers);
            List<Future<?>> running = IntStream.range(0, callers)
                    .<Future<?>>mapToObj(caller -> executor.submit(() -> {
                        for (int i = 0; i < steps; i++) {
                            Integer unused = caches.get(caller % 2).invoke("n", (entry, nothing) -> {
                                entry.setValue(entry.getValue() + 1);
                                return entry.getValue();
                            });
                        }
                    }))
                    .toList();
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            executor.shutdown();

            assertThat(caches.get(1).get("n")).isEqualTo(callers * steps);
        }
    }

    @Test
    void keysOfDifferentTypesAreDifferentKeys(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<Object, Object> cache = manager(provider, redis).createCache("types", new MutableConfiguration<>());
            List<Object> keys = List.of("1", 1, 1L, List.of("1"), "s1", "", " \u0000:{}");
            keys.forEach(key -> cache.put(key, "value of " + key.getClass() + key));

            keys.forEach(key -> assertThat(cache.get(key)).isEqualTo("value of " + key.getClass() + key));
        }
    }

    @Test
    void readsNoClassThatNobodyAllowed(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Object> open = manager(provider, redis).createCache("open", new MutableConfiguration<>());
            Cache<String, Point> typed = manager(provider, redis)
                    .createCache(
                            "typed", new MutableConfiguration<String, Point>().setTypes(String.class, Point.class));
            open.put("p", new Point(1, 2));
            typed.put("p", new Point(1, 2));

            assertThat(typed.get("p")).isEqualTo(new Point(1, 2));
            assertThatThrownBy(() -> open.get("p"))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(KeywrightCachingProvider.ALLOW);
        }
    }

    @Test
    void saysSoWhenAnotherProcessStoredAnotherType(Redis redis) {
        try (KeywrightCachingProvider one = new KeywrightCachingProvider();
                KeywrightCachingProvider two = new KeywrightCachingProvider()) {
            numbers(one, redis, "mixed").put("a", 1);
            Cache<String, String> texts = manager(two, redis)
                    .createCache(
                            "mixed", new MutableConfiguration<String, String>().setTypes(String.class, String.class));

            assertThatThrownBy(() -> texts.get("a"))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("java.lang.Integer");
        }
    }

    @Test
    void entriesExpireByTheServer(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Integer> cache = manager(provider, redis)
                    .createCache(
                            "brief",
                            new MutableConfiguration<String, Integer>()
                                    .setTypes(String.class, Integer.class)
                                    .setExpiryPolicyFactory(
                                            CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.HOURS, 1))));
            cache.put("a", 1);

            assertThat(Long.parseLong(redis.command("PTTL", "jcache:brief:sa")))
                    .isBetween(TimeUnit.MINUTES.toMillis(59), TimeUnit.HOURS.toMillis(1));
            cache.put("a", 2);
            assertThat(Long.parseLong(redis.command("PTTL", "jcache:brief:sa"))).isPositive();
        }
    }

    @Test
    void saysSoWithinTheTimeoutWhenRedisIsAway(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Integer> cache = numbers(provider, redis, "away");
            cache.put("a", 1);
            redis.nodes().forEach(Standalone::freeze);
            long start = System.nanoTime();

            assertThatThrownBy(() -> cache.get("a"))
                    .isInstanceOf(CacheException.class)
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);

            assertThat(java.time.Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(java.time.Duration.ofSeconds(10));
            redis.nodes().forEach(Standalone::thaw);
        }
    }

    @Test
    void aColonInANameSharesNothing(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Integer> orders = numbers(provider, redis, "orders");
            Cache<String, Integer> european = numbers(provider, redis, "orders:eu");
            Cache<String, Integer> escaped = numbers(provider, redis, "orders%3Aeu");
            european.put("a", 1);
            escaped.put("a", 2);
            orders.put("b", 3);

            orders.clear();

            assertThat(names(orders)).isEmpty();
            assertThat(european.get("a")).isEqualTo(1);
            assertThat(escaped.get("a")).isEqualTo(2);
        }
    }

    @Test
    void aListenerThatFailsLeavesNoEntryUndone(Redis redis) {
        try (KeywrightCachingProvider provider = new KeywrightCachingProvider()) {
            Cache<String, Integer> cache = numbers(provider, redis, "listened");
            cache.registerCacheEntryListener(
                    new MutableCacheEntryListenerConfiguration<>(() -> new Refusing(), null, false, true));
            Map<String, Integer> entries = Map.of("a", 1, "b", 2, "c", 3);

            assertThatThrownBy(() -> cache.putAll(entries)).isInstanceOf(CacheEntryListenerException.class);
            assertThat(cache.getAll(entries.keySet())).isEqualTo(entries);
            assertThatThrownBy(() -> cache.removeAll(entries.keySet())).isInstanceOf(CacheEntryListenerException.class);
            assertThat(names(cache)).isEmpty();
        }
    }

    private static final class Refusing
            implements CacheEntryCreatedListener<String, Integer>, CacheEntryRemovedListener<String, Integer> {

        @Override
        public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends Integer>> events) {
            throw new CacheEntryListenerException("no");
        }

        @Override
        public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends Integer>> events) {
            throw new CacheEntryListenerException("no");
        }
    }

    private static Cache<String, Integer> numbers(KeywrightCachingProvider provider, Redis redis, String name) {
        return manager(provider, redis)
                .createCache(name, new MutableConfiguration<String, Integer>().setTypes(String.class, Integer.class));
    }

    private static CacheManager manager(KeywrightCachingProvider provider, Redis redis) {
        return provider.getCacheManager(URI.create(redis.uri()), null);
    }

    private static Set<String> names(Cache<String, ?> cache) {
        return StreamSupport.stream(cache.spliterator(), false)
                .map(Cache.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
