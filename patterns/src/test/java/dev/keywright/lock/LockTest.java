package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who gets the lock, until when, and what the handle says. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class LockTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration BRIEF = Duration.ofMillis(150);

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    @Test
    void oneHoldAtATimeAndTokensGrow(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedLock lock = kw.lock("a");
            long last = 0;
            for (int i = 0; i < 5; i++) {
                Hold hold = lock.acquire(LONG);
                assertThat(hold.token()).isGreaterThan(last);
                last = hold.token();
                assertThat(hold.isHeld()).isTrue();
                assertThat(hold.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(29));
                assertThat(number(kw, "PTTL", "lock:{a}")).isBetween(1L, 30_000L);
                assertThat(lock.tryAcquire()).isEmpty();
                assertThat(other.lock("a").tryAcquire()).isEmpty();
                assertThat(other.lock("a").tryAcquire(Duration.ofMillis(30))).isEmpty();
                assertThat(hold.release()).isTrue();
                assertThat(hold.isHeld()).isFalse();
                assertThat(hold.remaining()).isEqualTo(Duration.ZERO);
                assertThat(hold.release()).isFalse();
                assertThat(hold.lost().toCompletableFuture()).isNotDone();
                Hold next = other.lock("a").acquire(LONG);
                assertThat(next.token()).isGreaterThan(last);
                assertThat(hold.release()).isFalse();
                assertThat(next.isHeld()).isTrue();
                last = next.token();
                next.close();
            }
            assertThat(number(kw, "EXISTS", "lock:{a}")).isZero();
            await().until(() -> number(kw, "EXISTS", "lock:{a}:waiting") == 0);
            assertThat(number(kw, "PTTL", "lock:{a}:fence")).isBetween(1L, 172_800_000L);
        }
    }

    @Test
    void theAsynchronousFormDoesTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (LockOptions options : List.of(LockOptions.DEFAULTS, LockOptions.DEFAULTS.withFair(true))) {
                Hold hold = later(kw.lock("a", options), Duration.ZERO).join().orElseThrow();
                assertThat(later(kw.lock("a", options), Duration.ZERO).join()).isEmpty();
                assertThat(later(other.lock("a", options), Duration.ofMillis(30))
                                .join())
                        .isEmpty();
                CompletableFuture<Optional<Hold>> here = later(kw.lock("a", options), LONG);
                CompletableFuture<Optional<Hold>> there = later(other.lock("a", options), LONG);
                assertThat(hold.releaseAsync().toCompletableFuture().join()).isTrue();
                Hold first = ((Optional<?>) CompletableFuture.anyOf(here, there).join())
                        .map(Hold.class::cast)
                        .orElseThrow();
                assertThat(first.token()).isGreaterThan(hold.token());
                assertThat(here.isDone() && there.isDone()).isFalse();
                assertThat(first.releaseAsync().toCompletableFuture().join()).isTrue();
                CompletableFuture.allOf(here, there).join();
                assertThat(here.join().orElseThrow().token())
                        .isNotEqualTo(there.join().orElseThrow().token());
                here.join().orElseThrow().close();
                there.join().orElseThrow().close();
            }
        }
    }

    private static CompletableFuture<Optional<Hold>> later(DistributedLock lock, Duration wait) {
        return lock.tryAcquireAsync(wait).toCompletableFuture();
    }

    @Test
    void l2_aFixedLeaseEndsWhenItSaysAndIsToldBefore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withFixedLease(BRIEF)).acquire(LONG);
            CompletableFuture<Boolean> stillThere =
                    hold.lost().thenApply(why -> why == Lost.LEASE_OVER).toCompletableFuture();
            Hold next = other.lock("a").acquire(LONG);
            assertThat(stillThere.join()).isTrue();
            assertThat(hold.isHeld()).isFalse();
            assertThatThrownBy(hold::requireHeld).isInstanceOf(KeywrightException.Lost.class);
            assertThat(hold.release()).isFalse();
            assertThat(hold.extend(LONG)).isFalse();
            assertThat(next.isHeld()).isTrue();
            assertThat(next.token()).isGreaterThan(hold.token());
            next.close();
        }
    }

    @Test
    void l3_aLeaseIsRenewedUntilTheReleaseOrForSoLong(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Duration lease = Duration.ofSeconds(1);
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withLease(lease)).acquire(LONG);
            long start = System.nanoTime();
            await().atMost(LONG).until(() -> System.nanoTime() - start > 2 * lease.toNanos());
            assertThat(hold.isHeld()).isTrue();
            assertThat(hold.release()).isTrue();

            Hold bounded = kw.lock("b", LockOptions.DEFAULTS.withLease(BRIEF).withLongest(BRIEF))
                    .acquire(LONG);
            assertThat(bounded.lost().toCompletableFuture().join()).isEqualTo(Lost.TOO_LONG);
            assertThat(bounded.isHeld()).isFalse();
        }
    }

    @Test
    void l4_aLockThatIsTakenAwayIsToldWithTheNextRenewal(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withLease(Duration.ofSeconds(3)))
                    .acquire(LONG);
            number(kw, "DEL", "lock:{a}");
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
            assertThat(hold.isHeld()).isFalse();
            assertThat(hold.release()).isFalse();
            try (Hold next = kw.lock("a").acquire(LONG)) {
                assertThat(next.token()).isGreaterThan(hold.token());
            }
            Hold unseen = kw.lock("a").acquire(LONG);
            number(kw, "DEL", "lock:{a}");
            assertThat(unseen.release()).isFalse();
        }
    }

    @Test
    void l5_tokensGrowWhenTheCounterWasLost(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a").acquire(LONG);
            hold.close();
            redis.flushAll();
            assertThat(kw.lock("a").acquire(LONG).token()).isGreaterThan(hold.token());
        }
    }

    @Test
    void aLeaseMayBeExtended(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withFixedLease(Duration.ofSeconds(10)))
                    .acquire(LONG);
            assertThat(hold.extend(Duration.ofMinutes(5))).isTrue();
            assertThat(hold.remaining()).isGreaterThan(Duration.ofMinutes(4));
            assertThat(number(kw, "PTTL", "lock:{a}")).isGreaterThan(240_000L);
            assertThatThrownBy(() -> hold.extend(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> hold.extend(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
            number(kw, "DEL", "lock:{a}");
            assertThat(hold.extend(LONG)).isFalse();
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
        }
    }

    @Test
    void theActionRunsWithTheLockAndItsFailurePasses(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedLock lock = kw.lock("a");
            assertThat(lock.<String, RuntimeException>withLock(LONG, hold -> {
                        assertThat(lock.tryAcquire()).isEmpty();
                        return "done with " + (hold.token() > 0);
                    }))
                    .isEqualTo("done with true");
            assertThatThrownBy(() -> lock.withLock(LONG, hold -> {
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> lock.<String, RuntimeException>withLock(LONG, hold -> {
                        number(kw, "DEL", "lock:{a}");
                        return "late";
                    }))
                    .isInstanceOf(KeywrightException.Lost.class)
                    .hasMessageContaining("lock a");
            lock.acquire(LONG);
            assertThatThrownBy(() -> lock.acquire(Duration.ofMillis(20)))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("20 ms");
        }
    }

    @Test
    void anotherThreadMayRelease(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LockOptions options : List.of(LockOptions.DEFAULTS, LockOptions.DEFAULTS.withReentrant(true))) {
                Hold hold = kw.lock("a", options).acquire(LONG);
                assertThat(CompletableFuture.supplyAsync(hold::release).join()).isTrue();
                assertThat(kw.lock("a", options).tryAcquire()).isPresent().hasValueSatisfying(Hold::close);
            }
        }
    }

    @Test
    void aThreadThatHasAReentrantLockGetsItAgain(Redis redis) {
        LockOptions reentrant = LockOptions.DEFAULTS.withReentrant(true);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold outer = kw.lock("a", reentrant).acquire(LONG);
            Hold inner = kw.lock("a", reentrant).acquire(LONG);
            assertThat(inner.token()).isEqualTo(outer.token());
            assertThat(CompletableFuture.supplyAsync(
                                    () -> kw.lock("a", reentrant).tryAcquire())
                            .join())
                    .isEmpty();
            assertThat(inner.release()).isTrue();
            assertThat(inner.release()).isFalse();
            assertThat(inner.isHeld()).isFalse();
            assertThat(outer.isHeld()).isTrue();
            assertThat(kw.lock("a").tryAcquire()).isEmpty();
            assertThat(outer.release()).isTrue();
            Hold next = kw.lock("a", reentrant).acquire(LONG);
            assertThat(next.token()).isGreaterThan(outer.token());
            number(kw, "DEL", "lock:{a}");
            assertThat(next.extend(LONG)).isFalse();
            assertThatThrownBy(() -> kw.lock("a", reentrant).tryAcquire()).isInstanceOf(KeywrightException.Lost.class);
            next.close();
            assertThat(kw.lock("a", reentrant).tryAcquire()).isPresent();
        }
    }

    @Test
    void fairLocksAreGivenInTheOrderTheyWereAskedFor(Redis redis) {
        LockOptions fair = LockOptions.DEFAULTS.withFair(true);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", fair).acquire(LONG);
            List<CompletableFuture<Long>> tokens = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                DistributedLock lock = (i % 2 == 0 ? kw : other).lock("a", fair);
                tokens.add(later(lock, LONG).thenApply(got -> {
                    long token = got.orElseThrow().token();
                    got.orElseThrow().close();
                    return token;
                }));
                int waiting = i + 1;
                await().until(() -> number(kw, "ZCARD", "lock:{a}:waiting") == waiting);
            }
            assertThat(kw.lock("a", fair).tryAcquire()).isEmpty();
            hold.close();
            assertThat(tokens.stream().map(CompletableFuture::join).toList()).isSorted();
            assertThat(number(kw, "EXISTS", "lock:{a}:alive")).isZero();
        }
    }

    @Test
    void releasesThatAreNotWaitedForCome(Redis redis) {
        LockOptions quick = LockOptions.DEFAULTS.withReleaseWithoutWaiting(true);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (int i = 0; i < 20; i++) {
                assertThat(kw.lock("a", quick).acquire(LONG).release()).isTrue();
            }
            other.lock("a").acquire(LONG).close();
        }
    }

    @Test
    void namesMayHoldAnything(Redis redis) {
        List<String> names = List.of(
                "a{b}c",
                "a}b",
                "a%7Db",
                "{",
                "}",
                "{}",
                "a:fence",
                "a",
                "a\0b",
                "a b\r\n",
                "\u00e9\ud83d\ude00",
                "n".repeat(1_024));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Hold> holds = new ArrayList<>();
            for (String name : names) {
                holds.add(kw.lock(name).tryAcquire().orElseThrow());
                assertThat(kw.lock(name).name()).isEqualTo(name);
                assertThat(kw.lock(name, LockOptions.DEFAULTS.withFair(true)).tryAcquire())
                        .isEmpty();
            }
            assertThat(holds).allMatch(Hold::release);
            assertThatThrownBy(() -> kw.lock("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kw.lock("half \ud83d")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void badDurationsAreRefusedBeforeAnythingIsDone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedLock lock = kw.lock("a");
            Duration negative = Duration.ofMillis(-1);
            assertThatThrownBy(() -> lock.tryAcquire(negative)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> lock.acquire(negative)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> lock.tryAcquireAsync(negative)).isInstanceOf(IllegalArgumentException.class);
            for (Duration lease : List.of(negative, Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(2))) {
                assertThatThrownBy(() -> LockOptions.DEFAULTS.withLease(lease))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 ms to 1 day");
            }
            assertThatThrownBy(() -> LockOptions.DEFAULTS.withDeadline(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> LockOptions.DEFAULTS.withLongest(negative))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(number(kw, "EXISTS", "lock:{a}:fence")).isZero();
        }
    }

    @Test
    void whatIsNotALockIsLeftAlone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.connection()
                    .call(Command.named("RPUSH").key("lock:{a}").argument("x").build());
            assertThatThrownBy(() -> kw.lock("a").tryAcquire()).isInstanceOf(KeywrightException.Misused.class);
            assertThat(number(kw, "LLEN", "lock:{a}")).isEqualTo(1);
        }
    }

    @Test
    void closingTellsThoseWhoHoldAndThoseWhoWait(Redis redis) throws InterruptedException {
        Hold hold;
        CompletableFuture<Optional<Hold>> waiting;
        CountDownLatch told = new CountDownLatch(1);
        try (Keywright other = Keywright.connect(redis.uri())) {
            Hold theirs = other.lock("b").acquire(LONG);
            try (Keywright kw = Keywright.connect(redis.uri())) {
                hold = kw.lock("a").acquire(LONG);
                waiting = later(kw.lock("b"), LONG);
                hold.lost().thenAccept(why -> told.countDown());
            }
            told.await();
            assertThat(hold.isHeld()).isFalse();
            assertThatThrownBy(waiting::join).hasCauseInstanceOf(KeywrightException.class);
            theirs.close();
        }
    }
}
