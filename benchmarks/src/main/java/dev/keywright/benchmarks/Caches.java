package dev.keywright.benchmarks;

import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.Kryo5ValueDecoder;
import com.alicp.jetcache.support.Kryo5ValueEncoder;
import dev.keywright.Keywright;
import dev.keywright.cache.Cache;
import dev.keywright.cache.CacheBuilder;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.cache.RedisCacheWriter.RedisCacheWriterConfigurer;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.StringRedisSerializer;
import redis.clients.jedis.params.SetParams;

/** One cache of strings each of those compared, with a time to live of {@link #TTL}. */
abstract class Caches implements AutoCloseable {

    static final List<String> GETS = List.of(
            "floor",
            "jedis",
            "keywright",
            "keywright-refreshing",
            "redisson-bucket",
            "redisson-map",
            "spring",
            "jetcache",
            "lettuce-async",
            "keywright-async",
            "lettuce-many",
            "keywright-many");

    static final List<String> PUTS =
            GETS.stream().filter(name -> !name.equals("keywright-refreshing")).toList();

    static final List<String> HOT = List.of("floor", "keywright", "keywright-merging", "redisson-bucket", "spring");

    static final Duration TTL = Duration.ofMinutes(30);
    static final int AT_ONCE = 64;

    abstract @Nullable String get(String key);

    /** Done when it returns. */
    abstract void put(String key, String value);

    /** Reads keys by chance; all of them must have a value. */
    Caller reading(String[] keys) {
        return random -> {
            Objects.requireNonNull(get(any(keys, random)));
            return 1;
        };
    }

    /** Writes keys by chance. */
    Caller writing(String[] keys, String value) {
        return random -> {
            put(any(keys, random), value);
            return 1;
        };
    }

    /** Whether a call of the callers is one operation. */
    boolean isTimed() {
        return true;
    }

    @Override
    public abstract void close();

    static String any(String[] keys, ThreadLocalRandom random) {
        return keys[random.nextInt(keys.length)];
    }

    static Caches open(String name, String uri) {
        return switch (name) {
            case "floor" -> new OfLettuce(uri);
            case "lettuce-async" -> new OfLettuceAsync(uri);
            case "lettuce-many" -> new OfLettuceMany(uri);
            case "jedis" -> new OfJedis(uri);
            case "keywright" -> new OfKeywright(uri, cache -> cache);
            case "keywright-merging" -> new OfKeywright(uri, CacheBuilder::mergeReads);
            case "keywright-refreshing" ->
                new OfKeywright(uri, cache -> cache.readThrough(key -> null).refreshAhead(Duration.ofSeconds(1)));
            case "keywright-async" -> new OfKeywrightAsync(uri);
            case "keywright-many" -> new OfKeywrightMany(uri);
            case "redisson-bucket" -> new OfBucket(uri);
            case "redisson-map" -> new OfMapCache(uri);
            case "spring" -> new OfSpring(uri);
            case "jetcache" -> new OfJetCache(uri);
            default -> throw new IllegalArgumentException(name);
        };
    }

    // --- by hand

    private static class OfLettuce extends Caches {
        static final SetArgs LIFE = SetArgs.Builder.px(TTL);

        private final RedisClient client;
        final StatefulRedisConnection<String, String> connection;

        OfLettuce(String uri) {
            client = RedisClient.create(uri);
            connection = client.connect();
        }

        @Override
        @Nullable
        String get(String key) {
            return connection.sync().get(key);
        }

        @Override
        void put(String key, String value) {
            connection.sync().set(key, value, LIFE);
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    private static final class OfLettuceAsync extends OfLettuce {
        OfLettuceAsync(String uri) {
            super(uri);
        }

        @Override
        Caller reading(String[] keys) {
            return new Window(AT_ONCE, random -> connection.async().get(any(keys, random)));
        }

        @Override
        Caller writing(String[] keys, String value) {
            return new Window(AT_ONCE, random -> connection.async().set(any(keys, random), value, LIFE));
        }

        @Override
        boolean isTimed() {
            return false;
        }
    }

    private static final class OfLettuceMany extends OfLettuce {
        OfLettuceMany(String uri) {
            super(uri);
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                String[] wanted = new String[AT_ONCE];
                Arrays.setAll(wanted, i -> any(keys, random));
                for (KeyValue<String, String> found : connection.sync().mget(wanted)) {
                    Objects.requireNonNull(found.getValue());
                }
                return AT_ONCE;
            };
        }

        @Override
        Caller writing(String[] keys, String value) {
            return random -> {
                CompletableFuture<?>[] sent = new CompletableFuture<?>[AT_ONCE];
                Arrays.setAll(sent, i -> {
                    RedisFuture<String> answer = connection.async().set(any(keys, random), value, LIFE);
                    return answer.toCompletableFuture();
                });
                CompletableFuture.allOf(sent).join();
                return AT_ONCE;
            };
        }

        @Override
        boolean isTimed() {
            return false;
        }
    }

    private static final class OfJedis extends Caches {
        private final redis.clients.jedis.RedisClient pool;

        OfJedis(String uri) {
            pool = redis.clients.jedis.RedisClient.create(uri);
        }

        @Override
        @Nullable
        String get(String key) {
            return pool.get(key);
        }

        @Override
        void put(String key, String value) {
            pool.set(key, value, SetParams.setParams().px(TTL.toMillis()));
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    // --- ours

    private static class OfKeywright extends Caches {
        private final Keywright keywright;
        final Cache<String, String> cache;

        OfKeywright(String uri, UnaryOperator<CacheBuilder<String, String>> options) {
            keywright = Keywright.connect(uri);
            cache = options.apply(keywright
                            .cache("b", KeyCodec.STRING, Codecs.string())
                            .ttl(TTL))
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
        public void close() {
            cache.close();
            keywright.close();
        }
    }

    private static final class OfKeywrightAsync extends OfKeywright {
        OfKeywrightAsync(String uri) {
            super(uri, cache -> cache);
        }

        @Override
        Caller reading(String[] keys) {
            return new Window(AT_ONCE, random -> cache.getAsync(any(keys, random)));
        }

        @Override
        Caller writing(String[] keys, String value) {
            return new Window(AT_ONCE, random -> cache.putAsync(any(keys, random), value));
        }

        @Override
        boolean isTimed() {
            return false;
        }
    }

    private static final class OfKeywrightMany extends OfKeywright {
        OfKeywrightMany(String uri) {
            super(uri, cache -> cache);
        }

        @Override
        Caller reading(String[] keys) {
            return random -> {
                String[] wanted = new String[AT_ONCE];
                Arrays.setAll(wanted, i -> any(keys, random));
                return cache.getAll(List.of(wanted)).size();
            };
        }

        @Override
        Caller writing(String[] keys, String value) {
            return random -> {
                Map<String, String> values = new LinkedHashMap<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    values.put(any(keys, random), value);
                }
                cache.putAll(values);
                return values.size();
            };
        }

        @Override
        boolean isTimed() {
            return false;
        }
    }

    // --- the peers

    static RedissonClient redisson(String uri) {
        Config config = new Config();
        config.useSingleServer().setAddress(uri);
        return Redisson.create(config);
    }

    private static final class OfBucket extends Caches {
        private final RedissonClient redisson;

        OfBucket(String uri) {
            redisson = redisson(uri);
        }

        @Override
        @Nullable
        String get(String key) {
            return redisson.<String>getBucket(key, StringCodec.INSTANCE).get();
        }

        @Override
        void put(String key, String value) {
            redisson.<String>getBucket(key, StringCodec.INSTANCE).set(value, TTL);
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    private static final class OfMapCache extends Caches {
        private final RedissonClient redisson;
        private final RMapCache<String, String> map;

        OfMapCache(String uri) {
            redisson = redisson(uri);
            map = redisson.getMapCache("redisson-map", StringCodec.INSTANCE);
        }

        @Override
        @Nullable
        String get(String key) {
            return map.get(key);
        }

        @Override
        void put(String key, String value) {
            map.fastPut(key, value, TTL.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    /** Spring Data Redis, told to wait for its writes. */
    static final class OfSpring extends Caches {
        private final LettuceConnectionFactory connections;
        final org.springframework.cache.Cache cache;

        OfSpring(String uri) {
            this(uri, false);
        }

        OfSpring(String uri, boolean locking) {
            io.lettuce.core.RedisURI at = io.lettuce.core.RedisURI.create(uri);
            connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration(at.getHost(), at.getPort()));
            connections.afterPropertiesSet();
            connections.start();
            RedisCacheConfiguration configuration = RedisCacheConfiguration.defaultCacheConfig()
                    .serializeValuesWith(SerializationPair.fromSerializer(StringRedisSerializer.UTF_8))
                    .entryTtl(TTL);
            Consumer<RedisCacheWriterConfigurer> waiting = RedisCacheWriterConfigurer::immediateWrites;
            RedisCacheWriter writer = locking
                    ? RedisCacheWriter.lockingRedisCacheWriter(connections)
                    : RedisCacheWriter.create(connections, waiting);
            RedisCacheManager caches = RedisCacheManager.builder(writer)
                    .cacheDefaults(configuration)
                    .build();
            caches.afterPropertiesSet();
            cache = Objects.requireNonNull(caches.getCache("spring"));
        }

        @Override
        @Nullable
        String get(String key) {
            return cache.get(key, String.class);
        }

        @Override
        void put(String key, String value) {
            cache.put(key, value);
        }

        @Override
        public void close() {
            connections.destroy();
        }
    }

    static com.alicp.jetcache.Cache<String, String> jetCache(RedisClient client) {
        return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
                .keyConvertor(key -> key)
                .valueEncoder(Kryo5ValueEncoder.INSTANCE)
                .valueDecoder(Kryo5ValueDecoder.INSTANCE)
                .redisClient(client)
                .keyPrefix("jetcache:")
                .expireAfterWrite(TTL.toMinutes(), TimeUnit.MINUTES)
                .cachePenetrateProtect(true)
                .buildCache();
    }

    private static final class OfJetCache extends Caches {
        private final RedisClient client;
        private final com.alicp.jetcache.Cache<String, String> cache;

        OfJetCache(String uri) {
            client = RedisClient.create(uri);
            cache = jetCache(client);
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
        public void close() {
            cache.close();
            client.shutdown();
        }
    }
}
