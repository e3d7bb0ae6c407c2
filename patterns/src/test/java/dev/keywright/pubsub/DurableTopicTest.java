package dev.keywright.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Messages that are kept, read from anywhere, trimmed. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class DurableTopicTest {

    private static final Codec<String> TEXT = Codecs.string();

    private static long number(Keywright kw, String command, String... arguments) {
        Command.Builder builder = Command.named(command).key("topic:{a}");
        for (String argument : arguments) {
            builder.argument(argument);
        }
        return kw.connection().call(builder.build()).orThrow(command).number();
    }

    @Test
    void p5_whoComesLaterReadsFromTheBeginningOrAnIdOrAMoment(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 250; i++) {
                ids.add(topic.publish("m" + i));
            }
            Heard beginning = new Heard();
            Heard second = new Heard();
            Heard late = new Heard();
            Heard now = new Heard();
            Heard future = new Heard();
            DurableTopic<String> there = other.durableTopic("a", TEXT);
            DurableSubscription first = there.subscribe(Start.beginning(), beginning);
            there.subscribe(Start.after(ids.get(0)), second);
            long millis = Place.parse(ids.get(249)).millis();
            there.subscribe(Start.at(Instant.ofEpochMilli(millis)), late);
            there.subscribe(now);
            there.subscribe(Start.at(Instant.ofEpochMilli(millis).plusSeconds(3600)), future);
            for (int i = 0; i < 250; i++) {
                assertThat(beginning.next()).isEqualTo("m" + i);
            }
            for (int i = 1; i < 250; i++) {
                assertThat(second.next()).isEqualTo("m" + i);
            }
            String line = late.next();
            while (!line.equals("m249")) {
                line = late.next();
            }
            assertThat(now.isQuiet()).isTrue();
            await().until(() -> first.position().equals(ids.get(249))); // once the listener returned
            for (int i = 0; i < 30; i++) {
                topic.publish("n" + i);
                for (Heard heard : List.of(beginning, second, late, now)) {
                    assertThat(heard.next()).isEqualTo("n" + i);
                }
            }
            assertThat(future.isQuiet())
                    .isFalse(); // such a place lies beyond the stream, as that of a stream that was replaced
        }
    }

    @Test
    void aMessageIsReadAndDecodedOnceForAllThatStandAtTheEnd(Redis redis) {
        AtomicInteger decoded = new AtomicInteger();
        Codec<String> counting = new Codec<>() {
            @Override
            public byte format() {
                return TEXT.format();
            }

            @Override
            public byte[] encode(String value) {
                return TEXT.encode(value);
            }

            @Override
            public String decode(byte format, byte[] bytes, int offset, int length) {
                decoded.incrementAndGet();
                return TEXT.decode(format, bytes, offset, length);
            }
        };
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", counting);
            topic.publish("before");
            CountDownLatch heard = new CountDownLatch(200);
            for (int i = 0; i < 20; i++) {
                topic.subscribe(message -> heard.countDown());
            }
            for (int i = 0; i < 10; i++) {
                topic.publish("m" + i);
                long left = 200 - 20L * (i + 1);
                await().until(() -> heard.getCount() == left);
            }
            assertThat(decoded.get()).isBetween(10, 40);
        }
    }

    @Test
    void p5_aGapTellsHowManyWereTrimmedBeforeTheyWereRead(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            String first = topic.publish("m0");
            Heard heard = new Heard();
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch entered = new CountDownLatch(1);
            topic.subscribe(new TopicListener<>() {
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
            });
            Heard quick = new Heard();
            topic.subscribe(quick);
            topic.publish("m1");
            entered.await();
            for (int i = 2; i < 20; i++) {
                assertThat(quick.next())
                        .isEqualTo("m" + (i - 1)); // so that each is read by itself, and the first are not remembered
                topic.publish("m" + i);
            }
            assertThat(quick.next()).isEqualTo("m19");
            assertThat(number(kw, "XTRIM", "MAXLEN", "2")).isEqualTo(18);
            gate.countDown();
            assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
                    .isEqualTo(List.of("m1", "GAP TRIMMED 16", "m18", "m19"));
            Heard unknown = new Heard();
            topic.subscribe(Start.after(first), unknown);
            assertThat(List.of(unknown.next(), unknown.next())).isEqualTo(List.of("GAP TRIMMED", "m18"));
            Heard all = new Heard();
            topic.subscribe(Start.beginning(), all);
            assertThat(all.next()).isEqualTo("m18");
        }
    }

    @Test
    void whoHasReadEverythingMissesNothingByTrimming(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            Heard heard = new Heard();
            topic.subscribe(heard);
            for (int i = 0; i < 20; i++) {
                topic.publish("m" + i);
                assertThat(heard.next()).isEqualTo("m" + i);
                number(kw, "XTRIM", "MAXLEN", "0");
            }
        }
    }

    @Test
    void aStreamThatWasDeletedIsReadAnewAndTheGapTold(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            Heard heard = new Heard();
            topic.subscribe(heard);
            topic.publish("m0");
            topic.publish("m1");
            assertThat(List.of(heard.next(), heard.next())).isEqualTo(List.of("m0", "m1"));
            number(kw, "DEL");
            topic.publish("m2");
            assertThat(List.of(heard.next(), heard.next())).isEqualTo(List.of("GAP REPLACED", "m2"));
        }
    }

    @Test
    void whatIsOldGoesAndAnIdleStreamWithIt(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", DurableOptions.youngerThan(Duration.ofMillis(300)), TEXT);
            topic.publish("old");
            assertThat(number(kw, "PTTL")).isBetween(1L, 300L);
            await().until(() -> number(kw, "EXISTS") == 0);
            DurableTopic<String> brief = kw.durableTopic("a", DurableOptions.newest(100), TEXT);
            for (int i = 0; i < 450; i++) {
                brief.publish("m" + i);
            }
            assertThat(number(kw, "XLEN")).isBetween(100L, 200L);
            assertThat(number(kw, "PTTL")).isEqualTo(-1);
        }
    }

    @Test
    void whatCannotBeReadIsToldAndStopsNothing(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<Integer> topic = kw.durableTopic("a", Codecs.json(Integer.class));
            Heard heard = new Heard();
            topic.publish(1);
            kw.connection()
                    .call(Command.named("XADD")
                            .key("topic:{a}")
                            .argument("*")
                            .argument("other")
                            .argument("field")
                            .build());
            kw.durableTopic("a", TEXT).publish("{no");
            topic.publish(2);
            topic.subscribe(Start.beginning(), new TopicListener<>() {
                @Override
                public void message(Message<Integer> message) {
                    heard.message(new Message<>(message.topic(), message.value().toString(), message.id()));
                }

                @Override
                public void undecodable(Undecodable message) {
                    heard.undecodable(message);
                }
            });
            assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
                    .isEqualTo(List.of("1", "UNDECODABLE 0", "UNDECODABLE 3", "2"));
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedWithAReason(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThatThrownBy(() -> kw.durableTopic("", TEXT)).hasMessageContaining("empty");
            assertThatThrownBy(() -> Start.after("yesterday"))
                    .hasMessageContaining("'yesterday' is no id of a message");
            assertThatThrownBy(() -> DurableOptions.newest(0)).hasMessageContaining("would fill the memory");
            assertThatThrownBy(() -> DurableOptions.youngerThan(Duration.ZERO)).hasMessageContaining("age is PT0S");
        }
    }

    @Test
    void aStreamThatWasReplacedByALongerOneIsToldToo(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            Heard heard = new Heard();
            topic.subscribe(new TopicListener<>() {
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
            });
            topic.publish("m0");
            entered.await();
            number(kw, "DEL");
            for (int i = 0; i < 5; i++) {
                topic.publish("n" + i);
            }
            gate.countDown();
            assertThat(List.of(heard.next(), heard.next(), heard.next())).containsExactly("m0", "GAP REPLACED", "n0");
        }
    }

    @Test
    void aMasterThatLacksTheNewestIsToldAlsoWhenItHasNewerOnes(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            Heard heard = new Heard();
            topic.subscribe(heard);
            topic.publish("m0");
            String id = topic.publish("m1");
            assertThat(List.of(heard.next(), heard.next())).containsExactly("m0", "m1");
            number(kw, "XDEL", id); // as if it had never come there
            topic.publish("m2");
            assertThat(List.of(heard.next(), heard.next())).containsExactly("GAP REPLACED", "m2");
            topic.publish("m3");
            assertThat(heard.next()).isEqualTo("m3");
        }
    }

    @Test
    void theEndIsToldAfterTheMessageThatIsBeingHandedOver(Redis redis) throws InterruptedException {
        Heard heard = new Heard();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            topic.subscribe(new TopicListener<>() {
                @Override
                public void message(Message<String> message) throws InterruptedException {
                    entered.countDown();
                    gate.await();
                    heard.message(message);
                }

                @Override
                public void ended(Ending why) {
                    heard.ended(why);
                }
            });
            topic.publish("m0");
            entered.await();
        }
        gate.countDown();
        assertThat(List.of(heard.next(), heard.next())).containsExactly("m0", "ENDED CLOSED");
    }

    @Test
    void anErrorOfAListenerStopsNothing(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            Heard heard = new Heard();
            topic.subscribe(message -> {
                if (message.value().equals("error")) {
                    throw new StackOverflowError();
                }
                heard.message(message);
            });
            topic.publish("error");
            topic.publish("m1");
            assertThat(heard.next()).isEqualTo("m1");
        }
    }
}
