package dev.keywright.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.script.Script;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What begins, what is recorded, and who gets to see it. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class OnceTest {

    private static final Duration BRIEF = Duration.ofMillis(60);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static Once<String> payments(Keywright kw, OnceOptions options) {
        return kw.once("payment", options, Codecs.string());
    }

    private static Once<String> payments(Keywright kw) {
        return payments(kw, OnceOptions.DEFAULTS);
    }

    private static Attempt<String> began(Begin<String> begin) {
        assertThat(begin).isInstanceOf(Attempt.class);
        return (Attempt<String>) begin;
    }

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    @Test
    void theActionRunsOnceAndEveryRetryGetsItsResult(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            AtomicInteger runs = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                assertThat(payments.run("a", "10 EUR", attempt -> "receipt " + runs.incrementAndGet()))
                        .isEqualTo("receipt 1");
                assertThat(payments.runAsync(
                                        "b",
                                        "10 EUR",
                                        attempt ->
                                                CompletableFuture.completedStage("receipt " + runs.incrementAndGet()))
                                .toCompletableFuture()
                                .join())
                        .isEqualTo("receipt 2");
            }
            assertThat(runs).hasValue(2);
            assertThat(number(kw, "PTTL", "once:payment:{a}:record")).isBetween(1L, 86_400_000L);
        }
    }

    @Test
    void theStepsAreSeenByOthers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            Attempt<String> attempt = began(payments.begin("a", "10 EUR"));
            assertThat(attempt.isHeld()).isTrue();
            assertThat(attempt.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(27));
            assertThat(payments.begin("a", "10 EUR"))
                    .isInstanceOfSatisfying(
                            Begin.Running.class,
                            running -> assertThat(running.leaseLeft())
                                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30)));
            assertThat(payments.begin("a", "99 EUR")).isEqualTo(new Begin.OtherRequest<>());
            assertThat(attempt.extend()).isTrue();
            attempt.complete("receipt");
            attempt.complete("receipt"); // whoever does not know asks again
            assertThat(attempt.isHeld()).isFalse();
            assertThat(payments.begin("a", "10 EUR")).isEqualTo(new Begin.Completed<>("receipt"));
            assertThat(payments.begin("a", "99 EUR")).isEqualTo(new Begin.OtherRequest<>());
            assertThatThrownBy(() -> payments.run("a", "99 EUR", again -> "x"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("another fingerprint");
        }
    }

    @Test
    void theAsynchronousStepsDoTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            Attempt<String> first = began(payments.beginAsync("a", "", Duration.ZERO)
                    .toCompletableFuture()
                    .join());
            assertThat(first.extendAsync().toCompletableFuture().join()).isTrue();
            first.freeAsync().toCompletableFuture().join();
            Attempt<String> second = began(payments.beginAsync("a", "", Duration.ZERO)
                    .toCompletableFuture()
                    .join());
            assertThat(second.token()).isGreaterThan(first.token());
            second.failAsync("no money").toCompletableFuture().join();
            assertThat(payments.begin("a", "")).isEqualTo(new Begin.Failed<>("no money"));
            assertThatThrownBy(() ->
                            second.completeAsync("x").toCompletableFuture().join())
                    .hasCauseInstanceOf(KeywrightException.Lost.class);
        }
    }

    @Test
    void aFailureFreesTheKeyUnlessItIsForGood(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            assertThatThrownBy(() -> payments.run("a", "", attempt -> {
                        throw new IOException("bank away");
                    }))
                    .isInstanceOf(IOException.class);
            await().until(() -> payments.begin("a", "") instanceof Attempt<String> free && freed(free));
            assertThat(payments.run("a", "another request, since nothing was done", attempt -> "receipt"))
                    .isEqualTo("receipt");

            assertThatThrownBy(() -> payments.runAsync("b", "", attempt -> {
                                throw new IllegalStateException("bank away");
                            })
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(IllegalStateException.class);
            await().until(() -> payments.begin("b", "") instanceof Attempt<String> free && freed(free));

            assertThatThrownBy(() -> payments.run("c", "", attempt -> {
                        attempt.fail("card declined");
                        throw new IllegalStateException("card declined");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> payments.run("c", "", attempt -> "x"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("card declined");
        }
    }

    private static boolean freed(Attempt<?> attempt) {
        attempt.free();
        return true;
    }

    @Test
    void theNextOneTakesOverWhenTheLeaseIsOverAndTheOldOneIsRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, OnceOptions.DEFAULTS.withLease(BRIEF));
            Attempt<String> crashed = began(payments.begin("a", ""));
            Attempt<String> next = began(payments.begin("a", "", LONG));
            assertThat(next.token()).isGreaterThan(crashed.token());
            assertThat(crashed.isHeld()).isFalse();
            assertThatThrownBy(crashed::requireHeld).isInstanceOf(KeywrightException.Lost.class);
            assertThat(crashed.extend()).isFalse();
            assertThatThrownBy(() -> crashed.complete("late")).isInstanceOf(KeywrightException.Lost.class);
            assertThatThrownBy(() -> crashed.fail("late")).isInstanceOf(KeywrightException.Lost.class);
            assertThatThrownBy(crashed::free).isInstanceOf(KeywrightException.Lost.class);
            next.complete("in time");
            assertThatThrownBy(() -> crashed.complete("late")).isInstanceOf(KeywrightException.Lost.class);
            assertThat(payments.begin("a", "")).isEqualTo(new Begin.Completed<>("in time"));
        }
    }

    @Test
    void anAttemptThatNobodyTookOverIsStillRecordedAfterItsLease(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, OnceOptions.DEFAULTS.withLease(BRIEF));
            Attempt<String> slow = began(payments.begin("a", ""));
            await().until(() -> !slow.isHeld());
            slow.complete("slow");
            assertThat(payments.begin("a", "")).isEqualTo(new Begin.Completed<>("slow"));
        }
    }

    @Test
    void signsOfLifeExtendALongAttemptAndEndWithIt(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw, OnceOptions.DEFAULTS.withLease(Duration.ofSeconds(2)));
            Attempt<String> attempt = began(payments.begin("a", "")).keepAlive();
            String first = field(kw, "until");
            await().until(() -> !field(kw, "until").equals(first));
            attempt.complete("done");
            assertThat(payments.begin("a", "")).isEqualTo(new Begin.Completed<>("done"));

            OnceOptions bounded = OnceOptions.DEFAULTS.withLease(BRIEF).withLongest(BRIEF);
            Attempt<String> hanging =
                    began(payments(kw, bounded).begin("b", "")).keepAlive();
            assertThat(began(payments(kw, bounded).begin("b", "", LONG)).token())
                    .isGreaterThan(hanging.token());
        }
    }

    private static String field(Keywright kw, String name) {
        return kw.connection()
                .call(Command.named("HGET")
                        .key("once:payment:{a}:record")
                        .argument(name)
                        .build())
                .text();
    }

    @Test
    void manyCallersOfOneKeyRunOneAction(Redis redis) {
        int callers = 12;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            AtomicInteger runs = new AtomicInteger();
            OnceOptions patient = OnceOptions.DEFAULTS.withPatience(LONG);
            List<Once<String>> processes = List.of(payments(kw, patient), payments(other, patient));
            for (String key : List.of("a", "b", "c", "d", "e")) {
                List<CompletionStage<String>> results = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    Once<String> payments = processes.get(i % 2);
                    results.add(
                            i % 3 == 0
                                    ? payments.runAsync(
                                            key,
                                            "",
                                            attempt -> CompletableFuture.supplyAsync(
                                                    () -> "receipt " + runs.incrementAndGet(), pool))
                                    : CompletableFuture.supplyAsync(
                                            () -> payments.run(key, "", attempt -> "receipt " + runs.incrementAndGet()),
                                            pool));
                }
                assertThat(results.stream()
                                .map(each -> each.toCompletableFuture().join())
                                .distinct())
                        .hasSize(1);
            }
            assertThat(runs).hasValue(5);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whoWaitsIsWokenAndWhoHasNoPatienceIsTold(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Attempt<String> attempt = began(payments(kw).begin("a", ""));
            Once<String> payments = payments(other, OnceOptions.DEFAULTS.withPatience(BRIEF));
            assertThatThrownBy(() -> payments.run("a", "", mine -> "x"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("has been under way");
            CompletableFuture<Begin<String>> waiting =
                    payments.beginAsync("a", "", LONG).toCompletableFuture();
            await().until(() -> field(kw, "waited").equals("1"));
            attempt.complete("done");
            assertThat(waiting.join()).isEqualTo(new Begin.Completed<>("done"));
        }
    }

    @Test
    void outcomesAreForgottenAfterTheirRetention(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments =
                    payments(kw, OnceOptions.DEFAULTS.withLease(BRIEF).withRetention(BRIEF));
            payments.run("a", "", attempt -> "one");
            await().until(() -> number(kw, "EXISTS", "once:payment:{a}:record") == 0);
            assertThat(payments.run("a", "", attempt -> "two")).isEqualTo("two");
            began(payments.begin("b", ""));
            await().until(() -> number(kw, "EXISTS", "once:payment:{b}:record") == 0);
        }
    }

    @Test
    void aLostRecordIsNotMadeUpFor(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Attempt<String> attempt = began(payments(kw).begin("a", ""));
            redis.flushAll();
            assertThat(attempt.extend()).isFalse();
            assertThatThrownBy(() -> attempt.complete("x")).isInstanceOf(KeywrightException.Lost.class);
        }
    }

    @Test
    void x3_scriptsMayBeForgottenBeforeEveryCall(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int i = 0; i < 5; i++) {
                String key = "k" + i;
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                Attempt<String> attempt = began(payments(kw).begin(key, ""));
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                attempt.complete(key);
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                assertThat(payments(kw).run(key, "", again -> "x")).isEqualTo(key);
            }
        }
    }

    @Test
    void keysMayHoldAnythingAndNeverMeet(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            List<String> keys = List.of(
                    "a", "a}", "{a", "{a}", "a:record", "%7D", "}", " ", "\0", "é", "漢字", "😀", "x".repeat(1_000));
            keys.forEach(key -> payments.run(key, key, attempt -> key));
            keys.forEach(
                    key -> assertThat(payments.run(key, key, attempt -> "x")).isEqualTo(key));
        }
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsSent(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            assertThatThrownBy(() -> payments.begin("", "")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> payments.begin("a", "", Duration.ofMillis(-1)))
                    .hasMessageContaining("The wait is");
            assertThatThrownBy(() -> payments.beginAsync("a", "", Duration.ofDays(400_000_000)))
                    .hasMessageContaining("The wait is");
            for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(100_000))) {
                assertThatThrownBy(() -> OnceOptions.DEFAULTS.withLease(bad)).hasMessageContaining("lease is");
                assertThatThrownBy(() -> OnceOptions.DEFAULTS.withRetention(bad))
                        .hasMessageContaining("retention is");
            }
            assertThatThrownBy(() -> OnceOptions.DEFAULTS.withLongest(Duration.ofDays(31)))
                    .hasMessageContaining("longest is");
            assertThatThrownBy(() -> OnceOptions.DEFAULTS.withDeadline(Duration.ZERO))
                    .hasMessageContaining("deadline is");
            assertThatThrownBy(() -> kw.once("a{b", Codecs.string())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void somethingElseInTheWayIsNamedAndLeftAlone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Once<String> payments = payments(kw);
            kw.connection()
                    .call(Command.named("SET")
                            .key("once:payment:{a}:record")
                            .argument("x")
                            .build());
            assertThatThrownBy(() -> payments.begin("a", ""))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE");
            Attempt<String> attempt = began(payments.begin("b", ""));
            kw.connection()
                    .call(Command.named("SET")
                            .key("once:payment:{b}:record")
                            .argument("x")
                            .build());
            assertThatThrownBy(() -> attempt.complete("x")).isInstanceOf(KeywrightException.Misused.class);
            Attempt<String> bytes = began(payments.begin("c", ""));
            bytes.complete("text");
            assertThatThrownBy(() -> kw.once("payment", Codecs.bytes()).begin("c", ""))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("cannot be read by this codec");
        }
    }

    @Test
    void x1_aBeginThatComesLateBeginsNothingOnceItWasGivenUp(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Records<String> records = new Records<>(kw.connection(), "payment", OnceOptions.DEFAULTS, Codecs.string());
            byte[] owner = Records.newOwner();
            Script.Invocation begin = records.begin("a", owner, Records.digest(""), false);
            assertThat(begin.call(kw.connection(), LONG).items().get(0).text()).isEqualTo("began");
            assertThat(begin.call(kw.connection(), LONG).items().get(0).text()).isEqualTo("began");
            records.free("a", owner).call(kw.connection(), LONG);
            assertThat(begin.call(kw.connection(), LONG).items().get(0).text()).isEqualTo("running");
            began(payments(kw).begin("a", "")).complete("done");
        }
    }
}
