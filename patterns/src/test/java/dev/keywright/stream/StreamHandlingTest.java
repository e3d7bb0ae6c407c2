package dev.keywright.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Handlers that are slow, hang and fail together; events that are deleted; consumers that are dead. */
@WithRedis
class StreamHandlingTest {

    private static final WorkerOptions QUICK = WorkerOptions.DEFAULTS
            .withIdle(Duration.ofMillis(600))
            .withAttempts(3, Duration.ofMillis(20))
            .withGrace(Duration.ofSeconds(2));

    private static EventStream<String> orders(Keywright kw) {
        return kw.stream("orders", Codecs.string());
    }

    private static void append(EventStream<String> stream, int from, int to) {
        stream.appendAll(IntStream.range(from, to)
                .mapToObj(i -> Message.of("e" + i).withKey("k" + i % 5))
                .toList());
    }

    private static long pending(EventStream<String> stream, String group) {
        return stream.group(group).orElseThrow().pending();
    }

    private static long consumers(EventStream<String> stream, String group) {
        return stream.group(group).orElseThrow().consumers();
    }

    @Test
    void s9_aSlowHandlerKeepsItsEventWhileOthersLook(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch end = new CountDownLatch(1);
            EventHandler<String> handler = event -> {
                runs.incrementAndGet();
                end.await();
            };
            WorkerOptions one =
                    QUICK.withIdle(Duration.ofMillis(900)).withThreads(1).withPrefetch(1);
            try (StreamWorker<String> first = orders.work("billing", one, handler);
                    StreamWorker<String> second = orders.work("billing", one, handler)) {
                EventId id = orders.append("slow");
                await().during(Duration.ofSeconds(2))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> runs.get() <= 1);
                end.countDown();
                await().until(() -> first.stats().handled() + second.stats().handled() == 1);
                assertThat(runs).hasValue(1);
                assertThat(orders.range(id, id, 1)).hasSize(1);
            }
        }
    }

    @Test
    void aHandlerThatTakesTooLongIsInterruptedAndItsEventComesAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            CountDownLatch never = new CountDownLatch(1);
            WorkerOptions options = QUICK.withTimeout(Duration.ofMillis(50)).withAttempts(2, Duration.ofMillis(10));
            try (StreamWorker<String> worker = orders.work("billing", options, event -> never.await())) {
                orders.append("hangs");
                await().until(() -> worker.stats().dead() == 1);
                assertThat(orders.deadLetters("billing")
                                .list(EventId.FIRST, 1)
                                .get(0)
                                .cause())
                        .contains("took longer than PT0.05S");
            }
        }
    }

    @Test
    void aBatchThatFailsIsHandledOneByOne(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            append(orders, 0, 20);
            Collection<Integer> sizes = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker = orders.workBatches("billing", QUICK.withThreads(1), 20, events -> {
                sizes.add(events.size());
                if (events.stream().anyMatch(event -> event.value().equals("e7"))) {
                    throw new IllegalStateException("seven");
                }
            })) {
                await().until(() ->
                        worker.stats().handled() == 19 && worker.stats().dead() == 1);
            }
            assertThat(sizes).contains(1).anyMatch(size -> size > 1);
        }
    }

    @Test
    void s5_deletedEventsAreForgottenAndCounted(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            List<EventId> ids =
                    IntStream.range(0, 4).mapToObj(i -> orders.append("e" + i)).toList();
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker =
                    orders.work("billing", QUICK.withThreads(1).withKeyOrder(), event -> {
                        begun.countDown();
                        boolean unused = go.await(10, TimeUnit.SECONDS);
                        handled.add(event.value());
                    })) {
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                orders.delete(ids.subList(0, 3));
                await().until(() -> pending(orders, "billing") == 1);
                go.countDown();
                await().until(() -> pending(orders, "billing") == 0);
                await().until(() -> handled.contains("e3"));
                assertThat(worker.stats().deleted()).isGreaterThanOrEqualTo(2);
                assertThat(handled).containsExactly("e0", "e3");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void s2_anEventThatKillsItsWorkersGoesToTheDeadLetters(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            try (StreamWorker<String> makesTheGroup = orders.work("billing", QUICK, event -> {})) {
                assertThat(makesTheGroup.consumer()).isNotEmpty();
            }
            orders.append("killer");
            StreamWorkerTest.read(kw, "a", 1);
            for (String consumer : List.of("b", "c")) {
                kw.connection()
                        .call(Command.named("XCLAIM")
                                .key("stream:{orders}")
                                .argument("billing")
                                .argument(consumer)
                                .argument(0)
                                .argument(orders.newest(1).get(0).id().toString())
                                .build())
                        .orThrow("test");
            }
            try (StreamWorker<String> worker = orders.work("billing", QUICK, event -> {})) {
                await().until(() -> worker.stats().dead() == 1);
                assertThat(worker.stats().handled()).isZero();
            }
            DeadLetter<String> letter =
                    orders.deadLetters("billing").list(EventId.FIRST, 1).get(0);
            assertThat(letter.cause()).isEqualTo("taken 3 times and never finished");
            assertThat(letter.event().value()).isEqualTo("killer");
            assertThat(pending(orders, "billing")).isZero();
        }
    }

    @Test
    void s4_deadConsumersAreRemovedOnlyWhenTheyHaveNothing(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            try (StreamWorker<String> makesTheGroup = orders.work("billing", QUICK, event -> {})) {
                assertThat(makesTheGroup.stats().dead()).isZero();
            }
            orders.append("a");
            StreamWorkerTest.read(kw, "has something", 1);
            orders.append("b");
            StreamWorkerTest.read(kw, "has nothing", 1);
            kw.connection()
                    .call(Command.named("XACK")
                            .key("stream:{orders}")
                            .argument("billing")
                            .argument(orders.newest(1).get(0).id().toString())
                            .build())
                    .orThrow("test");
            Membership membership = new Membership(
                    new StreamCommands(kw.connection(), "orders", StreamOptions.DEFAULTS),
                    "billing",
                    "me",
                    QUICK.withIdle(Duration.ofMillis(100)).withDeadAfter(Duration.ofMillis(200)));
            await().until(() -> membership.retireDead() == 1);
            assertThat(consumers(orders, "billing")).isEqualTo(1);
            assertThat(pending(orders, "billing")).isEqualTo(1);
        }
    }

    @Test
    void aStopGivesBackWhatWasNotBegunAndTheNextWorkerGetsItAtOnceAsNew(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            append(orders, 0, 10);
            WorkerOptions options = WorkerOptions.DEFAULTS.withThreads(1);
            CountDownLatch begun = new CountDownLatch(1);
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker = orders.work("billing", options, event -> {
                begun.countDown();
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
                handled.add(event.value());
            })) {
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                worker.close();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(handled).hasSize(1);
            try (StreamWorker<String> next = orders.work("billing", options, event -> {
                assertThat(event.attempt()).isEqualTo(1);
                handled.add(event.value());
            })) {
                await().until(() -> next.stats().handled() == 9);
            }
            assertThat(handled).hasSize(10).doesNotHaveDuplicates();
        }
    }
}
