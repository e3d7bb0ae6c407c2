package dev.keywright.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A listener that is slow, or stands still, and the others. */
@WithRedis
class MailboxTest {

    private static final Codec<String> TEXT = Codecs.string();

    /** Listens through a gate, which opens once the queue has seen what the test sent. */
    private static Heard flooded(Redis redis, Overflow overflow, int messages) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch entered = new CountDownLatch(1);
            Topic<String> topic = kw.topic("a", TEXT);
            AtMostOnceSubscription slow = topic.subscribe(
                    new TopicListener<>() {
                        @Override
                        public void message(Message<String> message) throws InterruptedException {
                            entered.countDown();
                            gate.await();
                            heard.message(message);
                        }

                        @Override
                        public void gap(Gap gap) {
                            heard.gap(gap);
                        }

                        @Override
                        public void ended(Ending why) {
                            heard.ended(why);
                        }
                    },
                    ListenerOptions.DEFAULTS.withCapacity(3).withOverflow(overflow));
            Heard quick = new Heard();
            kw.topic("a", TEXT).subscribe(quick);
            topic.publish("0");
            entered.await();
            for (int i = 1; i < messages; i++) {
                topic.publish(Integer.toString(i));
            }
            for (int i = 0; i < messages; i++) {
                assertThat(quick.next()).isEqualTo(Integer.toString(i)); // so all have come, also to the slow one
            }
            assertThat(slow.waiting()).isEqualTo(3);
            assertThat(slow.dropped()).isEqualTo(overflow == Overflow.UNSUBSCRIBE ? 1 : messages - 4);
            gate.countDown();
            if (overflow != Overflow.UNSUBSCRIBE) {
                await().until(() -> slow.waiting() < 3); // else the last one were one too many as well
                topic.publish("last");
            }
            List<String> all = new ArrayList<>();
            String line = heard.next();
            while (!line.equals("last") && !line.startsWith("ENDED")) {
                all.add(line);
                line = heard.next();
            }
            all.add(line);
            assertThat(all).isEqualTo(expected(overflow));
            assertThat(slow.isOpen()).isEqualTo(overflow != Overflow.UNSUBSCRIBE);
            assertThat(topic.stats().dropped()).isEqualTo(slow.dropped());
            return heard;
        }
    }

    private static List<String> expected(Overflow overflow) {
        return switch (overflow) {
            case DROP_OLDEST -> List.of("0", "GAP OVERFLOW 6", "7", "8", "9", "last");
            case DROP_NEWEST -> List.of("0", "1", "2", "3", "GAP OVERFLOW 6", "last");
            case UNSUBSCRIBE -> List.of("0", "1", "2", "3", "ENDED TOO_SLOW");
        };
    }

    @Test
    void p3_theOldestGoAndAGapStandsWhereTheyWere(Redis redis) throws InterruptedException {
        flooded(redis, Overflow.DROP_OLDEST, 10);
    }

    @Test
    void p3_theNewestGoAndAGapStandsWhereTheyWere(Redis redis) throws InterruptedException {
        flooded(redis, Overflow.DROP_NEWEST, 10);
    }

    @Test
    void p3_whoIsTooSlowIsUnsubscribedAndTold(Redis redis) throws InterruptedException {
        assertThat(flooded(redis, Overflow.UNSUBSCRIBE, 10).isQuiet()).isTrue();
    }

    @Test
    void x7_aListenerThatSleepsDelaysNoReplyAndNoOtherListener(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CountDownLatch asleep = new CountDownLatch(50);
            CountDownLatch wake = new CountDownLatch(1);
            for (int i = 0; i < 50; i++) {
                kw.topic("a", TEXT).subscribe(message -> {
                    asleep.countDown();
                    wake.await();
                });
            }
            Heard heard = new Heard();
            kw.topic("a", TEXT).subscribe(heard);
            kw.topic("b", TEXT).subscribe(heard);
            kw.topic("a", TEXT).publish("to all");
            asleep.await();
            assertThat(heard.next()).isEqualTo("to all");
            List<Duration> delays = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                long begun = System.nanoTime();
                kw.connection().call(Command.named("GET").key("other").buildReadOnly());
                kw.topic("b", TEXT).publish("b" + i);
                assertThat(heard.next()).isEqualTo("b" + i);
                delays.add(Duration.ofNanos(System.nanoTime() - begun));
            }
            wake.countDown();
            delays.sort(null);
            assertThat(delays.get(10)).isLessThan(Duration.ofMillis(50)); // all 50 slept all the time
        }
    }

    @Test
    void anErrorAndAnInterruptEndWithTheirMessage(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            AtomicInteger interrupted = new AtomicInteger();
            Topic<String> topic = kw.topic("a", TEXT);
            topic.subscribe(message -> {
                if (Thread.currentThread().isInterrupted()) {
                    interrupted.incrementAndGet();
                }
                Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
                    throw new IllegalStateException("a handler that fails too");
                });
                switch (message.value()) {
                    case "error" -> throw new StackOverflowError();
                    case "interrupt" -> Thread.currentThread().interrupt();
                    default -> heard.message(message);
                }
            });
            List.of("error", "m1", "interrupt", "m2").forEach(topic::publish);
            assertThat(List.of(heard.next(), heard.next())).containsExactly("m1", "m2");
            assertThat(interrupted).hasValue(0);
            assertThat(topic.stats().failures()).isEqualTo(1);
        }
    }

    @Test
    void aListenerMaySubscribeAndUnsubscribeItselfAndOthers(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            Topic<String> topic = kw.topic("a", TEXT);
            AtomicReference<AtMostOnceSubscription> mine = new AtomicReference<>();
            CountDownLatch known = new CountDownLatch(1);
            mine.set(topic.subscribe(message -> {
                known.await();
                kw.topic("b", TEXT).subscribe(heard);
                topic.subscribe(heard);
                mine.get().close();
                kw.topic("b", TEXT).publish("from within");
            }));
            known.countDown();
            topic.publish("begin");
            assertThat(heard.next()).isEqualTo("from within");
            topic.publish("to the other");
            assertThat(heard.next()).isEqualTo("to the other");
        }
    }
}
