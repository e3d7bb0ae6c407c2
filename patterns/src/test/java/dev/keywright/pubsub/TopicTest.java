package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is published reaches who listens, once, in order; the rest is told. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class TopicTest {

    private static final Codec<String> TEXT = Codecs.string();

    private static List<Topic<String>> both(Keywright kw, String name) {
        return List.of(kw.topic(name, TEXT), kw.shardedTopic(name, TEXT));
    }

    @Test
    void p4_whatIsPublishedOnceTheSubscriptionStandsIsHeardInOrder(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (int kind = 0; kind < 2; kind++) {
                for (int i = 0; i < 20; i++) {
                    Heard heard = new Heard();
                    AtMostOnceSubscription subscription =
                            both(kw, "a" + i).get(kind).subscribe(heard);
                    Topic<String> there = both(other, "a" + i).get(kind);
                    for (int j = 0; j < 5; j++) {
                        there.publish("m" + j);
                    }
                    for (int j = 0; j < 5; j++) {
                        assertThat(heard.next()).isEqualTo("m" + j);
                    }
                    subscription.close();
                    assertThat(subscription.isOpen()).isFalse();
                }
            }
        }
    }

    @Test
    void publishTellsHowManyClientsGotItWhereThatIsKnown(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (Topic<String> topic : both(kw, "counted")) {
                boolean known = redis.topology() != Topology.CLUSTER;
                OptionalLong none = known ? OptionalLong.of(0) : OptionalLong.empty();
                await().until(() ->
                        topic.publish("nobody").equals(none)); // those of the topic before leave a little later
                List<AtMostOnceSubscription> all = new ArrayList<>();
                Heard heard = new Heard();
                for (int i = 0; i < 3; i++) {
                    all.add(topic.subscribe(heard));
                }
                for (Topic<String> there : both(other, "counted")) {
                    all.add(there.subscribe(new Heard()));
                }
                assertThat(topic.publishAsync("all").toCompletableFuture().join())
                        .isEqualTo(known ? OptionalLong.of(2) : OptionalLong.empty());
                for (int i = 0; i < 3; i++) {
                    assertThat(heard.next()).isEqualTo("all");
                }
                all.forEach(AtMostOnceSubscription::close);
            }
        }
    }

    @Test
    void allSubscriptionsOfAClientShareAConnectionAndAMessageIsDecodedOnce(Redis redis) {
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
            CountDownLatch heard = new CountDownLatch(40);
            for (int i = 0; i < 20; i++) {
                kw.topic("a", counting).subscribe(message -> heard.countDown());
                kw.topic("b" + i, counting).subscribe(message -> {});
                kw.topics("p" + i + "*", counting).subscribe(message -> {});
            }
            kw.topic("a", TEXT).publish("1");
            kw.topic("a", TEXT).publish("2");
            await().until(() -> heard.getCount() == 0);
            assertThat(decoded).hasValue(2);
            long connections = redis.nodes().stream()
                    .map(node -> node.command("CLIENT", "LIST", "TYPE", "pubsub"))
                    .flatMap(String::lines)
                    .filter(line -> line.contains(" psub=20 "))
                    .count();
            assertThat(connections).isEqualTo(1);
        }
    }

    @Test
    void patternsTellWhichTopicItWas(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            TopicPattern<String> orders = kw.topics("order.*", TEXT);
            AtMostOnceSubscription subscription = orders.subscribe(message -> heard.message(
                    new Message<>(message.topic(), message.topic() + "=" + message.value(), message.id())));
            kw.topic("orders", TEXT).publish("0");
            kw.topic("order.new", TEXT).publish("1");
            kw.topic("order.Ω", TEXT).publish("2");
            assertThat(heard.next()).isEqualTo("order.new=1");
            assertThat(heard.next()).isEqualTo("order.Ω=2");
            subscription.close();
            assertThat(orders.stats()).isEqualTo(new TopicStats(2, 0, 0, 0, 0));
        }
    }

    @Test
    void whatCannotBeDecodedIsToldAndStopsNothing(Redis redis) throws InterruptedException {
        Codec<Integer> numbers = Codecs.json(Integer.class);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Topic<Integer> topic = kw.topic("n", numbers);
            Heard heard = new Heard();
            topic.subscribe(new TopicListener<>() {
                @Override
                public void message(Message<Integer> message) {
                    heard.message(new Message<>("n", message.value().toString(), message.id()));
                    if (message.value() == 1) {
                        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
                        throw new IllegalStateException("the listener's own trouble");
                    }
                }

                @Override
                public void undecodable(Undecodable message) {
                    heard.undecodable(message);
                }
            });
            topic.publish(1);
            kw.connection()
                    .call(Command.named("PUBLISH")
                            .key("topic:n")
                            .argument("{no".getBytes(UTF_8))
                            .build());
            topic.publish(2);
            assertThat(heard.next()).isEqualTo("1");
            assertThat(heard.next()).isEqualTo("UNDECODABLE 3");
            assertThat(heard.next()).isEqualTo("2");
            await().untilAsserted(() -> assertThat(topic.stats()).isEqualTo(new TopicStats(2, 0, 1, 0, 1)));
        }
    }

    @Test
    void everyNameIsATopicOfItsOwn(Redis redis) throws InterruptedException {
        List<String> names =
                List.of("a", "a ", "A", "{a}", "{a", "a}b", "a:b", "*", "a*", "\0", "Ω", "x".repeat(1000), "topic:a");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int kind = 0; kind < 2; kind++) {
                List<Heard> all = new ArrayList<>();
                for (String name : names) {
                    Heard heard = new Heard();
                    all.add(heard);
                    both(kw, name).get(kind).subscribe(heard);
                }
                for (String name : names) {
                    both(kw, name).get(kind).publish(name);
                }
                for (int i = 0; i < names.size(); i++) {
                    assertThat(all.get(i).next()).isEqualTo(names.get(i));
                }
                assertThat(all).allMatch(Heard::isQuiet);
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedWithAReason(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThatThrownBy(() -> kw.topic("", TEXT)).hasMessageContaining("name of the topic is empty");
            assertThatThrownBy(() -> kw.shardedTopic("\ud800", TEXT)).hasMessageContaining("half a surrogate pair");
            assertThatThrownBy(() -> ListenerOptions.DEFAULTS.withCapacity(0)).hasMessageContaining("capacity is 0");
        }
    }

    @Test
    void whoMayNotListenIsTold(Redis redis) {
        redis.nodes()
                .forEach(node -> node.command(
                        "ACL", "SETUSER", "reader", "on", ">secret", "+@all", "~*", "resetchannels", "&topic:open"));
        String uri = redis.uri().replace("://", "://reader:secret@");
        try (Keywright kw = Keywright.connect(uri)) {
            assertThatThrownBy(() -> kw.topic("closed", TEXT).subscribe(message -> {}))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("NOPERM");
            assertThatThrownBy(() -> kw.topic("closed", TEXT)
                            .subscribeAsync(message -> {}, ListenerOptions.DEFAULTS)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseInstanceOf(KeywrightException.Misused.class);
            kw.topic("open", TEXT).subscribe(message -> {}).close();
        } finally {
            redis.nodes().forEach(node -> node.command("ACL", "DELUSER", "reader"));
        }
    }
}
