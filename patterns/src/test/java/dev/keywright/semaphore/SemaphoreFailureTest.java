package dev.keywright.semaphore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases that end; lost answers and messages; servers frozen, killed, flushed, failed over. */
@WithRedis
class SemaphoreFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration BRIEF = Duration.ofMillis(150);
    private static final SemaphoreOptions QUICK = SemaphoreOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));

    private static CompletableFuture<Optional<Permits>> later(DistributedSemaphore semaphore, int wanted) {
        return semaphore.tryAcquireAsync(wanted, LONG).toCompletableFuture();
    }

    private static void awaitWaiting(Standalone redis, int waiting) {
        await().until(() -> redis.command("ZCARD", "sem:{a}:waiting").equals(Integer.toString(waiting)));
    }

    @Test
    void aLeaseIsRenewedUntilTheReleaseOrForSoLong(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Duration lease = Duration.ofSeconds(1);
            DistributedSemaphore semaphore = kw.semaphore("a", 1, SemaphoreOptions.DEFAULTS.withLease(lease));
            Permits permits = semaphore.acquire(LONG);
            long start = System.nanoTime();
            await().atMost(LONG).until(() -> System.nanoTime() - start > 2 * lease.toNanos());
            assertThat(semaphore.tryAcquire()).isEmpty();
            assertThat(permits.isHeld()).isTrue();
            assertThat(permits.release()).isTrue();

            Permits bounded = kw.semaphore(
                            "b", 1, SemaphoreOptions.DEFAULTS.withLease(BRIEF).withLongest(Duration.ofMillis(1)))
                    .acquire(LONG);
            assertThat(bounded.lost().toCompletableFuture().join()).isEqualTo(Lost.TOO_LONG);
        }
    }

    @Test
    void permitsThatAreTakenAwayAreToldWithTheNextRenewal(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SemaphoreOptions options = SemaphoreOptions.DEFAULTS.withLease(Duration.ofSeconds(2));
            for (String lost : List.of("sem:{a}", "sem:{a}:ends")) { // one of the keys, evicted or deleted
                DistributedSemaphore semaphore = kw.semaphore("a", 1, options);
                Permits permits = semaphore.acquire(LONG);
                redis.command("DEL", lost);
                Permits next = semaphore.tryAcquire().orElseThrow();
                assertThat(permits.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
                assertThat(permits.isHeld()).isFalse();
                assertThat(permits.release()).isFalse();
                assertThat(semaphore.tryAcquire()).isEmpty();
                assertThat(next.release()).isTrue();
                assertThat(semaphore.usage()).isEqualTo(new Usage(1, 0, 0));
            }
        }
    }

    @Test
    void x1_anAcquireWhoseAnswerIsLostFindsItsOwnPermits(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 3, SemaphoreOptions.DEFAULTS.withDeadline(LONG));
            semaphore.acquire(LONG).close(); // so that the scripts are known
            for (int i = 0; i < 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                Permits permits = semaphore.tryAcquire(2).orElseThrow();
                assertThat(redis.command("HGET", "sem:{a}", "held")).isEqualTo("2");
                assertThat(permits.release()).isTrue();
            }
            assertThat(proxy.cuts()).isEqualTo(5);
        }
    }

    @Test
    void x1_aReleaseWhoseAnswerIsLostIsToldAsUnknownAndHappensOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 3);
            Permits permits = semaphore.acquire(2, LONG);
            Permits others = semaphore.acquire(LONG);
            kw.semaphore("b", 1).acquire(LONG).close();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(permits::release)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(permits.isHeld()).isFalse();
            semaphore.acquire(2, LONG).close();
            assertThat(redis.command("HGET", "sem:{a}", "held")).isEqualTo("1");
            others.close();
        }
    }

    @Test
    void x1_whatMayHaveBeenAcquiredIsFreed(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 3, QUICK);
            semaphore.acquire(LONG).close();
            proxy.dropReplies(true);
            assertThatThrownBy(() -> semaphore.tryAcquire(3))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            proxy.dropReplies(false);
            direct.semaphore("a", 3).acquire(3, Duration.ofSeconds(20)).close();
        }
    }

    @Test
    void theLossIsToldInTimeWhileTheServerIsSilent(Standalone redis) {
        Duration lease = Duration.ofSeconds(1);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Permits permits = kw.semaphore("a", 1, QUICK.withLease(lease)).acquire(LONG);
            CompletableFuture<Duration> told = permits.lost()
                    .thenApply(why -> permits.remaining().plus(permits.isHeld() ? lease : Duration.ZERO))
                    .toCompletableFuture();
            redis.freeze();
            assertThat(told.join()).isEqualTo(Duration.ZERO);
            assertThat(permits.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
            assertThatThrownBy(() -> kw.semaphore("b", 1, QUICK).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class);
            CompletableFuture<Optional<Permits>> waiting = later(kw.semaphore("a", 1, QUICK), 1);
            redis.thaw();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void waitersLiveThroughAServerThatIsKilledAndStartedAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Permits permits = kw.semaphore("a", 1, QUICK).acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = later(other.semaphore("a", 1, QUICK), 1);
            awaitWaiting(redis, 1);
            redis.kill();
            redis.restart();
            waiting.join().orElseThrow().close();
            permits.close();
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 1);
            for (int i = 0; i < 3; i++) {
                redis.command("SCRIPT", "FLUSH");
                Permits permits = semaphore.tryAcquire().orElseThrow();
                redis.command("SCRIPT", "FLUSH");
                assertThat(semaphore.usage().held()).isEqualTo(1);
                redis.command("SCRIPT", "FLUSH");
                assertThat(permits.release()).isTrue();
            }
        }
    }

    @Test
    void aLostMessageIsMadeUpForByLooking(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            kw.semaphore("a", 1, QUICK).acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = later(other.semaphore("a", 1, QUICK), 1);
            awaitWaiting(redis, 1);
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            redis.command("DEL", "sem:{a}", "sem:{a}:ends"); // nobody tells
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void thoseForWhomThereAreEnoughAreWokenByMessageAndNobodyElse(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 3);
            Permits all = semaphore.acquire(3, LONG);
            List<CompletableFuture<Optional<Permits>>> waiting = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                waiting.add(later(semaphore, 1));
                awaitWaiting(redis, i);
            }
            redis.command("CONFIG", "RESETSTAT");
            all.close();
            List<Permits> first = waiting.stream()
                    .limit(3)
                    .map(each -> each.join().orElseThrow())
                    .toList();
            assertThat(redis.info("cmdstat_publish")).startsWith("calls=3,");
            assertThat(waiting.stream().filter(CompletableFuture::isDone)).hasSize(3);
            first.forEach(Permits::close);
            waiting.forEach(each -> each.join().orElseThrow().close());
        }
    }

    @Test
    void deadWaitersAreSkipped(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Permits permits = kw.semaphore("a", 2, QUICK).acquire(2, LONG);
            for (int i = 0; i < 150; i++) { // they came first and are not alive
                redis.command("ZADD", "sem:{a}:waiting", Integer.toString(i), "dead-client-of-22-char-" + i);
                redis.command("HSET", "sem:{a}:wishes", "dead-client-of-22-char-" + i, "2 " + i);
            }
            CompletableFuture<Optional<Permits>> waiting = later(other.semaphore("a", 2, QUICK), 1);
            awaitWaiting(redis, 151);
            permits.close();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void holdersThatDiedAreClearedHoweverManyTheyWere(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 300, QUICK);
            redis.command("HSET", "sem:{a}", "held", "250");
            for (int i = 0; i < 250; i++) {
                redis.command("HSET", "sem:{a}", "dead-client-of-22-char-" + i, "1");
                redis.command("ZADD", "sem:{a}:ends", Integer.toString(i + 1), "dead-client-of-22-char-" + i);
            }
            assertThat(semaphore.usage()).isEqualTo(new Usage(300, 0, 0));
            Permits all = semaphore.acquire(300, LONG);
            assertThat(redis.command("HGET", "sem:{a}", "held")).isEqualTo("300");
            all.close();
            assertThat(redis.command("EXISTS", "sem:{a}", "sem:{a}:ends")).isEqualTo("0");
        }
    }

    @Test
    void aLeaseShorterThanARoundTripIsRefusedAndLeavesNothing(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            kw.semaphore("a", 1).acquire(LONG).close();
            proxy.delay(Duration.ofMillis(60));
            DistributedSemaphore hasty =
                    kw.semaphore("a", 1, SemaphoreOptions.DEFAULTS.withLease(Duration.ofMillis(20)));
            assertThatThrownBy(hasty::tryAcquire)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("20 ms was over");
            assertThatThrownBy(() -> later(hasty, 1).join()).hasCauseInstanceOf(KeywrightException.Misused.class);
            proxy.delay(Duration.ZERO);
            kw.semaphore("a", 1).acquire(LONG).close();
        }
    }

    @Test
    void whoMayNotPublishOrListenStillGetsPermits(Standalone redis) {
        redis.command("ACL", "SETUSER", "bob", "on", ">pw", "~*", "resetchannels", "+@all");
        try (Keywright kw = Keywright.connect("redis://bob:pw@127.0.0.1:" + redis.port());
                Keywright other = Keywright.connect("redis://bob:pw@127.0.0.1:" + redis.port())) {
            Permits permits = kw.semaphore("a", 1).acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = later(other.semaphore("a", 1), 1);
            awaitWaiting(redis, 1);
            assertThat(permits.release()).isTrue();
            waiting.join().orElseThrow().close();
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }

    @Test
    void whoMayDoWhatIsNeededAndNoMoreCanDoAll(Standalone redis) {
        redis.command("ACL", "SETUSER", "carol", "on", ">pw", "~*", "&*", "+@all", "-evalsha");
        String uri = "redis://carol:pw@127.0.0.1:" + redis.port();
        try (Keywright kw = Keywright.connect(uri)) {
            kw.semaphore("a", 2);
            redis.command(kw.check().get(0).fix().split(" "));
        }
        try (Keywright kw = Keywright.connect(uri)) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2, QUICK.withLease(Duration.ofSeconds(1)));
            Permits permits = semaphore.acquire(2, LONG);
            CompletableFuture<Optional<Permits>> waiting = later(semaphore, 1);
            awaitWaiting(redis, 1);
            semaphore.changePermits(3);
            waiting.join().orElseThrow().close();
            semaphore.resetPermits();
            assertThat(semaphore.usage()).isEqualTo(new Usage(2, 2, 0));
            assertThat(permits.release()).isTrue();
            assertThat(kw.check()).isEmpty();
        } finally {
            redis.command("ACL", "DELUSER", "carol");
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void whileASlotMovesPermitsAreKept(Cluster redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Permits permits = kw.semaphore("a", 1, QUICK).acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = later(other.semaphore("a", 1, QUICK), 1);
            int slot = Cluster.slotOf("sem:{a}");
            Standalone owner = redis.ownerOf(slot);
            redis.migrateSlot(
                    slot,
                    redis.masters().stream()
                            .filter(each -> each.port() != owner.port())
                            .findFirst()
                            .orElseThrow());
            assertThat(waiting).isNotDone();
            assertThat(permits.release()).isTrue();
            waiting.join().orElseThrow().close();
        }
    }
}
