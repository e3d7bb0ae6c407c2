package dev.keywright.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lost answers, consumers that are killed, servers that are frozen, full, restarted, failed over, emptied of scripts. */
@WithRedis
class QueueFailureTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final QueueOptions QUICK = QueueOptions.DEFAULTS
            .withLease(Duration.ofSeconds(1))
            .withBackoff(Duration.ofMillis(20))
            .withDeadline(Duration.ofMillis(500));

    private static ReliableQueue<String> work(Keywright kw) {
        return kw.queue("work", Codecs.string(), QUICK);
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    private static void sendSurely(ReliableQueue<String> queue, List<String> values) {
        for (String value : values) {
            await().pollDelay(Duration.ZERO)
                    .atMost(LONG)
                    .ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                    .until(() -> {
                        queue.send(value);
                        return true;
                    });
        }
    }

    private static void awaitAll(Collection<String> handled, List<String> wanted) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(handled).containsAll(wanted));
    }

    private static void awaitEmpty(ReliableQueue<String> queue) {
        await().atMost(LONG)
                .ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                .until(() -> queue.stats().equals(new QueueStats(0, 0, 0, 0)));
    }

    @Test
    void whatWasFetchedBeforeTheLeaseRanOutDuringAFreezeIsHandedOutAfterIt(Standalone redis)
            throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = work(kw)) {
            queue.sendAll(List.of("a", "b", "c"));
            Delivery<String> a = queue.take(LONG).orElseThrow();
            redis.freeze();
            await().atMost(LONG).until(a::isLost);
            assertThatThrownBy(() -> queue.take(Duration.ofMillis(100)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            List<String> again = new ArrayList<>();
            while (again.size() < 3) {
                Delivery<String> next = queue.take(LONG).orElseThrow();
                again.add(next.value());
                assertThat(a.ack()).as("of who lost it").isFalse();
                assertThat(next.ack()).isTrue();
            }
            assertThat(again).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(queue.stats()).isEqualTo(new QueueStats(0, 0, 0, 0));
        }
    }

    @Test
    void aHandlerWhoseLeaseRanOutIsInterruptedAndOneThatIsHeldIsNot(Standalone redis) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = work(kw);
                Consumption<String> consumption = queue.consume(1, delivery -> {
                    if (begun.getCount() > 0) {
                        begun.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            interrupted.countDown();
                        }
                    }
                    handled.add(delivery.value());
                })) {
            sendSurely(queue, List.of("a", "b"));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            redis.freeze();
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
            redis.thaw();
            awaitAll(handled, List.of("a", "b"));
            awaitEmpty(queue);
            assertThat(consumption).isNotNull();
        }
    }

    @Test
    void aConsumerThatWasGivenUpLearnsOfItWithTheNextTake(Standalone redis) throws InterruptedException {
        QueueOptions slow = QUICK.withLease(Duration.ofMinutes(5));
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("work", Codecs.string(), slow)) {
            queue.sendAll(List.of("a", "b"));
            Delivery<String> a = queue.take(LONG).orElseThrow();
            String consumer = onlyConsumer(redis);
            redis.command("ZADD", "queue:{work}:consumers", "1", consumer);
            assertThat(queue.keys.call(queue.keys.recover(consumer)).number()).isEqualTo(2);
            assertThat(isUnknown(queue, "other") && !isUnknown(queue, "other")).isTrue();
            Delivery<String> second = queue.take(LONG).orElseThrow();
            assertThat(second.value()).isIn("a", "b");
            Delivery<String> third = queue.take(LONG).orElseThrow();
            await().atMost(LONG).until(() -> !a.isHeld());
            assertThat(a.ack()).isFalse();
            assertThat(List.of(second.attempt(), third.attempt())).contains(2);
        }
    }

    /** What a take answers for that consumer. */
    private static boolean isUnknown(ReliableQueue<String> queue, String consumer) {
        List<Reply> answer = queue.keys
                .call(queue.keys.take(consumer, queue.keys.taken(consumer), 0, List.of()))
                .items();
        return answer.get(3).number() == 1;
    }

    @Test
    void anAcknowledgementWhoseAnswerIsLostIsSaidAgainAndTheEntryIsNotHandedOutTwice(Standalone redis)
            throws InterruptedException {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                ReliableQueue<String> queue = kw.queue(
                        "work",
                        Codecs.string(),
                        QUICK.withLease(Duration.ofSeconds(30)).withDeadline(Duration.ofSeconds(5)))) {
            queue.sendAll(List.of("a", "b"));
            Delivery<String> a = queue.take(LONG).orElseThrow();
            proxy.cutAfterNextRequest("EVALSHA"); // this word, unless a renewal comes first
            assertThat(succeeds(a::ack)).isIn(true, null);
            Delivery<String> b = queue.take(LONG).orElseThrow();
            assertThat(b.value()).isEqualTo("b");
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(succeeds(() -> b.ackAsync().toCompletableFuture().join()))
                    .isIn(true, null);
            await().atMost(LONG).until(() -> queue.stats().taken() == 0);
            assertThat(queue.take(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void x1_whatIsSentLaterIsNotSentTwiceWhenItsAnswerIsLost(Standalone redis) throws InterruptedException {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            DelayedQueue<String> delayed = kw.delayedQueue("work", Codecs.string());
            delayed.send("a", Duration.ZERO); // so that the script is known
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(() -> delayed.send("b", Duration.ZERO))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(delayed.queue().stats().later()).isEqualTo(2);
        }
    }

    /** Null when the answer was lost. */
    private static Boolean succeeds(Supplier<Boolean> word) {
        try {
            return word.get();
        } catch (KeywrightException.Unavailable | CompletionException unheard) {
            return null;
        }
    }

    @Test
    void q2_whatAKilledProcessHadIsHandledByAnother(Standalone redis) throws IOException, InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = QueueChild.queue(kw)) {
            queue.sendAll(numbered(0, 10));
            Process process = QueueChild.start(redis.uri(), "hang");
            try {
                await().atMost(Duration.ofSeconds(30)).until(() -> queue.stats().taken() == 10 || !process.isAlive());
                assertThat(process.isAlive()).isTrue();
            } finally {
                process.destroyForcibly().waitFor();
            }
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            try (Consumption<String> consumption =
                    queue.consume(2, delivery -> handled.add(delivery.value() + " " + delivery.attempt()))) {
                awaitAll(
                        handled,
                        numbered(0, 10).stream().map(value -> value + " 2").toList());
                awaitEmpty(queue);
                assertThat(consumption).isNotNull();
            }
            assertThat(handled).hasSize(10);
        }
    }

    @Test
    void processesThatAreKilledLoseNothing(Standalone redis) throws IOException, InterruptedException {
        int entries = 2_000;
        List<Process> processes = new ArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = QueueChild.queue(kw)) {
            for (int i = 0; i < 2; i++) {
                processes.add(QueueChild.start(redis.uri(), "work"));
            }
            for (int from = 0; from < entries; from += 100) {
                queue.sendAll(IntStream.range(from, from + 100)
                        .mapToObj(Integer::toString)
                        .toList());
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> counted(kw) > 200);
            Process unused = processes.get(0).destroyForcibly();
            await().atMost(Duration.ofSeconds(30)).until(() -> queue.stats().equals(new QueueStats(0, 0, 0, 0)));
            assertThat(counted(kw)).isEqualTo(entries);
        } finally {
            for (Process process : processes) {
                int unused = process.destroyForcibly().waitFor();
            }
        }
    }

    private static long counted(Keywright kw) {
        return kw.connection()
                .call(Command.named("HLEN").key(QueueChild.LEDGER).build())
                .number();
    }

    @Test
    void anEntryThatKillsItsConsumersTakesNoOthersWithIt(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("work", Codecs.string(), QUICK.withAttempts(3))) {
            queue.sendAll(List.of("poison", "b", "c"));
            for (int crash = 1; crash <= 3; crash++) {
                try (Keywright victim =
                        Keywright.connect(redis.uri())) { // closed with its queue open, as if it crashed
                    Delivery<String> taken = victim.queue("work", Codecs.string(), QUICK.withAttempts(3))
                            .take(LONG)
                            .orElseThrow();
                    assertThat(taken.value() + taken.attempt()).isEqualTo("poison" + crash);
                }
                redis.command("ZADD", "queue:{work}:consumers", "XX", "1", onlyConsumer(redis));
                assertThat(queue.keys
                                .call(queue.keys.recover(onlyConsumer(redis)))
                                .number())
                        .isEqualTo(crash == 1 ? 3 : 1);
            }
            assertThat(queue.deadLetters(10)).singleElement().satisfies(letter -> {
                assertThat(letter.value()).contains("poison");
                assertThat(letter.attempts()).isEqualTo(3);
                assertThat(letter.cause()).contains("lost");
            });
            assertThat(queue.take(LONG).orElseThrow().value()).isEqualTo("b");
            assertThat(queue.take(LONG).orElseThrow().attempt()).isEqualTo(2);
        }
    }

    /** The one that is not recovered yet. */
    private static String onlyConsumer(Standalone redis) {
        return Arrays.stream(redis.command("ZRANGE", "queue:{work}:consumers", "0", "-1")
                        .split("[\\s,\\[\\]]+"))
                .filter(name -> !name.isEmpty() && !name.startsWith("~"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void brokenConnectionsAndFlushedScriptsLoseNothing(Standalone redis) {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri());
                ReliableQueue<String> sending = work(direct);
                Consumption<String> consumption =
                        work(kw).consume(2, delivery -> handled.add(delivery.value() + "/" + delivery.id()))) {
            for (int round = 0; round < 6; round++) {
                sendSurely(sending, numbered(round * 20, round * 20 + 10));
                proxy.cutAfterNextRequest(round % 2 == 0 ? "EVALSHA" : "BLMOVE");
                sendSurely(sending, numbered(round * 20 + 10, round * 20 + 20));
                redis.command("SCRIPT", "FLUSH");
            }
            awaitEmpty(sending);
            assertThat(handled.stream().map(each -> each.substring(0, each.indexOf('/'))))
                    .containsAll(numbered(0, 120));
            assertThat(handled).as("each entry once").doesNotHaveDuplicates();
            assertThat(consumption).isNotNull();
        }
    }

    @Test
    void whenTheMemoryIsFullSendersAreToldAndConsumersGoOn(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue =
                        kw.queue("work", Codecs.string(), QUICK.withDeadline(Duration.ofSeconds(5)))) {
            queue.sendAll(List.of("a", "b", "c"));
            redis.command("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> queue.send("d")).hasMessageContaining("OOM");
            assertThat(queue.take(LONG).orElseThrow().ack()).isTrue();
            assertThat(queue.take(LONG).orElseThrow().retry(Duration.ofMillis(20)))
                    .isTrue();
            assertThat(queue.take(LONG).orElseThrow().dead("no")).isTrue();
            assertThat(queue.take(LONG).orElseThrow().value()).isEqualTo("b");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aRestartedServerWithItsFileLosesNothing() {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS
                        .withDirective("appendonly", "yes")
                        .withDirective("appendfsync", "always"));
                Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = work(kw);
                Consumption<String> consumption = queue.consume(2, delivery -> handled.add(delivery.value()))) {
            sendSurely(queue, numbered(0, 50));
            redis.kill();
            redis.restart();
            sendSurely(queue, numbered(50, 100));
            awaitAll(handled, numbered(0, 100));
            awaitEmpty(queue);
            assertThat(consumption).isNotNull();
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void afterAFailoverConsumersGoOnWithTheNewMaster(Sentinel redis) {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = work(kw);
                Consumption<String> consumption = queue.consume(2, delivery -> handled.add(delivery.value()))) {
            sendSurely(queue, numbered(0, 20));
            awaitAll(handled, numbered(0, 20));
            redis.failover();
            sendSurely(queue, numbered(20, 40));
            awaitAll(handled, List.of("e39"));
            awaitEmpty(queue);
            assertThat(consumption).isNotNull();
        }
    }

    @Test
    void theCheckNamesAServerThatWouldLoseOrEvictElements(Standalone redis) {
        redis.command("CONFIG", "SET", "appendonly", "no");
        redis.command("CONFIG", "SET", "maxmemory", "1gb");
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
            assertThat(work(kw)).isNotNull();
            assertThat(kw.check())
                    .anySatisfy(problem -> {
                        assertThat(problem.what()).contains("append-only");
                        assertThat(problem.fix()).contains("appendonly yes");
                    })
                    .anySatisfy(problem -> assertThat(problem.what()).contains("allkeys-lru"));
            redis.command("CONFIG", "SET", "appendonly", "yes");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(kw.check())
                    .noneMatch(problem -> problem.what().contains("append-only")
                            || problem.what().contains("evicts"));
        } finally {
            redis.command("CONFIG", "SET", "appendonly", "no");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }
}
