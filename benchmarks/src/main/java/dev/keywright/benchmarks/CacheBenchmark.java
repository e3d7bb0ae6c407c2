package dev.keywright.benchmarks;

import dev.keywright.server.Standalone;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Hits and puts, by the usual harness. For ratios use {@link CacheDuel}, which lets them take turns. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Threads(8)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CacheBenchmark {

    private static final String VALUE = "v".repeat(100);
    private static final String[] KEYS = new String[10_000];

    static {
        Arrays.setAll(KEYS, i -> "user:" + i);
    }

    /** A cache in Redis. */
    @State(Scope.Benchmark)
    public static class Remote {

        @Param({"floor", "jedis", "keywright", "redisson-bucket", "redisson-map", "spring", "jetcache"})
        String cache = "keywright";

        @SuppressWarnings("NullAway.Init")
        private Standalone redis;

        @SuppressWarnings("NullAway.Init")
        private Caches caches;

        @Setup(Level.Trial)
        public void start() {
            redis = Standalone.start();
            caches = Caches.open(cache, redis.uri());
            for (String key : KEYS) {
                caches.put(key, VALUE);
            }
        }

        @TearDown(Level.Trial)
        public void stop() {
            caches.close();
            redis.close();
        }
    }

    /** A cache with copies in this process. */
    @State(Scope.Benchmark)
    public static class Near {

        @Param({"caffeine", "keywright", "redisson-local", "jetcache-two-level"})
        String near = "keywright";

        @SuppressWarnings("NullAway.Init")
        private Standalone redis;

        @SuppressWarnings("NullAway.Init")
        private NearCaches caches;

        @Setup(Level.Trial)
        public void start() {
            redis = Standalone.start();
            caches = NearCaches.open(near, redis.uri(), NearCaches.ROOM);
            caches.fill(KEYS, VALUE);
        }

        @TearDown(Level.Trial)
        public void stop() {
            caches.close();
            redis.close();
        }
    }

    @Benchmark
    public @Nullable String get(Remote remote) {
        return remote.caches.get(Caches.any(KEYS, ThreadLocalRandom.current()));
    }

    @Benchmark
    public void put(Remote remote) {
        remote.caches.put(Caches.any(KEYS, ThreadLocalRandom.current()), VALUE);
    }

    @Benchmark
    public @Nullable String nearGet(Near near) {
        return near.caches.get(Caches.any(KEYS, ThreadLocalRandom.current()));
    }
}
