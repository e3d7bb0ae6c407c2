package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Standalone;
import io.lettuce.core.RedisClient;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.MapCacheOptions;
import org.redisson.client.codec.StringCodec;

/**
 * A key that is missing when two clients ask for it at once, with 100 threads each: how many loads that makes, and how long after the end
 * of the first one the callers have the value. Each round takes a new key; contenders take turns. Prints Markdown.
 *
 * <p>Arguments: rounds (15), milliseconds that a load takes (50).
 */
public final class CacheColdKey {

    private static final int CLIENTS = 2;
    private static final int THREADS = 100; // of each client
    private static final int WARM_UP = 5;
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(1);

    private CacheColdKey() {}

    /** A value that takes its time to come, and counts who asks. */
    private static final class Source {
        private final long millis;
        private final AtomicLong loads = new AtomicLong();
        private final AtomicLong firstEnd = new AtomicLong();

        Source(long millis) {
            this.millis = millis;
        }

        String load(String key) {
            loads.incrementAndGet();
            await(new CountDownLatch(1), millis);
            firstEnd.compareAndSet(0, System.nanoTime());
            return "value of " + key;
        }
    }

    /** One client's way to read with a loader. */
    private interface Client extends AutoCloseable {

        @Nullable
        String get(String key);

        @Override
        void close();
    }

    /** A library and what it did. */
    private record Contender(String name, Source source, List<Client> clients, Histogram released) {

        static Contender of(String name, String uri, long millis, BiFunction<String, Source, Client> open) {
            Source source = new Source(millis);
            return new Contender(
                    name, source, List.of(open.apply(uri, source), open.apply(uri, source)), new Histogram(LONGEST, 3));
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 50;
        try (Standalone redis = Standalone.start()) {
            String uri = redis.uri();
            List<Contender> contenders = List.of(
                    Contender.of("keywright", uri, millis, CacheColdKey::keywright),
                    Contender.of("redisson-map", uri, millis, CacheColdKey::redisson),
                    Contender.of("spring, sync", uri, millis, CacheColdKey::spring),
                    Contender.of("jetcache, protected", uri, millis, CacheColdKey::jetCache));
            try {
                for (int round = 0; round < WARM_UP + rounds; round++) {
                    for (Contender each : contenders) {
                        if (round == WARM_UP) {
                            each.source.loads.set(0);
                            each.released.reset();
                        }
                        stampede(each, "cold:" + round);
                    }
                }
            } finally {
                contenders.forEach(each -> each.clients.forEach(Client::close));
            }
            print(contenders, rounds);
        }
    }

    private static void stampede(Contender contender, String key) throws InterruptedException {
        contender.source.firstEnd.set(0);
        CountDownLatch ready = new CountDownLatch(CLIENTS * THREADS);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(CLIENTS * THREADS);
        long[] ends = new long[CLIENTS * THREADS];
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < ends.length; i++) {
            int mine = i;
            Client client = contender.clients.get(i % CLIENTS);
            new Thread(() -> {
                        ready.countDown();
                        await(go, LONGEST / 1000);
                        try {
                            Objects.requireNonNull(client.get(key));
                        } catch (RuntimeException e) {
                            failure.set(e);
                        }
                        ends[mine] = System.nanoTime();
                        done.countDown();
                    })
                    .start();
        }
        ready.await();
        go.countDown();
        done.await();
        if (failure.get() != null) {
            throw new IllegalStateException(contender.name + " failed", failure.get());
        }
        for (long end : ends) {
            contender.released.recordValue(Math.max(0, end - contender.source.firstEnd.get()) / 1000);
        }
    }

    private static void await(CountDownLatch latch, long millis) {
        try {
            boolean unused = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void print(List<Contender> contenders, int rounds) {
        System.out.println("| cache | loads per key | callers released p50 ms | p99 ms | worst ms |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (Contender each : contenders) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.1f | %.1f | %.1f |%n",
                    each.name,
                    (double) each.source.loads.get() / rounds,
                    each.released.getValueAtPercentile(50) / 1e3,
                    each.released.getValueAtPercentile(99) / 1e3,
                    each.released.getMaxValue() / 1e3);
        }
    }

    private static Client keywright(String uri, Source source) {
        Keywright keywright = Keywright.connect(uri);
        Cache<String, String> cache = keywright
                .cache("cold", KeyCodec.STRING, Codecs.string())
                .readThrough(source::load)
                .build();
        return new Client() {
            @Override
            public @Nullable String get(String key) {
                return cache.get(key);
            }

            @Override
            public void close() {
                cache.close();
                keywright.close();
            }
        };
    }

    private static Client redisson(String uri, Source source) {
        RedissonClient redisson = Caches.redisson(uri);
        RMapCache<String, String> map = redisson.getMapCache(MapCacheOptions.<String, String>name("cold")
                .codec(StringCodec.INSTANCE)
                .loader(new MapLoader<>() {
                    @Override
                    public String load(String key) {
                        return source.load(key);
                    }

                    @Override
                    public Iterable<String> loadAllKeys() {
                        return List.of();
                    }
                }));
        return new Client() {
            @Override
            public @Nullable String get(String key) {
                return map.get(key);
            }

            @Override
            public void close() {
                redisson.shutdown();
            }
        };
    }

    private static Client spring(String uri, Source source) {
        Caches.OfSpring spring = new Caches.OfSpring(uri);
        return new Client() {
            @Override
            public @Nullable String get(String key) {
                return spring.cache.get(key, () -> source.load(key));
            }

            @Override
            public void close() {
                spring.close();
            }
        };
    }

    private static Client jetCache(String uri, Source source) {
        RedisClient client = RedisClient.create(uri);
        com.alicp.jetcache.Cache<String, String> cache = Caches.jetCache(client);
        return new Client() {
            @Override
            public @Nullable String get(String key) {
                return cache.computeIfAbsent(key, source::load);
            }

            @Override
            public void close() {
                cache.close();
                client.shutdown();
            }
        };
    }
}
