package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a limiter promises, on standalone and (X2) on a cluster of three masters. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class RateLimiterTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Keywright kw;

    @BeforeEach
    void connect(Redis redis) {
        kw = Keywright.connect(redis.uri());
    }

    @AfterEach
    void close() {
        kw.close();
    }

    static Stream<Quota> quotas(int permits, Duration window) {
        return Stream.of(
                Quota.fixedWindow(permits, window),
                Quota.slidingLog(permits, window),
                Quota.slidingWindow(permits, window),
                Quota.tokenBucket(permits, window));
    }

    @Test
    void grantsThreeOfThreeAndRefusesTheFourthAndSaysWhenToRetry() {
        quotas(3, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("contract", quota);
            for (int left = 2; left >= 0; left--) {
                Decision decision = limiter.tryAcquire("ann");
                assertThat(decision).as("%s", quota).isInstanceOf(Decision.Granted.class);
                assertThat(decision.limit()).isEqualTo(3);
                assertThat(decision.remaining()).isEqualTo(left);
            }
            assertThat(limiter.tryAcquire("ann")).isInstanceOfSatisfying(Decision.Refused.class, refused -> {
                assertThat(refused.remaining()).isZero();
                assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(15), MINUTE.multipliedBy(2));
                assertThat(refused.basis()).isEqualTo(Decision.Basis.SERVER);
            });
            assertThat(limiter.tryAcquire("bob").isGranted())
                    .as("bob has his own")
                    .isTrue();
        });
    }

    @Test
    void manyPermitsAtOnceAreAllOrNone() {
        quotas(10, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("cost", quota);
            assertThat(limiter.tryAcquire("ann", 7).remaining()).isEqualTo(3);
            assertThat(limiter.tryAcquire("ann", 4).isGranted()).isFalse();
            assertThat(limiter.tryAcquire("ann", 3).isGranted()).as("%s", quota).isTrue();
        });
    }

    @Test
    void decidesAsynchronouslyTheSame() {
        quotas(3, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("async", quota);
            List<Boolean> granted = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                granted.add(limiter.tryAcquireAsync("ann", 1)
                        .toCompletableFuture()
                        .join()
                        .isGranted());
            }
            assertThat(granted).containsExactly(true, true, true, false);
        });
    }

    @Test
    void rl7_moreThanTheQuotaHoldsIsRefusedAsImpossible() {
        quotas(3, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("impossible", quota);
            assertThatThrownBy(() -> limiter.tryAcquire("ann", 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("4 permits can never be granted by a quota of 3; ask for fewer, or raise the quota");
            assertThatThrownBy(() -> limiter.tryAcquire("ann", 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> limiter.tryAcquireAsync("ann", 4)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void rl8_severalQuotasAreSpentTogetherOrNotAtAll() {
        RateLimiter limiter = kw.rateLimiter(
                "several",
                Quota.slidingWindow(5, MINUTE),
                Quota.slidingLog(3, MINUTE),
                Quota.fixedWindow(9, Duration.ofDays(1)),
                Quota.tokenBucket(20, MINUTE));
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.tryAcquire("ann").isGranted()).isTrue();
        }
        for (int i = 0; i < 4; i++) {
            Decision refused = limiter.tryAcquire("ann");
            assertThat(refused.isGranted()).isFalse();
            assertThat(refused.limit()).as("the log refused").isEqualTo(3);
        }
        limiter.change(Quota.slidingWindow(5, MINUTE), Quota.slidingLog(100, MINUTE));
        assertThat(limiter.tryAcquire("ann").remaining())
                .as("refusals took nothing from the first")
                .isEqualTo(1);
    }

    @Test
    void rl8_aRefundIsThereAgainAndNeverMoreThanTheQuota() {
        quotas(5, Duration.ofHours(1)).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("refund", quota);
            Decision.Granted first = (Decision.Granted) limiter.tryAcquire("ann", 5);
            limiter.refund(first);
            Decision.Granted second = (Decision.Granted) limiter.tryAcquire("ann", 4);
            assertThat(second.remaining()).as("%s", quota).isEqualTo(1);
            limiter.refundAsync(second).toCompletableFuture().join();
            assertThat(limiter.tryAcquire("ann", 5).isGranted()).isTrue();
            assertThat(limiter.tryAcquire("ann", 1).isGranted()).isFalse();
        });
    }

    @Test
    void rl8_aChangeAtRunTimeKeepsWhatWasUsed() {
        quotas(10, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("change", quota);
            limiter.tryAcquire("ann", 6);
            Quota raised = quotas(20, MINUTE)
                    .filter(each -> each.getClass() == quota.getClass())
                    .findFirst()
                    .orElseThrow();
            limiter.change(raised);
            assertThat(limiter.quotas()).containsExactly(raised);
            assertThat(limiter.tryAcquire("ann", 1).remaining()).as("%s", quota).isEqualTo(13);
        });
    }

    @Test
    void rl10_headersSayWhatTheStateIs() {
        RateLimiter limiter = kw.rateLimiter("headers", Quota.fixedWindow(2, MINUTE));
        assertThat(limiter.tryAcquire("ann").headers())
                .containsEntry("RateLimit-Limit", "2")
                .containsEntry("RateLimit-Remaining", "1")
                .containsEntry("RateLimit-Reset", "60")
                .doesNotContainKey("Retry-After");
        limiter.tryAcquire("ann");
        Map<String, String> refused = limiter.tryAcquire("ann").headers();
        assertThat(refused).containsEntry("RateLimit-Remaining", "0");
        assertThat(Integer.parseInt(refused.get("Retry-After"))).isBetween(50, 60);
    }

    @Test
    void rl10_aRememberedRefusalCostsNoRoundTripAndEndsInTime(Redis redis) {
        RateLimiter limiter = kw.rateLimiter(
                "remember",
                LimitOptions.DEFAULTS.withRememberedRefusals(1_000),
                Quota.fixedWindow(1, Duration.ofMillis(300)));
        limiter.tryAcquire("ann");
        assertThat(limiter.tryAcquire("ann").basis()).isEqualTo(Decision.Basis.SERVER);
        long before = evals(redis);
        for (int i = 0; i < 50; i++) {
            Decision again = limiter.tryAcquire("ann");
            if (again.basis() == Decision.Basis.REMEMBERED) {
                assertThat(((Decision.Refused) again).retryAfter())
                        .isBetween(Duration.ofNanos(1), Duration.ofMillis(300));
            }
        }
        assertThat(evals(redis) - before).isLessThanOrEqualTo(2);
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> limiter.tryAcquire("ann").isGranted());
        assertThat(limiter.tryAcquire("bob").isGranted()).isTrue();
    }

    @Test
    void rl10_aRememberedRefusalOfManySaysNothingAboutFewer() {
        RateLimiter limiter = kw.rateLimiter(
                "fewer", LimitOptions.DEFAULTS.withRememberedRefusals(1_000), Quota.tokenBucket(10, MINUTE));
        limiter.tryAcquire("ann", 8);
        assertThat(limiter.tryAcquire("ann", 5).isGranted()).isFalse();
        assertThat(limiter.tryAcquire("ann", 6).basis()).isEqualTo(Decision.Basis.REMEMBERED);
        assertThat(limiter.tryAcquire("ann", 2).isGranted()).isTrue();
    }

    @Test
    void aBlockOutlastsTheQuota() {
        RateLimiter limiter = kw.rateLimiter(
                "block",
                LimitOptions.DEFAULTS.withBlock(Duration.ofHours(1)),
                Quota.tokenBucket(1, Duration.ofSeconds(2)));
        limiter.tryAcquire("ann");
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.tryAcquire("ann"))
                    .isInstanceOfSatisfying(
                            Decision.Refused.class,
                            refused -> assertThat(refused.retryAfter())
                                    .isBetween(Duration.ofMinutes(59), Duration.ofHours(1)));
        }
    }

    @Test
    void x1_aCallWithAnIdIsSpentOnceHoweverOftenItIsMade() {
        quotas(10, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("id" + quota.getClass().getSimpleName(), quota);
            for (int i = 0; i < 5; i++) {
                assertThat(limiter.tryAcquire("ann", 2, "order-7").remaining()).isEqualTo(8);
            }
            assertThat(limiter.tryAcquire("ann", 2, "order-8").remaining())
                    .as("%s", quota)
                    .isEqualTo(6);
            assertThat(limiter.tryAcquireAsync("ann", 2, "order-8")
                            .toCompletableFuture()
                            .join()
                            .remaining())
                    .isEqualTo(6);
        });
    }

    @Test
    void rl1_everyDecisionIsOneEvalsha(Redis redis) {
        quotas(1_000, MINUTE).forEach(quota -> {
            RateLimiter limiter = kw.rateLimiter("trips", quota);
            for (int i = 0; i < 20; i++) {
                limiter.tryAcquire("warm" + i);
            }
            long before = evals(redis);
            long commands = commands(redis);
            for (int i = 0; i < 100; i++) {
                limiter.tryAcquire("user" + i % 10);
            }
            assertThat(evals(redis) - before)
                    .as("EVALSHA for 100 decisions of %s", quota)
                    .isEqualTo(100);
            long own = redis.nodes().size() * 2L; // what this test asked INFO with
            assertThat(commands(redis) - commands).as("and nothing else").isBetween(100L, 100 + own);
        });
    }

    private static long evals(Redis redis) {
        return calls(redis, "cmdstat_evalsha:");
    }

    private static long calls(Redis redis, String... prefixes) {
        long calls = 0;
        for (Standalone node : redis.nodes()) {
            for (String line : node.command("INFO", "commandstats").split("\r?\n")) {
                if (Stream.of(prefixes).anyMatch(line::startsWith)) {
                    calls += Long.parseLong(line.replaceAll("^[^=]*=(\\d+),.*", "$1"));
                }
            }
        }
        return calls;
    }

    /** Commands that came over the wire: those inside of scripts do not count, they are listed apart. */
    private static long commands(Redis redis) {
        return calls(redis, "cmdstat_evalsha:", "cmdstat_eval:", "cmdstat_script", "cmdstat_info:");
    }

    @Test
    void subjectsOfEveryShapeAreKeptApart() {
        RateLimiter limiter = kw.rateLimiter("shapes", Quota.tokenBucket(2, MINUTE), Quota.slidingLog(2, MINUTE));
        for (String subject :
                new String[] {"a", "a}", "{a}", "}", "{", "a:b", " ", "ä€😀", "%7D", "a\r\nb", "x".repeat(1_000)}) {
            assertThat(limiter.tryAcquire(subject).remaining()).as(subject).isEqualTo(1);
        }
        assertThatThrownBy(() -> limiter.tryAcquire("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyOfAnotherTypeIsAMisuseWhateverHappensWhenRedisIsAway(Redis redis) {
        RateLimiter limiter = kw.rateLimiter(
                "type", LimitOptions.DEFAULTS.withWhenAway(WhenAway.grant()), Quota.slidingLog(2, MINUTE));
        kw.connection()
                .call(dev.keywright.connection.Command.named("SET")
                        .key("rl:type:{ann}:log")
                        .argument("x")
                        .build());
        assertThatThrownBy(() -> limiter.tryAcquire("ann"))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("WRONGTYPE")
                .hasMessageContaining("rate limiter type");
    }

    @Test
    void twoProcessesShareOneQuota(Redis redis) {
        RateLimiter here = kw.rateLimiter("shared", Quota.tokenBucket(4, MINUTE));
        try (Connection elsewhere = Connection.open(redis.uri())) {
            RateLimiter there =
                    new RateLimiter(elsewhere, "shared", LimitOptions.DEFAULTS, List.of(Quota.tokenBucket(4, MINUTE)));
            here.tryAcquire("ann");
            there.tryAcquire("ann");
            assertThat(here.tryAcquire("ann").remaining()).isEqualTo(1);
        }
    }
}
