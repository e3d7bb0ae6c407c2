package dev.keywright.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Codecs and handlers that misbehave, many who wait, wake-ups that are no entries. */
@WithRedis
class QueueHandlingTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final QueueOptions ONCE = QueueOptions.DEFAULTS.withAttempts(1);

    /** Cannot read {@code deep}, and says so with an error. */
    private static final class Fragile implements Codec<String> {

        private final Codec<String> text = Codecs.string();
        private final AtomicInteger failures;

        Fragile(int failures) {
            this.failures = new AtomicInteger(failures);
        }

        @Override
        public byte format() {
            return text.format();
        }

        @Override
        public byte[] encode(String value) {
            return text.encode(value);
        }

        @Override
        public String decode(byte format, byte[] bytes, int offset, int length) {
            String value = text.decode(format, bytes, offset, length);
            if (value.equals("deep") && failures.getAndDecrement() > 0) {
                throw new StackOverflowError("too deep");
            }
            return value;
        }
    }

    /** Cannot even be shown. */
    private static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    @Test
    void errorsOfCodecsAndFailuresThatCannotBeShownHoldNothingUp(Redis redis) {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("work", new Fragile(1_000), ONCE);
                Consumption<String> consumption = queue.consume(1, delivery -> {
                    if (delivery.value().equals("bad")) {
                        throw new Unspeakable();
                    }
                    handled.add(delivery.value());
                })) {
            queue.sendAll(List.of("a", "deep", "bad", "b"));
            await().atMost(LONG).until(() -> queue.stats().equals(new QueueStats(0, 0, 0, 2)));
            assertThat(handled).containsExactly("a", "b");
            assertThat(queue.deadLetters(2))
                    .extracting(DeadLetter::cause)
                    .anyMatch(cause -> cause.contains("StackOverflowError"))
                    .anyMatch(cause -> cause.contains("Unspeakable"));
            assertThat(consumption).isNotNull();
        }
    }

    /** A class that is missing after a bad deploy, or a moment without memory, must not empty the queue into the dead letters. */
    @Test
    void anErrorOfACodecIsAnotherAttempt(Redis redis) {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        QueueOptions often = QueueOptions.DEFAULTS.withAttempts(5).withBackoff(Duration.ofMillis(20));
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("deploy", new Fragile(2), often);
                Consumption<String> consumption = queue.consume(1, delivery -> {
                    handled.add(delivery.value() + delivery.attempt());
                })) {
            queue.send("deep");
            await().atMost(LONG).until(() -> handled.contains("deep3"));
            await().atMost(LONG).until(() -> queue.stats().equals(new QueueStats(0, 0, 0, 0)));
            assertThat(consumption).isNotNull();
        }
    }

    @Test
    void manyWhoWaitAsynchronouslyHoldNobodyUp(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> empty = kw.queue("empty", Codecs.string());
                ReliableQueue<String> queue = kw.queue("work", Codecs.string())) {
            List<CompletionStage<Optional<Delivery<String>>>> waiting = new ArrayList<>();
            IntStream.range(0, 300).forEach(i -> waiting.add(empty.takeAsync(Duration.ofMinutes(1))));
            queue.send("a");
            CompletionStage<Boolean> acknowledged =
                    queue.take(LONG).orElseThrow().ackAsync();
            await().atMost(LONG).until(() -> acknowledged.toCompletableFuture().isDone());
            assertThat(waiting).noneMatch(each -> each.toCompletableFuture().isDone());
        }
    }

    @Test
    void aWakeUpTakesNoRoom(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.delayedQueue("small", Codecs.string()).send("later", Duration.ofSeconds(1));
            BoundedQueue<String> bounded = kw.boundedQueue("small", 1, Codecs.string());
            assertThat(bounded.offer("a")).isTrue();
            assertThat(bounded.offer("b")).isFalse();
        }
    }

    @Test
    void aHandlerThatIsBusyHandsOnWhatItHasNotBegun(Redis redis) {
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> queue = kw.queue("work", Codecs.string());
                Consumption<String> slow = queue.consume(1, delivery -> {
                    handled.add("slow " + delivery.value());
                    await().atMost(LONG).until(() -> handled.contains("quick b"));
                })) {
            queue.sendAll(List.of("a", "b"));
            await().atMost(LONG).until(() -> !handled.isEmpty());
            try (Consumption<String> quick = queue.consume(1, delivery -> handled.add("quick " + delivery.value()))) {
                await().atMost(LONG).until(() -> handled.contains("quick b"));
                assertThat(slow).isNotSameAs(quick);
            }
        }
    }
}
