package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several locks, all or none. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class MultiLockTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration BRIEF = Duration.ofMillis(30);
    private static final List<String> NAMES = List.of("c", "a", "b");

    private static void delete(Keywright kw, String key) {
        kw.connection().call(Command.named("DEL").key(key).build()).orThrow(key);
    }

    private static void awaitAllFree(Keywright kw, List<String> names) {
        for (String name : names) {
            kw.lock(name).acquire(LONG).close();
        }
    }

    @Test
    void l10_allAreHeldOrNone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedMultiLock lock = kw.multiLock(List.of("c", "a", "b", "a"));
            assertThat(lock.names()).containsExactly("a", "b", "c");
            long last = 0;
            for (LockOptions options : List.of(LockOptions.DEFAULTS, LockOptions.DEFAULTS.withFair(true))) {
                MultiHold hold = kw.multiLock(NAMES, options).acquire(LONG);
                assertThat(hold.tokens().keySet()).containsExactly("a", "b", "c");
                assertThat(hold.token("b")).isEqualTo(hold.tokens().get("b")).isGreaterThan(last);
                last = hold.token("b");
                assertThat(hold.isHeld()).isTrue();
                assertThat(hold.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(29));
                for (String name : NAMES) {
                    assertThat(other.lock(name, options).tryAcquire()).isEmpty();
                }
                assertThat(other.multiLock(List.of("0", "c"), options).tryAcquire())
                        .isEmpty();
                assertThat(other.multiLock(List.of("0", "c"), options).tryAcquire(BRIEF))
                        .isEmpty();
                awaitAllFree(kw, List.of("0")); // it was undone
                assertThat(hold.extend(Duration.ofMinutes(5))).isTrue();
                assertThat(hold.remaining()).isGreaterThan(Duration.ofMinutes(4));
                assertThat(hold.release()).isTrue();
                assertThat(hold.release()).isFalse();
                assertThat(hold.isHeld()).isFalse();
                assertThat(hold.remaining()).isZero();
                assertThat(hold.extend(LONG)).isFalse();
                assertThat(hold.lost().toCompletableFuture()).isNotDone();
                other.multiLock(NAMES, options).tryAcquire().orElseThrow().close();
                assertThatThrownBy(() -> hold.token("d")).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void oneWaitIsForAllOfThem(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold last = other.lock("c").acquire(LONG);
            assertThatThrownBy(() -> kw.multiLock(NAMES).acquire(Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("100 ms")
                    .hasMessageContaining("lock a");
            awaitAllFree(other, List.of("a", "b"));
            CompletableFuture<Optional<MultiHold>> waiting =
                    kw.multiLock(NAMES).tryAcquireAsync(LONG).toCompletableFuture();
            await().until(() -> other.lock("b").tryAcquire().map(this::closed).isEmpty());
            assertThat(waiting).isNotDone();
            last.close();
            assertThat(waiting.join().orElseThrow().release()).isTrue();
            assertThat(kw.multiLock(NAMES)
                            .tryAcquireAsync(Duration.ZERO)
                            .toCompletableFuture()
                            .join()
                            .orElseThrow()
                            .releaseAsync()
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }
    }

    private Hold closed(Hold hold) {
        hold.close();
        return hold;
    }

    @Test
    void whoNamesThemTheOtherWayRoundWaitsInTheSameOrder(Redis redis) {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        List<Keywright> processes = List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        List<List<String>> ways = List.of(List.of("a", "b", "c"), List.of("c", "b"), List.of("b", "a"));
        AtomicInteger inside = new AtomicInteger();
        try {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                DistributedMultiLock lock = processes.get(i % 2).multiLock(ways.get(i % 3));
                all.add(CompletableFuture.runAsync(
                        () -> {
                            for (int round = 0; round < 10; round++) {
                                lock.<String, RuntimeException>withLock(LONG, hold -> {
                                    assertThat(inside.getAndIncrement()).isZero(); // all want b
                                    assertThat(inside.getAndDecrement()).isEqualTo(1);
                                    return "";
                                });
                            }
                        },
                        pool));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } finally {
            pool.shutdown();
            processes.forEach(Keywright::close);
        }
    }

    @Test
    void theActionRunsWithAllAndItsFailurePasses(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedMultiLock lock = kw.multiLock(NAMES);
            assertThat(lock.<Integer, RuntimeException>withLock(
                            LONG, hold -> hold.tokens().size()))
                    .isEqualTo(3);
            assertThatThrownBy(() -> lock.withLock(LONG, hold -> {
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> lock.<String, RuntimeException>withLock(LONG, hold -> {
                        delete(kw, "lock:{c}");
                        return "late";
                    }))
                    .isInstanceOf(KeywrightException.Lost.class)
                    .hasMessageContaining("lock c");
            awaitAllFree(kw, NAMES);
        }
    }

    @Test
    void aThreadGetsThemAgainWhenTheyAreReentrant(Redis redis) {
        LockOptions reentrant = LockOptions.DEFAULTS.withReentrant(true).withReleaseWithoutWaiting(true);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            MultiHold outer = kw.multiLock(NAMES, reentrant).acquire(LONG);
            MultiHold inner = kw.multiLock(List.of("b", "d"), reentrant).acquire(LONG);
            assertThat(inner.token("b")).isEqualTo(outer.token("b"));
            assertThat(inner.release()).isTrue();
            assertThat(other.lock("b").tryAcquire()).isEmpty();
            assertThat(outer.release()).isTrue();
            awaitAllFree(other, List.of("a", "b", "c", "d"));
        }
    }

    @Test
    void namesAndDurationsAreLookedAtBeforeAnythingIsDone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThatThrownBy(() -> kw.multiLock(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no names");
            for (String name : List.of("", "half \ud83d")) {
                assertThatThrownBy(() -> kw.multiLock(List.of("a", name))).isInstanceOf(IllegalArgumentException.class);
            }
            DistributedMultiLock lock = kw.multiLock(List.of("a}b", "a{b}c", "}", "{", "a%7Db", "\0", "\ud83d\ude00"));
            assertThatThrownBy(() -> lock.acquire(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> lock.tryAcquireAsync(Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
            try (MultiHold hold = lock.tryAcquire().orElseThrow()) {
                assertThat(hold.tokens()).hasSize(7);
                assertThatThrownBy(() -> hold.extend(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            }
            awaitAllFree(kw, lock.names());
        }
    }
}
