package dev.keywright.stream;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a group's workers do with events, with handlers that fail, hang and are slow. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class StreamWorkerTest {

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
    void everyGroupHandlesEveryEventOnceAndAcknowledgesIt(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            append(orders, 0, 50);
            Collection<String> billed = new ConcurrentLinkedQueue<>();
            Collection<String> shipped = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> first = orders.work("billing", event -> billed.add(event.value()));
                    StreamWorker<String> second = orders.work("billing", event -> billed.add(event.value()));
                    StreamWorker<String> third = orders.workBatches(
                            "shipping",
                            WorkerOptions.DEFAULTS,
                            10,
                            events -> events.forEach(event -> shipped.add(event.value())))) {
                append(orders, 50, 100);
                await().until(() -> first.stats().handled() + second.stats().handled() == 100
                        && third.stats().handled() == 100);
                await().until(() -> pending(orders, "billing") + pending(orders, "shipping") == 0);
            }
            assertThat(billed).hasSize(100).doesNotHaveDuplicates();
            assertThat(shipped).hasSize(100).doesNotHaveDuplicates();
            assertThat(consumers(orders, "billing")).as("workers left").isZero();
        }
    }

    @Test
    void whatFailsComesAgainAndThenGoesToTheDeadLettersWithItsCause(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
            EventHandler<String> handler = event -> {
                int attempt = attempts.computeIfAbsent(event.value(), any -> new AtomicInteger())
                        .incrementAndGet();
                assertThat(event.attempt()).isEqualTo(attempt);
                if (event.value().equals("poison") || event.value().equals("once") && attempt == 1) {
                    throw new IllegalStateException("no " + event.value());
                }
            };
            try (StreamWorker<String> worker = orders.work("billing", QUICK, handler)) {
                orders.append("poison");
                orders.append("once");
                orders.append("good");
                await().until(() -> worker.stats().dead() == 1 && worker.stats().handled() == 2);
                assertThat(worker.stats().failed()).isEqualTo(4);
                await().until(() -> pending(orders, "billing") == 0);
                DeadLetter<String> letter =
                        orders.deadLetters("billing").list(EventId.FIRST, 10).get(0);
                assertThat(letter.event().value()).isEqualTo("poison");
                assertThat(letter.cause()).contains("IllegalStateException: no poison");
                assertThat(letter.attempts()).isEqualTo(3);
                assertThat(letter.consumer()).isEqualTo(worker.consumer());

                assertThat(orders.deadLetters("billing").redrive(letter.id())).isPresent();
                assertThat(orders.deadLetters("billing").redrive(letter.id())).isEmpty();
                await().until(() -> worker.stats().dead() == 2);
                assertThat(orders.deadLetters("billing").count()).isEqualTo(1);
            }
        }
    }

    @Test
    void whatCannotBeReadOrIsHopelessGoesToTheDeadLettersAtOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<Integer> numbers = kw.stream("orders", Codecs.json(Integer.class));
            orders(kw).append("not a number");
            kw.connection()
                    .call(Command.named("XADD")
                            .key("stream:{orders}")
                            .argument("*")
                            .argument("colour")
                            .argument("red")
                            .build())
                    .orThrow("test");
            numbers.append(13);
            numbers.append(7);
            WorkerOptions options = QUICK.withHopeless(failure -> failure instanceof IllegalArgumentException);
            try (StreamWorker<Integer> worker = numbers.work("sums", options, event -> {
                if (event.value() == 13) {
                    throw new IllegalArgumentException("unlucky");
                }
            })) {
                await().until(() -> worker.stats().dead() == 3 && worker.stats().handled() == 1);
                assertThat(worker.stats().undecodable()).isEqualTo(2);
                assertThat(numbers.deadLetters("sums").list(EventId.FIRST, 10))
                        .extracting(DeadLetter::cause)
                        .anyMatch(cause -> cause.contains("no field v"))
                        .anyMatch(cause -> cause.contains("unlucky"))
                        .filteredOn(cause -> cause.startsWith("cannot be read"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void s8_eventsOfOneKeyAreHandledInTheirOrderAlsoWhenTheyFail(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            append(orders, 0, 100);
            Map<String, Collection<Integer>> seen = new ConcurrentHashMap<>();
            AtomicInteger calls = new AtomicInteger();
            try (StreamWorker<String> worker =
                    orders.work("billing", QUICK.withKeyOrder().withThreads(8), event -> {
                        if (calls.incrementAndGet() % 7 == 0 && event.attempt() < 3) {
                            throw new IllegalStateException("again");
                        }
                        seen.computeIfAbsent(event.key().orElseThrow(), any -> new ConcurrentLinkedQueue<>())
                                .add(Integer.parseInt(event.value().substring(1)));
                    })) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> worker.stats().handled() == 100);
            }
            assertThat(seen)
                    .hasSize(5)
                    .allSatisfy((key, numbers) ->
                            assertThat(List.copyOf(numbers)).isSorted().hasSize(20));
        }
    }

    @Test
    void s1_s3_whatACrashedConsumerHadIsTakenUpByItselfAtOnceAndByOthersLater(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            append(orders, 0, 6);
            try (StreamWorker<String> makesTheGroup = orders.work("billing", QUICK, event -> {})) {
                await().until(() -> makesTheGroup.stats().handled() == 6);
            }
            append(orders, 6, 16);
            read(kw, "crashed", 5);
            read(kw, "gone", 5);
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            WorkerOptions patient = QUICK.withConsumer("crashed").withIdle(Duration.ofSeconds(20));
            try (StreamWorker<String> worker = orders.work("billing", patient, event -> {
                assertThat(event.attempt()).isEqualTo(2);
                handled.add(event.value());
            })) {
                await().until(() -> handled.size() == 5);
                assertThat(worker.stats().claimed()).isEqualTo(5);
            }
            try (StreamWorker<String> other = orders.work("billing", QUICK, event -> handled.add(event.value()))) {
                await().until(() -> other.stats().handled() == 5);
            }
            assertThat(handled).hasSize(10).doesNotHaveDuplicates();
            assertThat(pending(orders, "billing")).isZero();
        }
    }

    static void read(Keywright kw, String consumer, int count) {
        Reply unused = kw.connection()
                .call(Command.named("XREADGROUP")
                        .argument("GROUP")
                        .argument("billing")
                        .argument(consumer)
                        .argument("COUNT")
                        .argument(count)
                        .argument("STREAMS")
                        .key("stream:{orders}")
                        .argument(">")
                        .build())
                .orThrow("test");
    }
}
