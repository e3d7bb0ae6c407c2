package dev.keywright.benchmarks;

import dev.keywright.server.Standalone;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

/** A decision, by the usual harness. For ratios use {@link RateLimitDuel}, which lets them take turns. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RateLimitBenchmark {

    @Param({"keywright", "floor", "redisson", "bucket4j"})
    String limiter = "keywright";

    @Param({"1000", "1"})
    int subjects = 1000;

    @SuppressWarnings("NullAway.Init")
    private Standalone redis;

    @SuppressWarnings("NullAway.Init")
    private Limiters limiters;

    @Setup(Level.Trial)
    public void start() {
        redis = Standalone.start();
        limiters = Limiters.open(limiter, redis.uri(), 1_000_000);
    }

    @TearDown(Level.Trial)
    public void stop() {
        limiters.close();
        redis.close();
    }

    private boolean decide() {
        return limiters.tryAcquire("user:" + ThreadLocalRandom.current().nextInt(subjects));
    }

    @Benchmark
    @Threads(1)
    public boolean oneThread() {
        return decide();
    }

    @Benchmark
    @Threads(8)
    public boolean eightThreads() {
        return decide();
    }

    @Benchmark
    @Threads(64)
    public boolean sixtyFourThreads() {
        return decide();
    }
}
