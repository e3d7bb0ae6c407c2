package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis({dev.keywright.server.Topology.STANDALONE, dev.keywright.server.Topology.CLUSTER})
class ConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Connection connection;

    @BeforeEach
    void connect(Redis redis) {
        connection = Connection.open(redis.uri(), ConnectionOptions.DEFAULTS.withTimeout(PATIENCE));
    }

    @AfterEach
    void close() {
        connection.close();
    }

    private static Command set(String key, String value) {
        return Command.named("SET").key(key).argument(value).build();
    }

    private static Command get(String key) {
        return Command.named("GET").key(key).build();
    }

    private static Command eval(String script, String key) {
        return Command.named("EVAL").argument(script).argument(1).key(key).build();
    }

    @Test
    void readsEveryKindOfReply() {
        assertThat(connection.call(set("k", "v")).text()).isEqualTo("OK");
        assertThat(connection.call(get("k")).bytes()).isEqualTo("v".getBytes(UTF_8));
        assertThat(connection.call(get("none")).isNothing()).isTrue();
        assertThat(connection
                        .call(Command.named("INCRBY").key("n").argument(-41).build())
                        .number())
                .isEqualTo(-41);
        assertThat(connection
                        .call(eval("return {1, {'a', {}}, {{2}}, false}", "k"))
                        .items())
                .satisfiesExactly(
                        one -> assertThat(one.number()).isOne(),
                        two -> {
                            assertThat(two.items().get(0).text()).isEqualTo("a");
                            assertThat(two.items().get(1).items()).isEmpty();
                        },
                        three -> assertThat(three.items().get(0).items().get(0).number())
                                .isEqualTo(2),
                        four -> assertThat(four.isNothing()).isTrue());
        assertThat(connection.call(eval("redis.setresp(3); return {double=1.5}", "k")))
                .isEqualTo(new Reply.Decimal(1.5));
        assertThat(connection.call(eval("redis.setresp(3); return true", "k")).number())
                .isOne();
        connection.call(
                Command.named("HSET").key("h").argument("f").argument("v").build());
        assertThat(connection.call(Command.named("HGETALL").key("h").build()).items())
                .extracting(Reply::text)
                .containsExactly("f", "v");
    }

    @Test
    void anErrorIsAValueUntilSomebodyDecides() {
        connection.call(set("k", "v"));
        Reply reply =
                connection.call(Command.named("LPUSH").key("k").argument("x").build());
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo("WRONGTYPE"));
        assertThatThrownBy(() -> reply.orThrow("a test"))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("a test");
        assertThat(connection
                        .call(eval("return {redis.error_reply('ERR inside'), 1}", "k"))
                        .items()
                        .get(0))
                .isEqualTo(new Reply.Failure("ERR inside"));
    }

    @Test
    void aBatchAnswersInOrderWhateverTheNode() {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            commands.add(set("key:" + i, "value:" + i));
            commands.add(get("key:" + i));
        }
        List<Reply> replies = connection.batch(commands, PATIENCE);
        for (int i = 0; i < 300; i++) {
            assertThat(replies.get(2 * i + 1).text()).isEqualTo("value:" + i);
        }
        assertThat(connection.batch(List.of(), PATIENCE)).isEmpty();
    }

    @Test
    void argumentsBelongToTheCallerAgainOnceTheCommandIsBuilt() {
        byte[] value = "before".getBytes(UTF_8);
        Command command = Command.named("SET").key("k").argument(value).build();
        Arrays.fill(value, (byte) '!');
        connection.call(command);
        assertThat(connection.call(get("k")).text()).isEqualTo("before");
    }

    @Test
    void carriesBigAndBinaryValues() {
        byte[] big = new byte[3_000_000];
        IntStream.range(0, big.length).forEach(i -> big[i] = (byte) (i * 31 + i / 256));
        connection.call(Command.named("SET").key("big").argument(big).build());
        assertThat(connection.call(get("big")).bytes()).isEqualTo(big);
    }

    @Test
    void manyThreadsGetTheirOwnAnswers() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            String mine = "thread:" + t;
            threads.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 200; i++) {
                            connection.call(set(mine, mine + i));
                            assertThat(connection.call(get(mine)).text()).isEqualTo(mine + i);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void x7_asynchronousAnswersArriveOnNoTransportThread(Redis redis) {
        connection.call(set("k", "v"));
        redis.nodes().forEach(Standalone::freeze); // so that the callback is there before the answer
        CompletableFuture<String> thread = connection
                .send(get("k"))
                .thenApply(reply -> Thread.currentThread().getName())
                .toCompletableFuture();
        redis.nodes().forEach(Standalone::thaw);
        assertThat(thread.join()).startsWith("keywright-callback");
    }

    @Test
    void x7_aListenerThatSleepsDelaysNobodyElse() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(4);
        try (Subscription slow = connection.listen("news", message -> {
            stuck.countDown();
            uninterruptibly(release);
        })) {
            connection.call(
                    Command.named("PUBLISH").argument("news").argument("x").build());
            for (int i = 0; i < 3; i++) {
                connection.send(set("k" + i, "v")).thenRun(() -> {
                    stuck.countDown();
                    uninterruptibly(release);
                });
            }
            assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
            List<Long> micros = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                long start = System.nanoTime();
                connection.send(get("other")).toCompletableFuture().join();
                connection.call(get("other"));
                micros.add((System.nanoTime() - start) / 1000);
            }
            micros.sort(null);
            assertThat(micros.get(100))
                    .as("median of two calls while four callbacks hang, us")
                    .isLessThan(50_000);
        } finally {
            release.countDown();
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void listenersSeeTheMessagesOfTheirChannelInOrderUntilTheyClose() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Subscription subscription = connection.listen("news", message -> seen.add(new String(message, UTF_8)));
        for (int i = 0; i < 100; i++) {
            connection.call(
                    Command.named("PUBLISH").argument("news").argument(i).build());
            connection.call(
                    Command.named("PUBLISH").argument("other").argument(i).build());
        }
        await().until(() -> seen.size() == 100);
        assertThat(seen)
                .isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
        subscription.close();
        connection.call(
                Command.named("PUBLISH").argument("news").argument("late").build());
        connection.call(get("k"));
        assertThat(seen).hasSize(100);
    }

    @Test
    void aSessionKeepsItsStateToItself() {
        byte[] key = "tx".getBytes(UTF_8);
        try (Session session = connection.dedicated(key)) {
            session.call(Command.named("MULTI").build(), PATIENCE);
            assertThat(session.call(set("tx", "inside"), PATIENCE).text()).isEqualTo("QUEUED");
            assertThat(connection.call(get("tx")).isNothing()).isTrue();
            assertThat(session.call(Command.named("EXEC").build(), PATIENCE).items())
                    .extracting(Reply::text)
                    .containsExactly("OK");
        }
        assertThat(connection.call(get("tx")).text()).isEqualTo("inside");
        try (Session any = connection.dedicated()) {
            assertThat(any.call(Command.named("PING").build(), PATIENCE).text()).isEqualTo("PONG");
        }
    }

    @Test
    void knowsItsNodes(Redis redis) {
        Topology topology = connection.topology();
        assertThat(topology.nodes()).hasSize(redis.nodes().size());
        assertThat(topology.masters().stream().mapToInt(Topology.Node::slots).sum())
                .isEqualTo(16_384);
    }

    @Test
    void givesUpAtTheDeadlineAndKeepsTheOrderOfLaterReplies(Redis redis) {
        connection.call(set("k", "v"));
        redis.nodes().forEach(Standalone::freeze);
        long start = System.nanoTime();
        assertThatThrownBy(() -> connection.call(set("k", "late"), Duration.ofMillis(120)))
                .isInstanceOfSatisfying(
                        KeywrightException.Unavailable.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue())
                .hasMessageContaining("120 ms")
                .hasMessageContaining("SET")
                .hasMessageNotContaining("late");
        CompletableFuture<Reply> asynchronous =
                connection.send(get("k"), Duration.ofMillis(120)).toCompletableFuture();
        assertThatThrownBy(asynchronous::join).hasCauseInstanceOf(KeywrightException.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(240), Duration.ofSeconds(3));
        redis.nodes().forEach(Standalone::thaw);
        for (int i = 0; i < 100; i++) {
            connection.call(set("n", "" + i));
            assertThat(connection.call(get("n")).text()).isEqualTo("" + i);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysVisible(Redis redis) throws InterruptedException {
        connection.call(set("k", "v"));
        redis.nodes().forEach(Standalone::freeze);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                connection.call(get("k"));
            } catch (KeywrightException e) {
                thrown.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();
        caller.join(5_000);
        redis.nodes().forEach(Standalone::thaw);
        assertThat(thrown.get())
                .isInstanceOf(KeywrightException.Unavailable.class)
                .hasMessageContaining("Interrupted");
        assertThat(flag.get()).isTrue();
        assertThat(connection.call(get("k")).text()).isEqualTo("v");
    }

    @Test
    void refusesMoreInFlightThanItsBoundAtOnce(Redis redis) {
        try (Connection small = Connection.open(
                redis.uri(), ConnectionOptions.DEFAULTS.withMaxInFlight(50).withTimeout(PATIENCE))) {
            small.call(set("k", "v"));
            redis.nodes().forEach(Standalone::freeze);
            List<CompletableFuture<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                calls.add(small.send(get("k"), PATIENCE).toCompletableFuture());
            }
            await().until(() -> calls.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
            redis.nodes().forEach(Standalone::thaw);
            long answered = calls.stream()
                    .filter(call ->
                            call.handle((reply, failure) -> failure == null).join())
                    .count();
            assertThat(answered).isBetween(1L, 50L);
            assertThatThrownBy(() -> calls.stream()
                            .filter(CompletableFuture::isCompletedExceptionally)
                            .findFirst()
                            .orElseThrow()
                            .join())
                    .hasMessageContaining("50 calls wait for an answer already");
        }
    }

    @Test
    void aClosedConnectionSaysSo() {
        connection.close();
        assertThatThrownBy(() -> connection.call(get("k")))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("was closed");
        assertThatThrownBy(() -> connection.send(get("k")).toCompletableFuture().join())
                .hasCauseInstanceOf(KeywrightException.Misused.class);
    }

    @Test
    void anInterruptedThreadClosesAllOfItAndStaysInterrupted() {
        assertThat(connection.isClosed()).isFalse();
        Thread.currentThread().interrupt();
        connection.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(connection.isClosed()).isTrue();
    }
}
