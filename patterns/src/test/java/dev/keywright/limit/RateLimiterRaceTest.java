package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many callers, several clients, one subject. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class RateLimiterRaceTest {

    private static final int CALLERS = 16;
    private static final Duration WINDOW = Duration.ofMillis(200);

    @Test
    void rl2_neverGrantsMoreThanTheQuotaInAnyWindowWhenSixteenCallersRace(Redis redis) {
        List<Long> times = race(redis, Quota.slidingLog(20, WINDOW), Duration.ofSeconds(1));
        assertThat(mostInAnyWindow(times)).as("of %d grants", times.size()).isEqualTo(20);
    }

    @Test
    void rl2_fixedWindowAndCounterStayWithinTwiceTheQuota(Redis redis) {
        assertThat(mostInAnyWindow(race(redis, Quota.fixedWindow(20, WINDOW), Duration.ofMillis(500))))
                .isBetween(20, 40);
        assertThat(mostInAnyWindow(race(redis, Quota.slidingWindow(20, WINDOW), Duration.ofMillis(500))))
                .isBetween(20, 40);
    }

    @Test
    void rl2_aBucketGrantsItsCapacityAndWhatRefilledAndNoMore(Redis redis) {
        List<Long> times = race(redis, Quota.tokenBucket(20, 20, WINDOW), Duration.ofMillis(500));
        times.sort(null);
        long perPermit = WINDOW.toNanos() / 1000 / 20;
        for (int first = 0; first < times.size(); first++) {
            for (int last = first; last < times.size(); last++) {
                long permits = last - first + 1L;
                assertThat(permits).isLessThanOrEqualTo(20 + (times.get(last) - times.get(first)) / perPermit + 1);
            }
        }
    }

    @Test
    void grantsExactlyTheQuotaWhenAllCallAtOnce(Redis redis) {
        RateLimiterTest.quotas(50, Duration.ofHours(1))
                .forEach(quota -> assertThat(race(redis, quota, Duration.ofSeconds(20), 10))
                        .as("%s", quota)
                        .hasSize(50));
    }

    /** Times of all grants, by the server's clock. */
    private static List<Long> race(Redis redis, Quota quota, Duration length) {
        return race(redis, quota, length, Integer.MAX_VALUE);
    }

    private static List<Long> race(Redis redis, Quota quota, Duration length, int callsOfEach) {
        ConcurrentLinkedQueue<Long> granted = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            long end = System.nanoTime() + length.toNanos();
            for (int i = 0; i < CALLERS; i++) {
                RateLimiter limiter = (i % 2 == 0 ? one : two).rateLimiter("race", quota);
                callers.add(CompletableFuture.runAsync(
                        () -> {
                            for (int call = 0; call < callsOfEach && System.nanoTime() < end; call++) {
                                if (limiter.tryAcquire("hot") instanceof Decision.Granted grant) {
                                    granted.add(ChronoUnit.MICROS.between(Instant.EPOCH, grant.at()));
                                }
                            }
                        },
                        task -> new Thread(task).start()));
            }
            CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new))
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        }
        return new ArrayList<>(granted);
    }

    /** By brute force: a window (t - WINDOW, t] for every grant t. */
    private static int mostInAnyWindow(List<Long> times) {
        int most = 0;
        for (long end : times) {
            int count = 0;
            for (long time : times) {
                if (time <= end && time > end - WINDOW.toNanos() / 1000) {
                    count++;
                }
            }
            most = Math.max(most, count);
        }
        return most;
    }
}
