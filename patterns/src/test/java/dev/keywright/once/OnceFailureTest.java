package dev.keywright.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.compare.CompareAndSet;
import dev.keywright.compare.CompareOptions;
import dev.keywright.compare.Versioned;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Lost replies; servers frozen, killed, failed over. */
@WithRedis
class OnceFailureTest {

    private static final OnceOptions QUICK = OnceOptions.DEFAULTS
            .withLease(Duration.ofSeconds(20))
            .withDeadline(Duration.ofMillis(200))
            .withPatience(Duration.ZERO);

    private static Once<String> payments(Keywright kw, OnceOptions options) {
        return kw.once("payment", options, Codecs.string());
    }

    @Test
    void x1_lostRepliesAreAskedForAgainAndNothingIsDoneTwice(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Once<String> payments = payments(kw, OnceOptions.DEFAULTS);
            for (int i = 0; i < 4; i++) {
                AtomicInteger runs = new AtomicInteger();
                String key = "k" + i;
                proxy.cutAfterNextRequest("EVALSHA"); // the begin
                for (int j = 0; j < 3; j++) {
                    assertThat(payments.run(key, "", attempt -> {
                                proxy.cutAfterNextRequest("EVALSHA"); // the end
                                return "receipt " + runs.incrementAndGet();
                            }))
                            .isEqualTo("receipt 1");
                }
            }
            assertThat(proxy.cuts()).isEqualTo(8);
        }
    }

    @Test
    void x1_aBeginThatNobodyHeardOfIsFreedOrEndsWithItsLease(Standalone redis) {
        OnceOptions brief = QUICK.withLease(Duration.ofMillis(500));
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, brief);
            payments.run("so that the scripts are known", "", attempt -> "x");
            proxy.dropReplies(true);
            assertThatThrownBy(() -> payments.begin("a", ""))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            proxy.dropReplies(false);
            proxy.cut();
            assertThat(payments(direct, OnceOptions.DEFAULTS).run("a", "", attempt -> "done"))
                    .isEqualTo("done");
        }
    }

    @Test
    void x1_aResultThatMayNotBeRecordedIsRecordedUntilItIsKnown(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Once<String> payments = payments(kw, QUICK);
            AtomicInteger runs = new AtomicInteger();
            assertThat(payments.run("a", "", attempt -> {
                        proxy.refuse(true);
                        proxy.cut();
                        CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
                                .execute(() -> proxy.refuse(false));
                        return "receipt " + runs.incrementAndGet();
                    }))
                    .isEqualTo("receipt 1");
            assertThat(payments.run("a", "", attempt -> "x")).isEqualTo("receipt 1");
        }
    }

    @Test
    void x8_aFrozenServerEndsTheCallAtItsDeadlineAndAnUnrecordedActionIsTold(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, QUICK.withLease(Duration.ofSeconds(1)));
            payments.run("so that the scripts are known", "", attempt -> "x");
            assertThatThrownBy(() -> payments.run("a", "", attempt -> {
                        redis.freeze();
                        return "receipt";
                    }))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue())
                    .hasMessageContaining("The action was done");
            assertThatThrownBy(() -> payments.begin("b", "")).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> payments.beginAsync("b", "", Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().ignoreExceptions()
                    .until(() -> payments.run("b", "", attempt -> "served").equals("served"));
        }
    }

    @Test
    void anInterruptedCallerStillRecordsWhatItDid(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, QUICK);
            AtomicInteger runs = new AtomicInteger();
            String receipt = payments.run("a", "", attempt -> {
                Thread.currentThread().interrupt();
                return "receipt " + runs.incrementAndGet();
            });
            assertThat(Thread.interrupted()).isTrue();
            assertThat(receipt).isEqualTo("receipt 1");
            assertThat(payments.run("a", "", attempt -> "x")).isEqualTo("receipt 1");
        }
    }

    @Test
    void anAsynchronousActionThatBreaksFreesTheKey(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, QUICK);
            assertThatThrownBy(() -> payments.runAsync("a", "", attempt -> {
                                throw new AssertionError("mine");
                            })
                            .toCompletableFuture()
                            .join())
                    .hasRootCauseMessage("mine");
            assertThatThrownBy(() -> payments.runAsync("b", "", attempt -> null)
                            .toCompletableFuture()
                            .join())
                    .hasRootCauseInstanceOf(NullPointerException.class);
            for (String key : List.of("a", "b")) {
                await().ignoreExceptions()
                        .until(() -> payments.run(key, "", attempt -> "done").equals("done"));
            }
        }
    }

    @Test
    void anAnswerThatComesAfterTheLeaseRunsNothing(Standalone redis) {
        OnceOptions hasty =
                OnceOptions.DEFAULTS.withLease(Duration.ofMillis(50)).withPatience(Duration.ZERO);
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Once<String> payments = payments(kw, hasty);
            AtomicInteger runs = new AtomicInteger();
            proxy.delay(Duration.ofMillis(200));
            assertThatThrownBy(() -> payments.run("a", "", attempt -> "receipt " + runs.incrementAndGet()))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("lease of 50 ms was over");
            assertThatThrownBy(() -> payments.runAsync(
                                    "b",
                                    "",
                                    attempt -> CompletableFuture.completedStage("receipt " + runs.incrementAndGet()))
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void aServerThatLostEverythingLetsTheWorkRunAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, QUICK);
            payments.run("a", "", attempt -> "one");
            redis.kill();
            assertThatThrownBy(() -> payments.run("a", "", attempt -> "x"))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.restart();
            await().ignoreExceptions()
                    .until(() -> payments.run("a", "", attempt -> "two").equals("two"));
        }
    }

    /** One failover for idempotency keys and for compare and set: it takes long. */
    @Test
    @WithRedis(Topology.SENTINEL)
    void aFailoverIsLivedThrough(Sentinel redis) {
        Duration patient = Duration.ofSeconds(20);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, OnceOptions.DEFAULTS.withDeadline(patient));
            CompareAndSet<String, Integer> counters = kw.compareAndSet(
                    "counter",
                    CompareOptions.DEFAULTS.withDeadline(patient),
                    KeyCodec.STRING,
                    Codecs.json(Integer.class));
            Versioned<Integer> before = counters.update("c", there -> there.orElse(0) + 1);
            assertThat(payments.run("a", "", attempt -> {
                        redis.failover();
                        return "receipt";
                    }))
                    .isEqualTo("receipt");
            assertThat(payments.run("a", "", attempt -> "x")).isEqualTo("receipt");
            Versioned<Integer> after = counters.update("c", there -> there.orElse(0) + 1);
            assertThat(after.value()).isEqualTo(2);
            assertThat(after.version()).isGreaterThan(before.version());
        }
    }
}
