package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Reply;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Lost answers and messages; servers frozen, killed, flushed, failed over. */
@WithRedis
class LockFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final LockOptions QUICK = LockOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));

    @Test
    void x1_anAcquireWhoseAnswerIsLostFindsItsOwnHold(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            DistributedLock lock = kw.lock("a", LockOptions.DEFAULTS.withDeadline(LONG));
            lock.acquire(LONG).close(); // so that the scripts are known
            for (int i = 0; i < 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                Hold hold = lock.tryAcquire().orElseThrow();
                assertThat(redis.command("GET", "lock:{a}")).endsWith(" " + hold.token());
                assertThat(hold.release()).isTrue();
            }
            assertThat(proxy.cuts()).isEqualTo(5);
        }
    }

    @Test
    void l5_anAcquireThatIsSentAgainForMoreTokensUsesThemUp(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LockKeys keys = new LockKeys("a", false);
            byte[] owner = {'x'};
            Duration timeout = Duration.ofSeconds(5);
            long token = token(keys.acquire(owner, LONG, 1, Duration.ZERO, 0).call(kw.connection(), timeout));
            assertThat(redis.command("GET", "lock:{a}:fence")).isEqualTo(Long.toString(token));
            for (int tokens : new int[] {64, 1}) {
                assertThat(token(keys.acquire(owner, LONG, tokens, Duration.ZERO, 0)
                                .call(kw.connection(), timeout)))
                        .isEqualTo(token);
                assertThat(redis.command("GET", "lock:{a}:fence")).isEqualTo(Long.toString(token + 63));
            }
        }
    }

    private static long token(Reply reply) {
        return reply.items().get(1).number();
    }

    @Test
    void x1_aReleaseWhoseAnswerIsLostIsToldAsUnknownAndHappens(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Hold hold = kw.lock("a").acquire(LONG);
            kw.lock("b").acquire(LONG).close();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(hold::release)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(hold.isHeld()).isFalse();
            kw.lock("a").acquire(LONG).close();
        }
    }

    @Test
    void x1_whatMayHaveBeenAcquiredIsFreed(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            DistributedLock lock = kw.lock("a", QUICK);
            lock.acquire(LONG).close();
            proxy.dropReplies(true);
            assertThatThrownBy(lock::tryAcquire)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            proxy.dropReplies(false);
            direct.lock("a").acquire(Duration.ofSeconds(20)).close();
        }
    }

    @Test
    void l4_theLossIsToldInTimeWhileTheServerIsSilent(Standalone redis) {
        Duration lease = Duration.ofSeconds(2);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK.withLease(lease)).acquire(LONG);
            CompletableFuture<Duration> told = hold.lost()
                    .thenApply(why -> hold.remaining().plus(hold.isHeld() ? lease : Duration.ZERO))
                    .toCompletableFuture();
            redis.freeze();
            assertThat(told.join()).isEqualTo(Duration.ZERO);
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
            assertThatThrownBy(() -> kw.lock("b", QUICK).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class);
            long start = System.nanoTime();
            assertThatThrownBy(() -> kw.lock("b", QUICK).acquire(Duration.ofSeconds(1)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(lease.dividedBy(4), LONG);
            redis.thaw();
            kw.lock("b", QUICK).acquire(LONG).close();
            kw.lock("a", QUICK).acquire(LONG).close();
        }
    }

    @Test
    void waitersLiveThroughAServerThatIsKilledAndStartedAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK).acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    other.lock("a", QUICK).tryAcquireAsync(LONG).toCompletableFuture();
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("1"));
            redis.kill();
            redis.restart();
            Hold next = waiting.join().orElseThrow();
            assertThat(next.token()).isGreaterThan(hold.token());
            try {
                assertThat(hold.release()).isFalse();
            } catch (KeywrightException.Unavailable e) {
                assertThat(e).hasMessageNotContaining("lost"); // still reconnecting
            }
            next.close();
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int i = 0; i < 3; i++) {
                redis.command("SCRIPT", "FLUSH");
                Hold hold = kw.lock("a").tryAcquire().orElseThrow();
                redis.command("SCRIPT", "FLUSH");
                assertThat(hold.extend(LONG)).isTrue();
                redis.command("SCRIPT", "FLUSH");
                assertThat(hold.release()).isTrue();
            }
        }
    }

    @Test
    void renewalOutlivesConnectionsThatAreKilledAndScriptsThatAreForgotten(Standalone redis) {
        Duration lease = Duration.ofSeconds(2);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK.withLease(lease)).acquire(LONG);
            long start = System.nanoTime();
            await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
                redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                redis.command("SCRIPT", "FLUSH");
                return System.nanoTime() - start > lease.toNanos() * 3 / 2;
            });
            assertThat(hold.isHeld()).isTrue();
            hold.close();
        }
    }

    @Test
    void l6_aLostMessageIsMadeUpForByLooking(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (LockOptions options : new LockOptions[] {QUICK, QUICK.withFair(true)}) {
                Hold hold = kw.lock("a", options).acquire(LONG);
                CompletableFuture<Optional<Hold>> waiting =
                        other.lock("a", options).tryAcquireAsync(LONG).toCompletableFuture();
                await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("1"));
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                redis.command("DEL", "lock:{a}"); // nobody tells
                waiting.join().orElseThrow().close();
                hold.close();
            }
        }
    }

    @Test
    void l6_deadWaitersAreSkipped(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (LockOptions options : new LockOptions[] {QUICK, QUICK.withFair(true)}) {
                Hold hold = kw.lock("a", options).acquire(LONG);
                for (int i = 0; i < 150; i++) { // they came first and are not alive
                    redis.command("ZADD", "lock:{a}:waiting", Integer.toString(i), "dead-client-of-22-char-" + i);
                }
                CompletableFuture<Optional<Hold>> waiting =
                        other.lock("a", options).tryAcquireAsync(LONG).toCompletableFuture();
                await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("151"));
                hold.close();
                waiting.join().orElseThrow().close();
                redis.command("DEL", "lock:{a}:waiting");
            }
        }
    }

    @Test
    void aLeaseShorterThanARoundTripIsRefusedAndLeavesNothing(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            kw.lock("a").acquire(LONG).close();
            proxy.delay(Duration.ofMillis(60));
            DistributedLock hasty = kw.lock("a", LockOptions.DEFAULTS.withLease(Duration.ofMillis(20)));
            assertThatThrownBy(hasty::tryAcquire)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("20 ms was over");
            assertThatThrownBy(() -> hasty.tryAcquireAsync(Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Misused.class);
            proxy.delay(Duration.ZERO);
            kw.lock("a").acquire(LONG).close();
        }
    }

    @Test
    void whoMayNotPublishOrListenStillGetsTheLock(Standalone redis) {
        redis.command("ACL", "SETUSER", "bob", "on", ">pw", "~*", "resetchannels", "+@all");
        try (Keywright kw = Keywright.connect("redis://bob:pw@127.0.0.1:" + redis.port());
                Keywright other = Keywright.connect("redis://bob:pw@127.0.0.1:" + redis.port())) {
            Hold hold = kw.lock("a").acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    other.lock("a").tryAcquireAsync(LONG).toCompletableFuture();
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("1"));
            assertThat(hold.release()).isTrue();
            waiting.join().orElseThrow().close();
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }

    @Test
    void whoMayNotRunScriptsIsToldSo(Standalone redis) {
        redis.command("ACL", "SETUSER", "eve", "on", ">pw", "~*", "&*", "+@all", "-@scripting");
        try (Keywright kw = Keywright.connect("redis://eve:pw@127.0.0.1:" + redis.port())) {
            assertThatThrownBy(() -> kw.lock("a").tryAcquire()).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> kw.lock("a").acquire(LONG)).isInstanceOf(KeywrightException.Misused.class);
            assertThat(kw.check()).isNotEmpty();
        } finally {
            redis.command("ACL", "DELUSER", "eve");
        }
    }

    @Test
    void aServerThatIsFullStillFreesWhatIsHeld(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK).acquire(LONG);
            Hold reads = kw.readWriteLock("a", QUICK).read().acquire(LONG);
            redis.command("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> kw.lock("b", QUICK).tryAcquire()).isInstanceOf(KeywrightException.class);
            assertThat(hold.extend(Duration.ofSeconds(5))).isTrue();
            assertThat(hold.release()).isTrue();
            assertThat(reads.release()).isTrue();
        } finally {
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void l8_aLockThatReplicasDoNotHaveIsUndone(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LockOptions one = QUICK.withReplicas(1, Duration.ofSeconds(5));
            kw.lock("a", one).acquire(LONG).close();
            try (Hold again = kw.lock("a", one).tryAcquire().orElseThrow();
                    Hold later = kw.lock("b", one)
                            .tryAcquireAsync(LONG)
                            .toCompletableFuture()
                            .join()
                            .orElseThrow();
                    Hold reads = kw.readWriteLock("c", one).read().acquire(LONG)) {
                assertThat(List.of(again, later, reads)).allMatch(Hold::isHeld);
            }
            LockOptions many = QUICK.withReplicas(9, Duration.ofMillis(50));
            assertThatThrownBy(() -> kw.lock("a", many).acquire(LONG))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("of 9 replicas");
            assertThatThrownBy(() -> kw.lock("a", many)
                            .tryAcquireAsync(LONG)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            await().until(() ->
                    kw.lock("a", one).tryAcquire().map(Hold::release).orElse(false));
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void l7_afterAFailoverEverybodyCanLockAgain(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK).acquire(LONG);
            Hold reads = kw.readWriteLock("a", QUICK).read().acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    other.lock("a", QUICK).tryAcquireAsync(LONG).toCompletableFuture();
            CompletableFuture<Optional<Hold>> writer = other.readWriteLock("a", QUICK)
                    .write()
                    .tryAcquireAsync(LONG)
                    .toCompletableFuture();
            redis.failover();
            hold.close();
            reads.close();
            Hold next = waiting.join().orElseThrow();
            assertThat(next.token()).isGreaterThan(hold.token());
            next.close();
            kw.lock("a", QUICK).acquire(LONG).close();
            Hold write = writer.join().orElseThrow();
            assertThat(write.token()).isGreaterThan(reads.token());
            write.close();
            kw.readWriteLock("a", QUICK).read().acquire(LONG).close();
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void l7_whileASlotMovesHoldsAreKept(Cluster redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a", QUICK).acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    other.lock("a", QUICK).tryAcquireAsync(LONG).toCompletableFuture();
            int slot = Cluster.slotOf("lock:{a}");
            Standalone owner = redis.ownerOf(slot);
            redis.migrateSlot(
                    slot,
                    redis.masters().stream()
                            .filter(each -> each.port() != owner.port())
                            .findFirst()
                            .orElseThrow());
            assertThat(hold.extend(LONG)).isTrue();
            assertThat(waiting).isNotDone();
            assertThat(hold.release()).isTrue();
            Hold next = waiting.join().orElseThrow();
            assertThat(next.token()).isGreaterThan(hold.token());
            next.close();
        }
    }
}
