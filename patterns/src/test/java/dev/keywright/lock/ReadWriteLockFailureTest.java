package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Reply;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases that are renewed and end; lost answers and messages, dead waiters; servers frozen and flushed. LockFailureTest fails one over. */
@WithRedis
class ReadWriteLockFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final LockOptions QUICK = LockOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));

    private static List<DistributedLock> sides(Keywright kw) {
        return sides(kw, QUICK);
    }

    private static List<DistributedLock> sides(Keywright kw, LockOptions options) {
        return List.of(
                kw.readWriteLock("a", options).read(),
                kw.readWriteLock("a", options).write());
    }

    private static CompletableFuture<Optional<Hold>> later(DistributedLock lock) {
        return lock.tryAcquireAsync(LONG).toCompletableFuture();
    }

    private static void awaitWaiting(Standalone redis, String side, int count) {
        await().until(() -> redis.command("ZCARD", "lock:{a}:rw:" + side).equals(Integer.toString(count)));
    }

    @Test
    void x1_anAcquireWhoseAnswerIsLostFindsItsOwnHold(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            for (DistributedLock side : sides(kw, QUICK.withDeadline(LONG))) {
                side.acquire(LONG).close(); // so that the scripts are known
                proxy.cutAfterNextRequest("EVALSHA");
                Hold hold = side.tryAcquire().orElseThrow();
                assertThat(redis.command("GET", "lock:{a}:rw:fence")).isEqualTo(Long.toString(hold.token()));
                assertThat(redis.command("ZCARD", "lock:{a}:rw:readers")).isIn("0", "1");
                assertThat(hold.release()).isTrue();
            }
            assertThat(proxy.cuts()).isEqualTo(2);
        }
    }

    @Test
    void x1_whatMayHaveBeenAcquiredIsFreed(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            for (DistributedLock side : sides(kw)) {
                side.acquire(LONG).close();
                proxy.dropReplies(true);
                assertThatThrownBy(side::tryAcquire)
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isTrue());
                proxy.dropReplies(false);
                direct.readWriteLock("a")
                        .write()
                        .acquire(Duration.ofSeconds(20))
                        .close();
            }
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a");
            for (DistributedLock side : List.of(lock.read(), lock.write())) {
                redis.command("SCRIPT", "FLUSH");
                Hold hold = side.tryAcquire().orElseThrow();
                redis.command("SCRIPT", "FLUSH");
                assertThat(hold.extend(LONG)).isTrue();
                redis.command("SCRIPT", "FLUSH");
                assertThat(hold.release()).isTrue();
            }
        }
    }

    @Test
    void l4_theLossIsToldInTimeWhileTheServerIsSilent(Standalone redis) {
        Duration lease = Duration.ofMillis(1_500);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a", QUICK.withLease(lease));
            Hold hold = lock.read().acquire(LONG);
            redis.freeze();
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
            assertThat(hold.isHeld()).isFalse();
            assertThatThrownBy(() -> lock.read().tryAcquire()).isInstanceOf(KeywrightException.Unavailable.class);
            CompletableFuture<Optional<Hold>> waiting = later(lock.write());
            redis.thaw();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void l6_aLostMessageIsMadeUpForByLooking(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock here = kw.readWriteLock("a", QUICK);
            DistributedReadWriteLock there = other.readWriteLock("a", QUICK);
            Hold write = here.write().acquire(LONG);
            List<CompletableFuture<Optional<Hold>>> readers = List.of(later(there.read()), later(there.read()));
            awaitWaiting(redis, "waiting", 2);
            CompletableFuture<Optional<Hold>> writer = later(there.write());
            awaitWaiting(redis, "writers", 1);
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            redis.command("DEL", "lock:{a}:rw"); // nobody tells
            readers.forEach(each -> assertThat(each.join()).isPresent());
            redis.command("DEL", "lock:{a}:rw:readers");
            writer.join().orElseThrow().close();
            assertThat(write.release()).isFalse();
        }
    }

    @Test
    void l6_deadWaitersAreSkipped(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold write = kw.readWriteLock("a").write().acquire(LONG);
            for (int i = 0; i < 150; i++) { // they came first and are not alive
                for (String side : List.of("writers", "waiting")) {
                    redis.command("ZADD", "lock:{a}:rw:" + side, Integer.toString(i), "dead-client-of-22-char-" + i);
                }
            }
            CompletableFuture<Optional<Hold>> reader =
                    later(kw.readWriteLock("a").read());
            awaitWaiting(redis, "waiting", 151);
            CompletableFuture<Optional<Hold>> writer =
                    later(kw.readWriteLock("a").write());
            write.close();
            reader.join().orElseThrow().close();
            writer.join().orElseThrow().close();
            await().until(() -> redis.command("EXISTS", "lock:{a}:rw:writers", "lock:{a}:rw:waiting")
                    .equals("0"));
        }
    }

    @Test
    void moreReadersThanOneReleaseWakesAreWokenByThoseWhoCameIn(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold write = kw.readWriteLock("a").write().acquire(LONG);
            ReadWriteKeys keys = new ReadWriteKeys("a", false);
            List<Long> came = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                came.add(answer(kw, keys, i, 0).items().get(2).number());
            }
            redis.command("CONFIG", "RESETSTAT");
            write.close();
            assertThat(redis.info("cmdstat_publish")).startsWith("calls=100,");
            for (int i = 0; i < 120; i++) {
                assertThat(answer(kw, keys, i, came.get(i)).items().get(0).number())
                        .isEqualTo(1);
                assertThat(redis.info("cmdstat_publish")).startsWith("calls=" + Math.min(101 + i, 120) + ",");
            }
            assertThat(redis.command("ZCARD", "lock:{a}:rw:readers")).isEqualTo("120");
        }
    }

    private static Reply answer(Keywright kw, ReadWriteKeys keys, int reader, long since) {
        byte[] owner = LockKeys.bytes("another-client-of-22-l-" + reader);
        return keys.acquire(owner, LONG, 1, LONG, since).call(kw.connection(), TIMEOUT);
    }

    @Test
    void theRightsThatItAsksForAreEnough(Standalone redis) {
        try {
            List<String> rule =
                    new ArrayList<>(List.of("ACL", "SETUSER", "bob", "on", ">pw", "~lock:*", "&wake!*", "-@all"));
            rule.addAll(List.of(
                    ("+info +role +multi +discard +acl|whoami +evalsha +eval +time +get +set +del +pttl +pexpire"
                                    + " +zadd +zrange +zrem +zscore +hget +hset +hdel +publish +subscribe +unsubscribe")
                            .split(" ")));
            redis.command(rule.toArray(String[]::new));
            try (Keywright bob = Keywright.connect(redis.uri().replace("redis://", "redis://bob:pw@"))) {
                Hold write = bob.readWriteLock("a").write().acquire(LONG);
                CompletableFuture<Optional<Hold>> reader =
                        later(bob.readWriteLock("a").read());
                awaitWaiting(redis, "waiting", 1);
                assertThat(write.extend(LONG)).isTrue();
                assertThat(write.release()).isTrue();
                assertThat(reader.join().orElseThrow().extend(LONG)).isTrue();
                assertThat(bob.readWriteLock("a").write().tryAcquire(Duration.ofMillis(20)))
                        .isEmpty();
                reader.join().orElseThrow().close();
            }
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }

    @Test
    void manyDeadReadersAreRemovedAtLast(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.readWriteLock("a").read().acquire(LONG);
            for (int i = 0; i < 150; i++) {
                redis.command("ZADD", "lock:{a}:rw:readers", Integer.toString(i), "dead-client-of-22-char-" + i);
            }
            kw.readWriteLock("a").read().acquire(LONG);
            assertThat(redis.command("ZCARD", "lock:{a}:rw:readers")).isEqualTo("52");
            kw.readWriteLock("a").read().acquire(LONG);
            assertThat(redis.command("ZCARD", "lock:{a}:rw:readers")).isEqualTo("3");
        }
    }

    @Test
    void l10_aDeadReadersHoldEndsWithItsOwnLease(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Duration lease = Duration.ofSeconds(1);
            Hold living = kw.readWriteLock("a").read().acquire(LONG);
            long asked;
            Hold dead;
            try (Keywright dying = Keywright.connect(redis.uri())) {
                asked = System.nanoTime();
                dead = dying.readWriteLock("a", LockOptions.DEFAULTS.withLease(lease))
                        .read()
                        .acquire(LONG);
            }
            assertThat(dead.lost().toCompletableFuture().join()).isEqualTo(Lost.CLOSED);
            assertThat(dead.isHeld()).isFalse();
            CompletableFuture<Long> writer = later(kw.readWriteLock("a").write())
                    .thenApply(got -> {
                        long granted = System.nanoTime();
                        got.orElseThrow().close();
                        return granted;
                    });
            assertThat(Long.parseLong(redis.command("PTTL", "lock:{a}:rw:readers")))
                    .isGreaterThan(2 * lease.toMillis());
            living.close();
            assertThat(Duration.ofNanos(writer.join() - asked)).isBetween(lease, Duration.ofSeconds(20));
            await().until(() -> redis.command("EXISTS", "lock:{a}:rw:readers").equals("0"));
        }
    }

    @Test
    void l3_bothSidesAreRenewedAndTellOfTheirLoss(Standalone redis) {
        LockOptions brief = LockOptions.DEFAULTS.withLease(Duration.ofSeconds(1));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a", brief);
            List<Hold> holds = List.of(
                    lock.read().acquire(LONG),
                    lock.read().acquire(LONG),
                    kw.readWriteLock("b", brief).write().acquire(LONG));
            long start = System.nanoTime();
            await().atMost(LONG).until(() -> System.nanoTime() - start > 1_500_000_000L);
            assertThat(holds).allMatch(Hold::isHeld);
            assertThat(holds.get(0).release()).isTrue();
            redis.command("DEL", "lock:{a}:rw:readers");
            redis.command("DEL", "lock:{b}:rw");
            for (Hold hold : holds.subList(1, 3)) {
                assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
                assertThat(hold.isHeld()).isFalse();
                assertThat(hold.release()).isFalse();
                assertThat(hold.extend(LONG)).isFalse();
            }
            assertThatThrownBy(holds.get(1)::requireHeld).hasMessageContaining("read lock a");
            Hold fixed = kw.readWriteLock("a", LockOptions.DEFAULTS.withFixedLease(Duration.ofMillis(150)))
                    .read()
                    .acquire(LONG);
            assertThat(fixed.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
        }
    }
}
