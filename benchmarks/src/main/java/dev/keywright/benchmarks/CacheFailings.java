package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.cache.Cache;
import dev.keywright.cache.Change;
import dev.keywright.cache.NearOptions;
import dev.keywright.cache.WriteBehindOptions;
import dev.keywright.cache.Writer;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Standalone;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.map.MapWriter;
import org.redisson.api.map.WriteMode;
import org.redisson.api.options.MapOptions;
import org.redisson.client.codec.StringCodec;

/**
 * What goes wrong in caches, one case after the other, with the library known for it and with this one. Prints Markdown. The database of
 * these cases is a hash in a Redis of its own, so that it outlives the process that is halted.
 */
public final class CacheFailings {

    private static final int MANY = 40;
    private static final long PATIENCE = 3_000; // ms
    private static final Duration DELAY = Duration.ofMillis(300);
    private static final WriteBehindOptions BEHIND = WriteBehindOptions.DEFAULTS.withDelay(DELAY);

    private final Standalone redis;
    private final Standalone rows;

    private CacheFailings(Standalone redis, Standalone rows) {
        this.redis = redis;
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            haltInTheWriter(arguments[0], arguments[1], arguments[2]);
            return;
        }
        System.out.println("| case | library | what happened |");
        System.out.println("| --- | --- | --- |");
        try (Standalone redis = Standalone.start();
                Standalone rows = Standalone.start()) {
            new CacheFailings(redis, rows).run();
        }
    }

    private void run() throws Exception {
        for (String library : List.of("redisson", "keywright")) {
            print("10 keys: put A, put B, remove, within a batch", library, removedInTheWindow(library));
        }
        for (String library : List.of("redisson", "keywright")) {
            print("the writer throws once", library, writerThrowsOnce(library));
        }
        for (String library : List.of("redisson", "keywright")) {
            print(MANY + " puts, the process is halted in the writer, another one starts", library, halted(library));
        }
        for (String library : List.of("redisson", "keywright")) {
            print("20 reads of a row that is not there", library, absent(library));
        }
        for (String library : List.of("spring", "keywright")) {
            print(MANY + " reads of a missing key by two clients at once", library, stampede(library));
        }
        for (String library : List.of("spring locking", "keywright")) {
            print("5 missing keys at once, a load takes 300 ms", library, fiveKeys(library));
        }
        for (String library : List.of("lettuce", "keywright")) {
            print("a key is written between the read and the keeping of its copy", library, overtaken(library));
        }
        for (String library : List.of("lettuce", "keywright")) {
            print("the connection is killed, then somebody writes", library, killed(library));
        }
    }

    private void print(String what, String library, String outcome) {
        System.out.println("| " + what + " | " + library + " | " + outcome + " |");
        redis.flushAll();
        rows.flushAll();
    }

    // --- writing behind

    /** Puts and removes, whichever library does it. */
    private interface Store extends AutoCloseable {

        void put(String key, String value);

        void remove(String key);

        @Override
        void close();
    }

    /** A row of the database, or null for none. */
    private interface Table {
        void write(String key, @Nullable String value);
    }

    private static Store store(String library, String uri, Table table) {
        return library.equals("redisson") ? redissonStore(uri, table) : keywrightStore(uri, table);
    }

    private static Store keywrightStore(String uri, Table table) {
        Keywright kw = Keywright.connect(uri);
        Writer<String, String> writer = changes -> {
            for (Change<String, String> change : changes) {
                table.write(change.key(), change.value().orElse(null));
            }
        };
        Cache<String, String> cache = kw.cache("behind", KeyCodec.STRING, Codecs.string())
                .writeBehind(writer, BEHIND)
                .build();
        return new Store() {
            @Override
            public void put(String key, String value) {
                cache.put(key, value);
            }

            @Override
            public void remove(String key) {
                cache.remove(key);
            }

            @Override
            public void close() {
                cache.close();
                kw.close();
            }
        };
    }

    private static Store redissonStore(String uri, Table table) {
        RedissonClient redisson = Caches.redisson(uri);
        RMap<String, String> map = redisson.getMap(MapOptions.<String, String>name("behind")
                .codec(StringCodec.INSTANCE)
                .writeMode(WriteMode.WRITE_BEHIND)
                .writeBehindDelay((int) DELAY.toMillis())
                .writer(new MapWriter<>() {
                    @Override
                    public void write(Map<String, String> values) {
                        values.forEach(table::write);
                    }

                    @Override
                    public void delete(Collection<String> keys) {
                        keys.forEach(key -> table.write(key, null));
                    }
                }));
        return new Store() {
            @Override
            public void put(String key, String value) {
                map.put(key, value);
            }

            @Override
            public void remove(String key) {
                map.remove(key);
            }

            @Override
            public void close() {
                redisson.shutdown();
            }
        };
    }

    private void write(String key, @Nullable String value) {
        if (value == null) {
            rows.command("HDEL", "rows", key);
        } else {
            rows.command("HSET", "rows", key, value);
        }
    }

    private Map<String, String> written() {
        Map<String, String> found = new TreeMap<>();
        String[] lines = rows.command("HGETALL", "rows").split("\n");
        for (int i = 0; i + 1 < lines.length; i += 2) {
            found.put(lines[i], lines[i + 1]);
        }
        return found;
    }

    private String removedInTheWindow(String library) {
        try (Store store = store(library, redis.uri(), this::write)) {
            for (int i = 0; i < 10; i++) {
                store.put("k" + i, "A");
                store.put("k" + i, "B");
                store.remove("k" + i);
            }
            pause(PATIENCE);
        }
        return written().size() + " of the 10 removed rows are there, expected 0";
    }

    private String writerThrowsOnce(String library) {
        AtomicBoolean thrown = new AtomicBoolean();
        Table throwing = (key, value) -> {
            if (thrown.compareAndSet(false, true)) {
                throw new IllegalStateException("once");
            }
            write(key, value);
        };
        try (Store store = store(library, redis.uri(), throwing)) {
            store.put("x", "1");
            pause(2 * DELAY.toMillis());
            store.put("y", "2");
            pause(PATIENCE);
        }
        return "database " + written() + ", expected {x=1, y=2}";
    }

    private String halted(String library) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        ManagementFactory.getRuntimeMXBean().getClassPath(),
                        CacheFailings.class.getName(),
                        library,
                        redis.uri(),
                        "" + MANY)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!child.waitFor(60, TimeUnit.SECONDS)) {
            child.destroyForcibly();
            return "the process did not come to its end";
        }
        try (Store next = store(library, redis.uri(), this::write)) {
            Objects.requireNonNull(next); // it is enough that it is there
            pause(BEHIND.lease().toMillis() + PATIENCE);
        }
        return written().size() + " rows, expected " + MANY;
    }

    private static void haltInTheWriter(String library, String uri, String puts) {
        CountDownLatch all = new CountDownLatch(1);
        Store store = store(library, uri, (key, value) -> {
            await(all);
            Runtime.getRuntime().halt(1);
        });
        for (int i = 0; i < Integer.parseInt(puts); i++) {
            store.put("k" + i, "v" + i);
        }
        all.countDown();
        pause(PATIENCE * 5);
    }

    // --- loading

    private String absent(String library) {
        AtomicInteger loads = new AtomicInteger();
        if (library.equals("keywright")) {
            try (Keywright kw = Keywright.connect(redis.uri());
                    Cache<String, String> cache = kw.cache("absent", KeyCodec.STRING, Codecs.string())
                            .readThrough(key -> {
                                loads.incrementAndGet();
                                return null;
                            })
                            .build()) {
                for (int i = 0; i < 20; i++) {
                    String unused = cache.get("nobody");
                }
            }
        } else {
            RedissonClient redisson = Caches.redisson(redis.uri());
            RMap<String, String> map = redisson.getMap(MapOptions.<String, String>name("absent")
                    .codec(StringCodec.INSTANCE)
                    .loader(new MapLoader<>() {
                        @Override
                        public @Nullable String load(String key) {
                            loads.incrementAndGet();
                            return null;
                        }

                        @Override
                        public Iterable<String> loadAllKeys() {
                            return List.of();
                        }
                    }));
            for (int i = 0; i < 20; i++) {
                String unused = map.get("nobody");
            }
            redisson.shutdown();
        }
        return loads + " loads, expected 1";
    }

    private String stampede(String library) throws Exception {
        AtomicInteger loads = new AtomicInteger();
        Callable<String> load = () -> {
            loads.incrementAndGet();
            pause(100);
            return "value";
        };
        List<Callable<?>> calls = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>();
        for (int client = 0; client < 2; client++) {
            Reading reading = reading(library, open);
            for (int i = 0; i < MANY / 2; i++) {
                calls.add(() -> reading.get("hot", load));
            }
        }
        atOnce(calls);
        close(open);
        return loads + " loads, expected 1";
    }

    private String fiveKeys(String library) throws Exception {
        Callable<String> load = () -> {
            pause(300);
            return "value";
        };
        List<AutoCloseable> open = new ArrayList<>();
        Reading reading = reading(library, open);
        List<Callable<?>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String key = "key" + i;
            calls.add(() -> reading.get(key, load));
        }
        long start = System.nanoTime();
        atOnce(calls);
        double seconds = (System.nanoTime() - start) / 1e9;
        close(open);
        return String.format(Locale.ROOT, "all there after %.1f s, expected 0.3 s", seconds);
    }

    /** A read that loads what is missing. */
    private interface Reading {
        @Nullable
        Object get(String key, Callable<String> load) throws Exception;
    }

    private Reading reading(String library, List<AutoCloseable> open) {
        if (library.equals("keywright")) {
            Keywright kw = Keywright.connect(redis.uri());
            Cache<String, String> cache =
                    kw.cache("load", KeyCodec.STRING, Codecs.string()).build();
            open.add(cache);
            open.add(kw);
            return (key, load) -> cache.get(key, none -> load.call());
        }
        Caches.OfSpring spring = new Caches.OfSpring(redis.uri(), library.endsWith("locking"));
        open.add(spring);
        return spring.cache::get;
    }

    private static void atOnce(List<Callable<?>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (Callable<?> call : calls) {
            all.add(threads.submit(() -> {
                await(go);
                return call.call();
            }));
        }
        go.countDown();
        for (Future<?> each : all) {
            each.get();
        }
        threads.shutdown();
    }

    private static void close(List<AutoCloseable> open) throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    // --- copies in the process

    private String overtaken(String library) {
        redis.command("SET", "k", "old");
        AtomicBoolean first = new AtomicBoolean(true);
        if (library.equals("lettuce")) {
            Map<String, String> local = new ConcurrentHashMap<>();
            CacheAccessor<String, String> slow = new CacheAccessor<>() {
                @Override
                public @Nullable String get(String key) {
                    return local.get(key);
                }

                @Override
                public void put(String key, String value) {
                    if (first.compareAndSet(true, false)) {
                        redis.command("SET", "k", "new");
                        pause(200);
                    }
                    local.put(key, value);
                }

                @Override
                public void evict(String key) {
                    local.remove(key);
                }
            };
            return withLettuce(slow, frontend -> {
                String before = frontend.get("k");
                pause(PATIENCE);
                return "read \"" + before + "\", and 3 s later \"" + frontend.get("k") + "\", expected \"new\"";
            });
        }
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Cache<String, String> writer =
                        other.cache("near", KeyCodec.STRING, Codecs.string()).build()) {
            Codec<String> slow = new Codec<>() {
                @Override
                public byte format() {
                    return Codecs.string().format();
                }

                @Override
                public byte[] encode(String value) {
                    return Codecs.string().encode(value);
                }

                @Override
                public String decode(byte format, byte[] bytes, int offset, int length) {
                    if (first.compareAndSet(true, false)) {
                        writer.put("k", "new");
                        pause(200);
                    }
                    return Codecs.string().decode(format, bytes, offset, length);
                }
            };
            writer.put("k", "old");
            try (Cache<String, String> near = kw.cache("near", KeyCodec.STRING, slow)
                    .near(NearOptions.DEFAULTS)
                    .build()) {
                String before = near.get("k");
                pause(PATIENCE);
                return "read \"" + before + "\", and 3 s later \"" + near.get("k") + "\", expected \"new\"";
            }
        }
    }

    private String killed(String library) {
        if (library.equals("lettuce")) {
            redis.command("SET", "k", "old");
            return withLettuce(CacheAccessor.forMap(new ConcurrentHashMap<>()), frontend -> {
                String before = frontend.get("k");
                killClients();
                redis.command("SET", "k", "new");
                pause(PATIENCE);
                return "read \"" + before + "\", and 3 s later \"" + frontend.get("k") + "\", expected \"new\"";
            });
        }
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Cache<String, String> near = kw.cache("near", KeyCodec.STRING, Codecs.string())
                        .near()
                        .build();
                Cache<String, String> writer =
                        other.cache("near", KeyCodec.STRING, Codecs.string()).build()) {
            writer.put("k", "old");
            String before = near.get("k");
            killClients();
            pause(500);
            writer.put("k", "new");
            pause(PATIENCE);
            return "read \"" + before + "\", and 3 s later \"" + near.get("k") + "\", expected \"new\"";
        }
    }

    private void killClients() {
        String unused = redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    /** What is seen through a frontend. */
    private interface Look {
        String at(CacheFrontend<String, String> frontend);
    }

    private String withLettuce(CacheAccessor<String, String> local, Look look) {
        RedisClient client = RedisClient.create(redis.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect();
                CacheFrontend<String, String> frontend =
                        ClientSideCaching.enable(local, connection, TrackingArgs.Builder.enabled())) {
            return look.at(frontend);
        } finally {
            client.shutdown();
        }
    }

    private static void pause(long millis) {
        try {
            boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
