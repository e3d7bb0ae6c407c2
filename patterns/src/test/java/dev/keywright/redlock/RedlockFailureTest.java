package dev.keywright.redlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Connection;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.script.Script;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Independent;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Masters killed, frozen, restarted empty, late, full, forbidding: counted, named, and nothing is left behind. */
@WithRedis(value = Topology.INDEPENDENT, masters = 5)
class RedlockFailureTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RedlockOptions PATIENT = RedlockOptions.DEFAULTS
            .withLease(LONG)
            .withNodeTimeout(Duration.ofSeconds(5))
            .withRetryPause(Duration.ofMillis(20))
            .withRestartDelay(Duration.ZERO);

    private static List<Standalone> first(Independent redis, int masters) {
        return redis.nodes().subList(0, masters);
    }

    @Test
    void l9_withTwoOfFiveKilledItWorksAndTheThirdEndsIt(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            DistributedLock lock = redlock.lock("a", PATIENT.withNodeTimeout(Duration.ofSeconds(1)));
            Hold before = lock.acquire(LONG);
            first(redis, 2).forEach(Standalone::kill);
            assertThat(before.extend(LONG)).isTrue();
            assertThat(before.release()).isTrue();
            Hold hold = lock.acquire(LONG);
            assertThat(hold.token()).isGreaterThan(before.token());
            redis.nodes().get(2).kill();
            assertThatThrownBy(() -> hold.extend(LONG))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("2 of 5 masters said yes, 3 are needed");
            assertThat(hold.isHeld()).isTrue(); // its lease lasts
            assertThatThrownBy(hold::release).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(hold.isHeld()).isFalse();
            long start = System.nanoTime();
            assertThatThrownBy(() -> redlock.lock("b", PATIENT.withNodeTimeout(Duration.ofMillis(100)))
                            .acquire(Duration.ofMillis(300)))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining(redis.nodes().get(0).port() + ": Not connected")
                    .hasMessageContaining(redis.nodes().get(2).port() + ": Not connected")
                    .hasMessageNotContaining(":" + redis.nodes().get(3).port());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            first(redis, 3).forEach(Standalone::restart);
            lock.acquire(LONG).close();
        }
    }

    @Test
    void x8_frozenMastersHoldNobodyUpAndAreCleanedLater(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            RedlockOptions quick = PATIENT.withNodeTimeout(Duration.ofMillis(300));
            redlock.lock("a", PATIENT).acquire(LONG).close();
            first(redis, 2).forEach(Standalone::freeze);
            Hold hold =
                    redlock.lock("a", PATIENT).acquire(LONG); // a majority has answered: nobody waits for the others
            assertThat(hold.release()).isTrue();
            redis.nodes().get(2).freeze();
            assertThatThrownBy(() -> redlock.lock("a", quick).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("2 of 5 masters said yes, 3 are needed")
                    .hasMessageContaining(redis.nodes().get(1).port() + ": No answer in 300 ms");
            redis.nodes().forEach(Standalone::thaw);
            await().untilAsserted(() -> assertThat(redis.nodes())
                    .allSatisfy(node ->
                            assertThat(node.command("EXISTS", "redlock:{a}")).isEqualTo("0")));
        }
    }

    @Test
    void l4_theLossIsPushedWhileAllAreSilent(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            RedlockOptions options = PATIENT.withLease(Duration.ofSeconds(2));
            Hold hold = redlock.lock("a", options).acquire(LONG);
            redis.nodes().forEach(Standalone::freeze);
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
            assertThat(hold.isHeld()).isFalse();
            assertThat(hold.remaining()).isZero();
            redis.nodes().forEach(Standalone::thaw);
            redlock.lock("a", options).acquire(LONG).close();
        }
    }

    @Test
    void whoWasStartedJustNowGrantsNothing(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            RedlockOptions careful = PATIENT.withRestartDelay(LONG);
            Hold hold = redlock.lock("a", PATIENT).acquire(LONG);
            first(redis, 3).forEach(node -> {
                node.kill();
                node.restart();
            });
            assertThatThrownBy(() -> redlock.lock("a", careful).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("s ago and may have forgotten who has it");
            assertThat(hold.extend(LONG)).isTrue(); // the holder reminds them
            await().untilAsserted(() -> assertThat(redis.nodes())
                    .allSatisfy(node ->
                            assertThat(node.command("EXISTS", "redlock:{a}")).isEqualTo("1")));
            assertThat(redlock.lock("a", PATIENT).tryAcquire()).isEmpty();
            assertThat(hold.release()).isTrue();
            RedlockOptions brief = PATIENT.withRestartDelay(Duration.ofSeconds(1));
            redlock.lock("a", brief).acquire(LONG).close();
        }
    }

    @Test
    void tokensGrowThoughAMinorityForgetsThemAndClocksDiffer(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            DistributedLock lock = redlock.lock("a", PATIENT);
            long ahead = 7_000_000_000_000_000L; // as a master gives whose clock is two hundred years ahead
            redis.nodes().get(0).command("SET", "redlock:{a}:fence", ahead + " -", "PX", "60000");
            redis.nodes().subList(3, 5).forEach(Standalone::freeze); // so that it is one of the majority
            long last = token(lock, ahead);
            redis.nodes().forEach(Standalone::thaw);
            String kept = last + " -";
            await().until(() ->
                    redis.nodes().get(3).command("GET", "redlock:{a}:fence").equals(kept));
            first(redis, 2).forEach(Standalone::flushAll);
            for (int i = 0; i < 5; i++) {
                last = token(lock, last);
            }
            redis.nodes().get(4).kill();
            token(lock, last);
        }
    }

    private static long token(DistributedLock lock, long before) {
        Hold hold = lock.acquire(LONG);
        assertThat(hold.token()).isGreaterThan(before);
        hold.release();
        return hold.token();
    }

    @Test
    void lateAnswersAreUndone(Independent redis) {
        List<FaultProxy> proxies = new ArrayList<>();
        List<String> uris = new ArrayList<>(redis.uris().subList(0, 2));
        for (Standalone node : redis.nodes().subList(2, 5)) {
            FaultProxy proxy = FaultProxy.to(node);
            proxies.add(proxy);
            uris.add(proxy.uri());
        }
        try (Redlock redlock = Redlock.connect(uris)) {
            redlock.lock("a", PATIENT).acquire(LONG).close();
            proxies.forEach(proxy -> proxy.delay(Duration.ofMillis(700)));
            assertThatThrownBy(() -> redlock.lock("a", PATIENT.withNodeTimeout(Duration.ofMillis(100)))
                            .tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("No answer in 100 ms");
            proxies.forEach(proxy -> proxy.delay(Duration.ZERO));
            await().untilAsserted(() -> assertThat(redis.nodes())
                    .allSatisfy(node ->
                            assertThat(node.command("EXISTS", "redlock:{a}")).isEqualTo("0")));
            proxies.forEach(FaultProxy::cutAfterNextRequest);
            Hold hold = redlock.lock("a", PATIENT).acquire(LONG); // x1: asked again, each finds the owner's own
            redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH")); // x3
            assertThat(hold.extend(LONG)).isTrue();
            assertThat(hold.release()).isTrue();
        } finally {
            proxies.forEach(FaultProxy::close);
        }
    }

    @Test
    void whatTakesTheLockNeverComesAfterTheRelease(Independent redis) {
        Standalone slow = redis.nodes().get(4);
        List<String> uris = new ArrayList<>(redis.uris().subList(0, 4));
        try (FaultProxy proxy = FaultProxy.to(slow)) {
            uris.add(proxy.uri());
            try (Redlock redlock = Redlock.connect(uris)) {
                redlock.lock("a", PATIENT).acquire(LONG).close();
                proxy.delay(Duration.ofMillis(150));
                for (int i = 0; i < 3; i++) {
                    slow.command("SCRIPT", "FLUSH"); // so that it asks for the text, a round trip later
                    redlock.lock("a", PATIENT).acquire(LONG).close();
                }
                proxy.delay(Duration.ZERO);
                redlock.lock("b", PATIENT).acquire(LONG).close();
                await().during(Duration.ofMillis(600))
                        .until(() -> slow.command("EXISTS", "redlock:{a}").equals("0"));
            }
        }
    }

    @Test
    void aHoldThatTookLongerThanItsLeaseIsNone(Independent redis) {
        List<FaultProxy> proxies = redis.nodes().stream().map(FaultProxy::to).toList();
        try (Redlock redlock =
                Redlock.connect(proxies.stream().map(FaultProxy::uri).toList())) {
            RedlockOptions hasty = PATIENT.withLease(Duration.ofMillis(100)).withNodeTimeout(Duration.ofMillis(20));
            proxies.forEach(proxy -> proxy.delay(Duration.ofMillis(60)));
            assertThatThrownBy(() -> redlock.lock("a", hasty).acquire(Duration.ofMillis(100)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
        } finally {
            proxies.forEach(FaultProxy::close);
        }
    }

    @Test
    void fullMastersGrantNothingButKeepAndFreeWhatTheyGranted(Independent redis) {
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            Hold hold = redlock.lock("a", PATIENT).acquire(LONG);
            first(redis, 3).forEach(node -> node.command("CONFIG", "SET", "maxmemory", "1"));
            assertThatThrownBy(() -> redlock.lock("b", PATIENT).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("OOM");
            assertThat(hold.extend(LONG)).isTrue();
            assertThat(hold.release()).isTrue();
            redis.nodes().get(2).command("CONFIG", "SET", "maxmemory", "0");
            redlock.lock("b", PATIENT).acquire(LONG).close();
        }
    }

    @Test
    void whereScriptsAreForbiddenItSaysSoAtOnceAndNoPassword(Independent redis) {
        redis.nodes().forEach(node -> node.command("ACL", "SETUSER", "eve", "on", ">secret", "~*", "&*", "+@all"));
        first(redis, 2).forEach(node -> node.command("ACL", "SETUSER", "eve", "-@scripting"));
        List<String> uris = redis.uris().stream()
                .map(uri -> uri.replace("redis://", "redis://eve:secret@"))
                .toList();
        try (Redlock redlock = Redlock.connect(uris)) {
            redlock.lock("a", PATIENT).acquire(LONG).close();
            assertThat(redlock.check()).hasSize(2);
            redis.nodes().get(2).command("ACL", "SETUSER", "eve", "-@scripting");
            assertThatThrownBy(() -> redlock.lock("a", PATIENT).acquire(LONG))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("127.0.0.1:" + redis.nodes().get(0).port())
                    .hasMessageNotContaining("secret");
            assertThat(redlock.toString()).doesNotContain("secret");
        } finally {
            redis.nodes().forEach(node -> node.command("ACL", "DELUSER", "eve"));
        }
    }

    @Test
    void aMasterThatWasAwayAtTheStartJoinsLater(Independent redis) {
        first(redis, 3).forEach(Standalone::kill);
        assertThatThrownBy(() -> Redlock.connect(redis.uris()))
                .isInstanceOf(KeywrightException.Unavailable.class)
                .hasMessageContaining("3 of 5 masters are away")
                .hasMessageContaining("127.0.0.1:" + redis.nodes().get(2).port());
        redis.nodes().get(2).restart();
        try (Redlock redlock = Redlock.connect(redis.uris())) {
            redlock.lock("a", PATIENT).acquire(LONG).close();
            assertThat(redlock.check()).hasSize(2);
            first(redis, 2).forEach(Standalone::restart);
            redis.nodes().subList(3, 5).forEach(Standalone::kill);
            redlock.lock("a", PATIENT.withNodeTimeout(Duration.ofMillis(500)))
                    .acquire(LONG)
                    .close();
        }
    }

    @Test
    void oneServerHasOneVoteAlsoWhenItComesLater(Independent redis) {
        Standalone twice = redis.nodes().get(0);
        try (FaultProxy proxy = FaultProxy.to(twice)) {
            proxy.refuse(true);
            try (Redlock redlock =
                    Redlock.connect(List.of(twice.uri(), redis.uris().get(1), proxy.uri()))) {
                proxy.refuse(false);
                redis.nodes().get(1).kill();
                DistributedLock lock = redlock.lock("a", PATIENT.withNodeTimeout(Duration.ofMillis(500)));
                await().untilAsserted(() -> assertThatThrownBy(lock::tryAcquire)
                        .hasMessageContaining("1 of 3 masters said yes, 2 are needed")
                        .hasMessageContaining("is the same server as"));
            }
        }
    }

    @Test
    void whatComesLateTakesNothing(Independent redis) {
        try (Connection master = Connection.open(redis.uri())) {
            RedlockKeys keys = new RedlockKeys("a");
            assertThat(number(master, keys.keep("one", 5, LONG))).isEqualTo(1); // it was free
            assertThat(number(master, keys.keep("one", 5, LONG))).isEqualTo(1); // again
            assertThat(number(master, keys.keep("two", 9, LONG))).isZero(); // another one has it
            assertThat(number(master, keys.release("two", 9))).isZero();
            assertThat(redis.command("GET", "redlock:{a}")).isEqualTo("one");
            assertThat(redis.command("GET", "redlock:{a}:fence")).isEqualTo("9 -");
            assertThat(number(master, keys.keep("one", 5, LONG))).isZero(); // a later one was here
            assertThat(number(master, keys.release("one", 5))).isEqualTo(1);
            assertThat(number(master, keys.release("one", 5))).isZero();
            assertThat(number(master, keys.keep("three", 9, LONG))).isZero(); // the same token is none
            assertThat(number(master, keys.keep("three", 10, LONG))).isEqualTo(1);
            assertThat(number(master, keys.release("three", 10))).isEqualTo(1);
            assertThat(number(master, keys.keep("three", 10, LONG))).isZero(); // a renewal that was late
            assertThat(redis.command("EXISTS", "redlock:{a}")).isEqualTo("0");
        }
    }

    private static long number(Connection master, Script.Invocation call) {
        return call.call(master, Duration.ofSeconds(5)).orThrow("test").number();
    }
}
