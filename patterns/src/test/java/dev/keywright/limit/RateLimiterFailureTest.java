package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Redis frozen, killed, restarted; replies lost; scripts forgotten. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class RateLimiterFailureTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofMillis(150);
    private static final LimitOptions QUICK = LimitOptions.DEFAULTS.withDeadline(DEADLINE);

    @Test
    void x8_decidesAsDeclaredWithinTheDeadlineWhenTheServerIsFrozen(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Quota quota = Quota.slidingWindow(2, MINUTE);
            RateLimiter raise = kw.rateLimiter("away", QUICK, quota);
            RateLimiter grant = kw.rateLimiter("away", QUICK.withWhenAway(WhenAway.grant()), quota);
            RateLimiter refuse = kw.rateLimiter("away", QUICK.withWhenAway(WhenAway.refuse()), quota);
            RateLimiter local = kw.rateLimiter("away", QUICK.withWhenAway(WhenAway.local()), quota);
            raise.tryAcquire("ann");
            redis.nodes().forEach(Standalone::freeze);

            long start = System.nanoTime();
            assertThatThrownBy(() -> raise.tryAcquire("ann"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThatThrownBy(() -> raise.tryAcquireAsync("ann", 1)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            assertThat(grant.tryAcquire("ann").isGranted()).isTrue();
            assertThat(grant.tryAcquireAsync("ann", 1)
                            .toCompletableFuture()
                            .join()
                            .basis())
                    .isEqualTo(Decision.Basis.AWAY);
            assertThat(refuse.tryAcquire("ann").isGranted()).isFalse();
            assertThat(Stream.of(1, 2, 3).map(i -> local.tryAcquire("ann").isGranted()))
                    .containsExactly(true, true, false);
            Duration each = Duration.ofNanos(System.nanoTime() - start).dividedBy(8);
            assertThat(each).as("each of eight decisions").isBetween(DEADLINE, DEADLINE.multipliedBy(3));

            redis.nodes().forEach(Standalone::thaw);
            await().until(() -> refuse.tryAcquire("bob").basis() == Decision.Basis.SERVER);
        }
    }

    @Test
    void x8_aKilledServerIsAwayAndARestartedOneIsUsedAgain(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiter limiter = kw.rateLimiter(
                    "killed",
                    QUICK.withWhenAway(WhenAway.local(List.of(Quota.tokenBucket(1, MINUTE)))),
                    Quota.tokenBucket(9, MINUTE));
            assertThat(limiter.tryAcquire("ann").basis()).isEqualTo(Decision.Basis.SERVER);
            redis.nodes().forEach(Standalone::kill);
            Decision away = limiter.tryAcquire("ann");
            assertThat(away.basis()).isEqualTo(Decision.Basis.AWAY);
            assertThat(away.limit()).isEqualTo(1);
            assertThat(limiter.tryAcquire("ann").isGranted()).isFalse();
            redis.nodes().forEach(Standalone::restart);
            await().until(() -> limiter.tryAcquire("ann").basis() == Decision.Basis.SERVER);
        }
    }

    @Test
    @WithRedis
    void x1_aLostReplyIsSpentOnceAndTheCallerIsTold(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright through = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            RateLimiterTest.quotas(100, MINUTE).forEach(quota -> {
                RateLimiter limiter = through.rateLimiter("lost", quota);
                limiter.tryAcquire("ann", 1);
                proxy.cutAfterNextRequest("EVALSHA");
                assertThatThrownBy(() -> limiter.tryAcquire("ann", 10))
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isTrue());
                assertThat(direct.rateLimiter("lost", quota).tryAcquire("ann").remaining())
                        .as("%s: executed once, not again", quota)
                        .isEqualTo(88);
            });
        }
    }

    @Test
    @WithRedis
    void x1_withACallIdTheConnectionRepeatsAndItIsStillSpentOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            RateLimiterTest.quotas(100, MINUTE).forEach(quota -> {
                RateLimiter limiter = kw.rateLimiter("again" + quota.getClass().getSimpleName(), quota);
                limiter.tryAcquire("ann", 1, "first");
                proxy.cutAfterNextRequest("EVALSHA");
                assertThat(limiter.tryAcquire("ann", 10, "second").remaining()).isEqualTo(89);
                assertThat(limiter.tryAcquire("ann").remaining())
                        .as("%s", quota)
                        .isEqualTo(88);
            });
        }
    }

    @Test
    @WithRedis
    void x1_aDroppedReplyEndsAtTheDeadline(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            RateLimiter limiter = kw.rateLimiter("dropped", QUICK, Quota.tokenBucket(100, MINUTE));
            limiter.tryAcquire("ann");
            proxy.dropReplies(true);
            assertThatThrownBy(() -> limiter.tryAcquire("ann")).isInstanceOf(KeywrightException.Unavailable.class);
            proxy.dropReplies(false);
            proxy.cut();
            await().ignoreExceptions().until(() -> limiter.tryAcquire("ann").remaining() >= 90);
        }
    }

    @Test
    void x3_scriptsMayBeForgottenBeforeEveryCall(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiter single = kw.rateLimiter("flushed", Quota.tokenBucket(100, MINUTE));
            RateLimiter several =
                    kw.rateLimiter("flushed2", Quota.tokenBucket(100, MINUTE), Quota.slidingLog(50, MINUTE));
            for (int i = 1; i <= 10; i++) {
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(single.tryAcquire("ann").isGranted()).isTrue();
                assertThat(several.tryAcquire("ann").remaining()).isEqualTo(50 - i);
            }
        }
    }

    @Test
    void anInterruptIsNotDecidedByTheModeForAwayServers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            RateLimiter limiter = kw.rateLimiter(
                    "interrupt", LimitOptions.DEFAULTS.withWhenAway(WhenAway.grant()), Quota.tokenBucket(9, MINUTE));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> limiter.tryAcquire("ann"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(limiter.tryAcquire("ann").remaining()).isEqualTo(8);
        }
    }
}
