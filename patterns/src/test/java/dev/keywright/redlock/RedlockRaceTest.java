package dev.keywright.redlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.server.Independent;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many at once, while a minority of the masters dies, freezes and comes back without memory. */
@WithRedis(value = Topology.INDEPENDENT, masters = 5)
class RedlockRaceTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RedlockOptions QUICK = RedlockOptions.DEFAULTS
            .withLease(LONG)
            .withNodeTimeout(Duration.ofMillis(300))
            .withRetryPause(Duration.ofMillis(10))
            .withRestartDelay(Duration.ZERO);

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicLong last = new AtomicLong();
    private final AtomicInteger uses = new AtomicInteger();

    private void use(DistributedLock lock, int times) {
        for (int i = 0; i < times; i++) {
            try (Hold hold = lock.acquire(LONG)) {
                assertThat(inside.getAndIncrement()).as("others inside").isZero();
                try {
                    assertThat(last.getAndSet(hold.token())).isLessThan(hold.token());
                    uses.incrementAndGet();
                } finally {
                    inside.getAndDecrement();
                }
            }
        }
    }

    @Test
    void l9_nobodyOverlapsAndTokensGrowWhileAMinorityFails(Independent redis) {
        ExecutorService pool = Executors.newCachedThreadPool();
        try (Redlock one = Redlock.connect(redis.uris());
                Redlock other = Redlock.connect(redis.uris())) {
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                DistributedLock lock = (i % 2 == 0 ? one : other).lock("a", QUICK);
                users.add(CompletableFuture.runAsync(() -> use(lock, 20), pool));
            }
            Standalone first = redis.nodes().get(0);
            Standalone second = redis.nodes().get(1);
            awaitUses(10, users);
            first.kill();
            second.freeze();
            awaitUses(30, users);
            second.thaw();
            awaitUses(45, users);
            first.restart(); // empty, while the others remember
            awaitUses(60, users);
            CompletableFuture.allOf(users.toArray(CompletableFuture[]::new)).join();
            assertThat(uses).hasValue(80);
            assertThat(one.busy() + other.busy()).isZero();
        } finally {
            pool.shutdownNow();
        }
    }

    private void awaitUses(int wanted, List<CompletableFuture<Void>> users) {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(users).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(uses).hasValueGreaterThanOrEqualTo(wanted);
        });
    }
}
