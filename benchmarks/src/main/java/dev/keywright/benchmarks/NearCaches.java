package dev.keywright.benchmarks;

import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keywright.Keywright;
import dev.keywright.cache.NearOptions;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import io.lettuce.core.RedisClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.StringCodec;

/**
 * One cache each of those compared that keep copies in this process. Each has the loop of its own, so that the compiler sees one
 * kind of cache in it.
 */
abstract class NearCaches implements AutoCloseable {

    static final List<String> NAMES = List.of("caffeine", "keywright", "redisson-local", "jetcache-two-level");

    static final int AT_ONCE = 1_000;
    /** For 10,000 keys and a few more, so that the caches keep their books as they do when they are full. */
    static final int ROOM = 12_000;

    abstract @Nullable String get(String key);

    abstract void put(String key, String value);

    /** Reads keys by chance, {@value #AT_ONCE} in one go; all of them must be here. */
    abstract Caller reading(String[] keys);

    void fill(String[] keys, String value) {
        for (String key : keys) {
            put(key, value);
        }
        for (String key : keys) {
            Objects.requireNonNull(get(key));
        }
    }

    @Override
    public abstract void close();

    static NearCaches open(String name, String uri, int room) {
        return switch (name) {
            case "caffeine" -> new OfCaffeine(room);
            case "keywright" -> new OfKeywright(uri, room);
            case "redisson-local" -> new OfRedisson(uri, room);
            case "jetcache-two-level" -> new OfJetCache(uri, room);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static final class OfCaffeine extends NearCaches {
        private final Cache<String, String> cache;

        OfCaffeine(int room) {
            cache = Caffeine.newBuilder().maximumSize(room).build();
        }

        @Override
        @Nullable
        String get(String key) {
            return cache.getIfPresent(key);
        }

        @Override
        void put(String key, String value) {
            cache.put(key, value);
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    Objects.requireNonNull(cache.getIfPresent(Caches.any(keys, random)));
                }
                return AT_ONCE;
            };
        }

        @Override
        public void close() {
            cache.invalidateAll();
        }
    }

    static final class OfKeywright extends NearCaches {
        private final Keywright keywright;
        private final dev.keywright.cache.Cache<String, String> cache;

        OfKeywright(String uri, int room) {
            keywright = Keywright.connect(uri);
            cache = keywright
                    .cache("near", KeyCodec.STRING, Codecs.string())
                    .ttl(Caches.TTL)
                    .near(NearOptions.DEFAULTS.withMaxEntries(room))
                    .build();
        }

        @Override
        @Nullable
        String get(String key) {
            return cache.get(key);
        }

        @Override
        void put(String key, String value) {
            cache.put(key, value);
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    Objects.requireNonNull(cache.get(Caches.any(keys, random)));
                }
                return AT_ONCE;
            };
        }

        @Override
        public void close() {
            cache.close();
            keywright.close();
        }
    }

    static final class OfRedisson extends NearCaches {
        private final RedissonClient redisson;
        private final RLocalCachedMap<String, String> map;

        OfRedisson(String uri, int room) {
            redisson = Caches.redisson(uri);
            map = redisson.getLocalCachedMap(LocalCachedMapOptions.<String, String>name("redisson-local")
                    .codec(StringCodec.INSTANCE)
                    .cacheProvider(LocalCachedMapOptions.CacheProvider.CAFFEINE)
                    .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LFU)
                    .cacheSize(room));
        }

        @Override
        @Nullable
        String get(String key) {
            return map.get(key);
        }

        @Override
        void put(String key, String value) {
            map.fastPut(key, value);
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    Objects.requireNonNull(map.get(Caches.any(keys, random)));
                }
                return AT_ONCE;
            };
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    private static final class OfJetCache extends NearCaches {
        private final RedisClient client;
        private final com.alicp.jetcache.Cache<String, String> cache;

        OfJetCache(String uri, int room) {
            client = RedisClient.create(uri);
            com.alicp.jetcache.Cache<String, String> near = CaffeineCacheBuilder.createCaffeineCacheBuilder()
                    .limit(room)
                    .expireAfterWrite(Caches.TTL.toMinutes(), TimeUnit.MINUTES)
                    .buildCache();
            cache = MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
                    .addCache(near, Caches.jetCache(client))
                    .buildCache();
        }

        @Override
        @Nullable
        String get(String key) {
            return cache.get(key);
        }

        @Override
        void put(String key, String value) {
            if (!cache.PUT(key, value).isSuccess()) {
                throw new IllegalStateException("not stored");
            }
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    Objects.requireNonNull(cache.get(Caches.any(keys, random)));
                }
                return AT_ONCE;
            };
        }

        @Override
        public void close() {
            cache.close();
            client.shutdown();
        }
    }
}
