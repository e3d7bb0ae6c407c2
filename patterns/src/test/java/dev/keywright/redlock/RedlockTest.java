package dev.keywright.redlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.server.Cluster;
import dev.keywright.server.Independent;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a lock over five masters promises while all goes well, and what it refuses. */
@WithRedis(value = Topology.INDEPENDENT, masters = 5)
class RedlockTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** The servers were started just now, and nothing is lost by that. */
    private static final RedlockOptions PATIENT = RedlockOptions.DEFAULTS
            .withLease(LONG)
            .withNodeTimeout(Duration.ofSeconds(5))
            .withRetryPause(Duration.ofMillis(20))
            .withRestartDelay(Duration.ZERO);

    private static List<String> owners(Independent redis, String key) {
        return redis.nodes().stream().map(node -> node.command("GET", key)).toList();
    }

    @Test
    void l9_oneHoldAtATimeWithGrowingTokens(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris());
                Redlock other = Redlock.connect(redis.uris())) {
            long last = 0;
            for (int i = 0; i < 10; i++) {
                Hold hold = (i % 2 == 0 ? redlock : other).lock("a", PATIENT).acquire(LONG);
                assertThat(hold.token()).isGreaterThan(last);
                last = hold.token();
                assertThat(hold.isHeld()).isTrue();
                assertThat(hold.remaining()).isBetween(Duration.ofSeconds(20), LONG);
                assertThat(other.lock("a", PATIENT).tryAcquire()).isEmpty();
                assertThat(hold.release()).isTrue();
                assertThat(hold.isHeld()).isFalse();
                assertThat(hold.remaining()).isZero();
                assertThat(hold.release()).isFalse();
            }
        }
    }

    @Test
    void x5_itLivesOnEveryMasterWithATimeAndIsGoneAfterwards(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            Hold hold = redlock.lock("a", PATIENT).acquire(LONG);
            await().until(() -> owners(redis, "redlock:{a}").stream().distinct().count() == 1);
            for (Standalone node : redis.nodes()) {
                await().until(() -> node.command("GET", "redlock:{a}:fence").startsWith(hold.token() + " "));
                for (String key : node.command("KEYS", "*").lines().toList()) {
                    assertThat(Long.parseLong(node.command("PTTL", key))).isPositive();
                }
            }
            hold.close();
            await().untilAsserted(() -> assertThat(owners(redis, "redlock:{a}")).containsOnly(""));
        }
    }

    @Test
    void allFormsOfALockWork(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            DistributedLock lock = redlock.lock("a", PATIENT);
            assertThat(lock.name()).isEqualTo("a");
            long token = lock.withLock(LONG, Hold::token);
            Hold hold = lock.tryAcquireAsync(LONG).toCompletableFuture().join().orElseThrow();
            assertThat(hold.token()).isGreaterThan(token);
            assertThatThrownBy(() -> lock.acquire(Duration.ofMillis(50)))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("within 50 ms (redlock a)")
                    .hasMessageContaining("another one has it");
            assertThat(hold.releaseAsync().toCompletableFuture().join()).isTrue();
            assertThatThrownBy(hold::requireHeld).isInstanceOf(KeywrightException.Lost.class);
            assertThatThrownBy(() -> lock.withLock(LONG, Hold::release)).isInstanceOf(KeywrightException.Lost.class);
        }
    }

    @Test
    void whoWaitsGetsItWhenItIsFree(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            DistributedLock lock = redlock.lock("a", PATIENT);
            Hold hold = lock.acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    lock.tryAcquireAsync(LONG).toCompletableFuture();
            hold.close();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void extendLastsFromNowAndNeedsTheHold(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            Hold hold = redlock.lock("a", PATIENT.withFixedLease(LONG)).acquire(LONG);
            assertThat(hold.extend(LONG.multipliedBy(10))).isTrue();
            assertThat(hold.remaining()).isGreaterThan(LONG.multipliedBy(9));
            assertThat(hold.extend(LONG)).isTrue();
            assertThat(hold.remaining()).isLessThan(LONG);
            assertThatThrownBy(() -> hold.extend(Duration.ofMillis(1))).isInstanceOf(IllegalArgumentException.class);
            redis.nodes().subList(0, 3).forEach(node -> node.command("SET", "redlock:{a}", "somebody", "PX", "60000"));
            assertThat(hold.extend(LONG)).isFalse();
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
            assertThat(hold.isHeld()).isFalse();
            assertThat(hold.release()).isFalse();
            assertThat(redis.nodes().get(0).command("GET", "redlock:{a}")).isEqualTo("somebody");
            await().until(() ->
                    redis.nodes().get(4).command("GET", "redlock:{a}").isEmpty());
        }
    }

    @Test
    void l2_aFixedLeaseEndsInTimeAndItsLossIsPushedBefore(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris());
                Redlock other = Redlock.connect(redis.uris())) {
            RedlockOptions fixed = PATIENT.withFixedLease(Duration.ofMillis(1_500));
            Hold hold = redlock.lock("a", fixed).acquire(LONG);
            CompletableFuture<Long> ends = hold.lost()
                    .thenApply(why -> hold.isHeld() ? -1 : System.nanoTime())
                    .toCompletableFuture();
            Hold next = other.lock("a", fixed).acquire(LONG);
            assertThat(ends.join()).isBetween(0L, System.nanoTime()); // told before another one had it
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
            assertThat(hold.remaining()).isZero();
            assertThat(hold.extend(LONG)).isFalse();
            assertThat(hold.release()).isFalse();
            assertThat(next.token()).isGreaterThan(hold.token());
            assertThat(next.isHeld()).isTrue();
            next.close();
        }
    }

    @Test
    void l3_itIsRenewedAndNotForever(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            RedlockOptions renewed = PATIENT.withLease(Duration.ofMillis(1_500)).withLongest(Duration.ofMillis(1_100));
            Hold hold = redlock.lock("a", renewed).acquire(LONG);
            long start = System.nanoTime();
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TOO_LONG);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_600));
        }
    }

    @Test
    void closingTellsThoseWhoHoldAndThoseWhoWait(Independent redis) {
        Hold hold;
        CompletableFuture<Optional<Hold>> waiting;
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            hold = redlock.lock("a", PATIENT).acquire(LONG);
            waiting = redlock.lock("a", PATIENT).tryAcquireAsync(LONG).toCompletableFuture();
        }
        assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.CLOSED);
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(KeywrightException.Unavailable.class);
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesNothing(Independent redis) throws InterruptedException {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            DistributedLock lock = redlock.lock("a", PATIENT);
            Hold hold = lock.acquire(LONG);
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                assertThatThrownBy(() -> lock.acquire(LONG)).hasMessageContaining("Interrupted");
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            thread.start();
            thread.interrupt();
            assertThat(interrupted.join()).isTrue();
            hold.close();
            lock.acquire(LONG).close();
        }
    }

    @Test
    void namesMayHoldAnythingAndNeverShareAKey(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            List<Hold> holds = new ArrayList<>();
            for (String name :
                    List.of("a", "{a}", "a}", "a%7D", "a:fence", "a b\u0000", "\u65e5\u672c", "x".repeat(1_000))) {
                holds.add(redlock.lock(name, PATIENT).tryAcquire().orElseThrow());
            }
            holds.forEach(hold -> assertThat(hold.release()).isTrue());
            assertThatThrownBy(() -> redlock.lock("")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void badDurationsAreRefusedBeforeAnythingIsDone(Independent redis) {
        Duration negative = Duration.ofMillis(-1);
        for (Duration lease : List.of(negative, Duration.ZERO, Duration.ofMillis(99), Duration.ofDays(2))) {
            assertThatThrownBy(() -> RedlockOptions.DEFAULTS.withLease(lease))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give 0.1s to 24h");
        }
        RedlockOptions options = RedlockOptions.DEFAULTS;
        assertThat(options.withLease(Duration.ofMillis(500)).nodeTimeout()).isEqualTo(Duration.ofMillis(50));
        assertThatThrownBy(() -> options.withNodeTimeout(Duration.ofSeconds(3)))
                .hasMessage("nodeTimeout is 3s; give 0.001s to 2s");
        assertThatThrownBy(() -> options.withRetryPause(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withLongest(negative)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withRestartDelay(negative)).isInstanceOf(IllegalArgumentException.class);
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            assertThatThrownBy(() -> redlock.lock("a").tryAcquire(negative))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(redis.command("EXISTS", "redlock:{a}")).isEqualTo("0");
        }
    }

    @Test
    void theirNumberHasToBeOdd(Independent redis) {
        for (int masters : new int[] {0, 1, 2, 4}) {
            assertThatThrownBy(() -> Redlock.connect(redis.uris().subList(0, masters)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("odd number");
        }
        try (Redlock redlock = Redlock.connect(redis.uris().subList(0, 3))) {
            redlock.lock("a", PATIENT).acquire(LONG).close();
        }
    }

    @Test
    void oneServerHasOneVote(Independent redis) {
        String first = redis.uris().get(0);
        String again = first.replace("127.0.0.1", "localhost");
        assertThatThrownBy(() -> Redlock.connect(List.of(first, redis.uris().get(1), first)))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("given twice");
        assertThatThrownBy(() -> Redlock.connect(List.of(first, redis.uris().get(1), again)))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("is the same server as");
    }

    @Test
    @WithRedis(value = Topology.REPLICA)
    void replicasAreNoMasters(Replication redis) {
        List<String> uris = redis.nodes().stream().map(Standalone::uri).toList();
        try (Standalone one = Standalone.start();
                Standalone two = Standalone.start()) {
            assertThatThrownBy(() -> Redlock.connect(List.of(one.uri(), two.uri(), uris.get(1))))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("no master by itself (REPLICA)");
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void aClusterIsNoSetOfIndependentMasters(Cluster redis) {
        List<String> uris = redis.nodes().stream().map(Standalone::uri).toList();
        assertThatThrownBy(() -> Redlock.connect(uris))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("CLUSTER");
        assertThatThrownBy(() -> Redlock.connect(List.of(redis.uri(), redis.uri(), redis.uri())))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("no URI of a single master");
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void norAreThoseBehindSentinels(Sentinel redis) {
        assertThatThrownBy(() -> Redlock.connect(List.of(redis.uri(), "redis://a", "redis://b")))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("no URI of a single master");
    }
}
