package dev.keywright.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is sent, taken, acknowledged, tried again, given up, recovered. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class ReliableQueueTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final QueueOptions QUICK =
            QueueOptions.DEFAULTS.withLease(Duration.ofSeconds(1)).withBackoff(Duration.ofMillis(10));

    @Test
    void inOrderAndGoneOnceAcknowledged(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("a{}: \u00e9", Codecs.string())) {
            queue.sendAll(List.of("one", "two", "three"));
            Delivery<String> one = queue.take(LONG).orElseThrow();
            assertThat(one.value()).isEqualTo("one");
            assertThat(one.attempt()).isEqualTo(1);
            assertThat(one.isHeld()).isTrue();
            assertThat(queue.stats()).isEqualTo(new QueueStats(0, 3, 0, 0));
            assertThat(one.ack()).isTrue();
            assertThat(one.ack()).isFalse();
            assertThat(queue.take(LONG)
                            .orElseThrow()
                            .ackAsync()
                            .toCompletableFuture()
                            .join())
                    .isTrue();
            Delivery<String> three = queue.take(LONG).orElseThrow();
            assertThat(three.retry(Duration.ofMillis(50))).isTrue();
            Delivery<String> again = queue.take(LONG).orElseThrow();
            assertThat(again.value()).isEqualTo("three");
            assertThat(again.attempt()).isEqualTo(2);
            assertThat(again.id()).isEqualTo(three.id());
            assertThat(again.dead("no use")).isTrue();
            assertThat(queue.take(Duration.ofMillis(20))).isEmpty();
            assertThat(queue.stats()).isEqualTo(new QueueStats(0, 0, 0, 1));
            DeadLetter<String> letter = queue.deadLetters(10).get(0);
            assertThat(letter.cause()).isEqualTo("no use");
            assertThat(letter.value()).contains("three");
            assertThat(queue.redrive(10)).isEqualTo(1);
            assertThat(queue.take(LONG).orElseThrow().attempt()).isEqualTo(1);
        }
    }

    @Test
    void consumersShareAndHandlersThatThrowAreTriedAgainUntilDead(Redis redis) {
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        List<String> poison = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<Integer> queue = kw.queue("b", Codecs.json(Integer.class), QUICK.withAttempts(3))) {
            QueueHandler<Integer> handler = delivery -> {
                if (delivery.value() == 7) {
                    poison.add("attempt " + delivery.attempt());
                    throw new IllegalStateException("seven");
                }
                done.add(delivery.value());
            };
            try (Consumption<Integer> one = queue.consume(2, handler);
                    Consumption<Integer> two = queue.consume(2, handler)) {
                queue.sendAll(IntStream.range(0, 200).boxed().toList());
                Reply unused = kw.connection()
                        .call(Command.named("RPUSH")
                                .key("queue:{b}")
                                .argument("not ours")
                                .build());
                await().atMost(LONG)
                        .until(() -> done.size() == 199 && queue.stats().equals(new QueueStats(0, 0, 0, 2)));
                assertThat(one).isNotSameAs(two);
            }
            assertThat(poison).containsExactly("attempt 1", "attempt 2", "attempt 3");
            assertThat(queue.deadLetters(10)).extracting(DeadLetter::cause).anyMatch(cause -> cause.contains("seven"));
            assertThat(queue.deadLetters(10))
                    .extracting(DeadLetter::cause)
                    .anyMatch(cause -> cause.contains("decoded"));
        }
    }

    @Test
    void whatALostConsumerHadIsAnotherAttemptAndItsLateWordIsRefused(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("c", Codecs.string(), QUICK)) {
            ReliableQueue<String> gone;
            try (Keywright other = Keywright.connect(redis.uri())) {
                gone = other.queue("c", Codecs.string(), QUICK);
                gone.sendAll(List.of("x", "y"));
                assertThat(gone.take(LONG).orElseThrow().value()).isEqualTo("x");
            }
            Delivery<String> x = queue.take(LONG).orElseThrow();
            assertThat(x.value() + x.attempt()).isEqualTo("x2");
            Delivery<String> y = queue.take(LONG).orElseThrow();
            assertThat(y.value() + y.attempt()).isEqualTo("y2");
            Reply unused = kw.connection()
                    .call(Command.named("SCRIPT").argument("FLUSH").build());
            assertThat(x.ack()).isTrue();
            for (Reply each : kw.connection().call(queue.keys.consumers(100)).items()) {
                Reply unusedDeletion = kw.connection()
                        .call(Command.named("DEL")
                                .key(queue.keys.taken(each.text()))
                                .build());
            }
            assertThat(y.ack()).isFalse();
        }
    }

    @Test
    void closingGivesBackWhatWasNotBegun(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("d", Codecs.string(), QUICK)) {
            ReliableQueue<String> leaving = kw.queue("d", Codecs.string(), QUICK);
            leaving.sendAll(List.of("x", "y", "z"));
            assertThat(leaving.take(LONG).orElseThrow().ack()).isTrue();
            leaving.close();
            assertThat(queue.stats()).isEqualTo(new QueueStats(2, 0, 0, 0));
            Delivery<String> y = queue.take(LONG).orElseThrow();
            assertThat(y.value() + y.attempt()).isEqualTo("y1");
        }
    }

    @Test
    void whatIsFetchedAndNotWantedGoesToOthers(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> busy = kw.queue("w", Codecs.string());
                ReliableQueue<String> other = kw.queue("w", Codecs.string())) {
            busy.sendAll(List.of("x", "y", "z"));
            Delivery<String> x = busy.take(LONG).orElseThrow();
            Delivery<String> y =
                    other.takeAsync(LONG).toCompletableFuture().join().orElseThrow();
            assertThat(y.value() + y.attempt()).isEqualTo("y1");
            assertThat(x.ack()).isTrue();
            assertThat(other.take(LONG).orElseThrow().value()).isEqualTo("z");
            assertThat(busy.take(Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void delayedAndBounded(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DelayedQueue<String> delayed = kw.delayedQueue("e", Codecs.string());
            delayed.send("later", Duration.ofMillis(1_800));
            delayed.send("sooner", Duration.ofMillis(1_500));
            assertThat(delayed.queue().take(Duration.ZERO)).isEmpty();
            assertThat(delayed.queue().take(LONG).orElseThrow().value()).isEqualTo("sooner");
            assertThat(delayed.queue().take(LONG).orElseThrow().value()).isEqualTo("later");
            delayed.queue().close();
            BoundedQueue<String> bounded = kw.boundedQueue("f", 2, Codecs.string());
            assertThat(bounded.offer("1") && bounded.offer("2")).isTrue();
            assertThat(bounded.offer("3", Duration.ofMillis(20))).isFalse();
            assertThat(bounded.queue().take(LONG).orElseThrow().value()).isEqualTo("1");
            assertThat(bounded.offer("3", LONG)).isTrue();
            bounded.queue().close();
        }
    }

    @Test
    void badInput(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThatThrownBy(() -> kw.queue("", Codecs.string())).hasMessageContaining("name of the queue is empty");
            assertThatThrownBy(() -> QUICK.withPrefetch(0)).hasMessageContaining("prefetch is 0");
            ReliableQueue<String> closed = kw.queue("g", Codecs.string());
            closed.close();
            assertThatThrownBy(() -> closed.take(LONG)).hasMessageContaining("queue g is closed");
            Reply unused = kw.connection()
                    .call(Command.named("RPUSH")
                            .key("queue:{g}:dead")
                            .argument("not ours")
                            .build());
            assertThat(closed.deadLetters(1))
                    .extracting(DeadLetter::cause)
                    .containsExactly("It was not written by a queue");
            assertThat(closed.redrive(1)).isEqualTo(1);
            assertThatThrownBy(() -> kw.boundedQueue("g", 0, Codecs.string())).hasMessageContaining("capacity is 0");
            assertThatThrownBy(() -> kw.delayedQueue("g", Codecs.string()).send("x", Duration.ofMillis(-1)))
                    .hasMessageContaining("delay is");
        }
    }
}
