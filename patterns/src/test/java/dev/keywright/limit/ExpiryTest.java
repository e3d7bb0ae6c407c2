package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys live as long as they say something. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class ExpiryTest {

    private static List<String> keys(Redis redis) {
        List<String> keys = new ArrayList<>();
        for (Standalone node : redis.nodes()) {
            for (String line : node.command("SCAN", "0", "COUNT", "100000").split("\r?\n")) {
                if (line.contains("rl:")) {
                    keys.add(line.substring(line.indexOf("rl:"))
                            .replaceAll("[\"\\]\\[,]", "")
                            .trim());
                }
            }
        }
        return keys;
    }

    @Test
    void x5_everyKeyHasATimeToLiveWhateverWasDone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Duration window = Duration.ofMinutes(1);
            RateLimiterTest.quotas(5, window).forEach(quota -> {
                RateLimiter plain = kw.rateLimiter("ttl", quota);
                RateLimiter rich = kw.rateLimiter(
                        "rich",
                        LimitOptions.DEFAULTS.withBlock(window).withCountRefused(true),
                        quota,
                        Quota.slidingLog(4, window));
                for (int i = 0; i < 7; i++) {
                    if (plain.tryAcquire("user" + i % 3, 2) instanceof Decision.Granted granted && i % 2 == 0) {
                        plain.refund(granted);
                    }
                    rich.tryAcquire("user" + i % 3, 1, "call" + i);
                    rich.tryAcquire("user" + i % 3, 1);
                }
                plain.change(RateLimiterTest.quotas(3, window.multipliedBy(2))
                        .filter(each -> each.getClass() == quota.getClass())
                        .findFirst()
                        .orElseThrow());
                plain.tryAcquire("user0", 3);
            });
            List<String> keys = keys(redis);
            assertThat(keys).hasSizeGreaterThan(20);
            for (String key : keys) {
                long ttl = kw.connection()
                        .call(dev.keywright.connection.Command.named("PTTL")
                                .key(key)
                                .build())
                        .number();
                assertThat(ttl).as(key).isBetween(1L, window.toMillis() * 4 + 2);
            }
        }
    }

    @Test
    void rl9_idleKeysAreGone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiterTest.quotas(5, Duration.ofMillis(100)).forEach(quota -> {
                RateLimiter limiter = kw.rateLimiter("idle", quota);
                for (int i = 0; i < 20; i++) {
                    limiter.tryAcquire("user" + i);
                }
            });
            assertThat(keys(redis)).isNotEmpty();
            await().atMost(Duration.ofSeconds(5)).until(() -> keys(redis).isEmpty());
        }
    }

    @Test
    void rl7_stateThatLivesLessThanAMillisecondIsNotDropped(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiter limiter =
                    kw.rateLimiter("short", Quota.tokenBucket(1, 1_000, Duration.ofMillis(300))); // 300 us each
            long start = System.nanoTime();
            int granted = 0;
            long calls = 0;
            while (System.nanoTime() - start < 300_000_000L) {
                granted += limiter.tryAcquire("ann").isGranted() ? 1 : 0;
                calls++;
            }
            long most = (System.nanoTime() - start) / 300_000 + 1;
            assertThat((long) granted).as("of %d calls", calls).isBetween(1L, most);
        }
    }

    @Test
    void rl4_theLogHoldsNoMoreThanTheLimit(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiter limiter = kw.rateLimiter("bounded", Quota.slidingLog(2_500, Duration.ofMinutes(1)));
            limiter.tryAcquire("ann", 2_400);
            for (int i = 0; i < 300; i++) {
                limiter.tryAcquire("ann");
            }
            assertThat(kw.connection()
                            .call(dev.keywright.connection.Command.named("ZCARD")
                                    .key("rl:bounded:{ann}:log")
                                    .build())
                            .number())
                    .isEqualTo(2_500);
        }
    }
}
