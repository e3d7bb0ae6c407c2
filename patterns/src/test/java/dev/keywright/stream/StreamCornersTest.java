package dev.keywright.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers that are lost at a bad moment, servers that are full, events that break what reads them, stops at a bad moment. */
@WithRedis
class StreamCornersTest {

    private static final StreamOptions BRIEF = StreamOptions.DEFAULTS.withDeadline(Duration.ofMillis(500));
    private static final WorkerOptions QUICK = WorkerOptions.DEFAULTS
            .withIdle(Duration.ofMillis(900))
            .withAttempts(3, Duration.ofMillis(20))
            .withGrace(Duration.ofSeconds(2));
    private static final WorkerOptions PATIENT = QUICK.withIdle(Duration.ofSeconds(30));

    private static EventStream<String> orders(Keywright kw) {
        return kw.stream("orders", Codecs.string(), BRIEF);
    }

    private static List<String> values(EventStream<String> stream) {
        return stream.range(EventId.FIRST, EventId.LAST, 10_000).stream()
                .map(Event::value)
                .toList();
    }

    private static long pending(EventStream<String> stream) {
        return stream.group("billing").map(GroupState::pending).orElse(0L);
    }

    private static long dead(EventStream<String> stream) {
        return stream.deadLetters("billing").count();
    }

    private static void makeGroup(EventStream<String> stream) {
        stream.work("billing", PATIENT, event -> {}).close();
    }

    /** So that the server knows the scripts, and runs them the first time they are asked for. */
    private static void makeScriptsKnown(Keywright kw) {
        Membership membership = new Membership(
                new StreamCommands(kw.connection(), "orders", StreamOptions.DEFAULTS), "billing", "nobody", PATIENT);
        assertThat(membership.claim("0-0", 1).recovered().taken()).isEmpty();
        assertThat(membership.again(Map.of(EventId.FIRST, 1)).gone()).hasSize(1);
    }

    /** ID, owner, idle time and number of deliveries of the first pending entry. */
    private static List<Reply> firstPending(Keywright kw) {
        List<Reply> all = kw.connection()
                .call(Command.named("XPENDING")
                        .key("stream:{orders}")
                        .argument("billing")
                        .argument("-")
                        .argument("+")
                        .argument(1)
                        .build())
                .orThrow("test")
                .items();
        return all.isEmpty() ? List.of() : all.get(0).items();
    }

    // --- appending

    @Test
    void messagesWithAndWithoutIdsKeepTheirOrderWhenTheServerForgotTheScript(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int round = 0; round < 2; round++) {
                EventStream<String> stream = kw.stream("mixed " + round, Codecs.string());
                List<EventId> ids = stream.appendAll(List.of(
                        Message.of("a").withId("1"),
                        Message.of("b"),
                        Message.of("a").withId("1"),
                        Message.of("c").withId("2"),
                        Message.of("d")));
                assertThat(values(stream)).containsExactly("a", "b", "c", "d");
                assertThat(ids.get(2)).isEqualTo(ids.get(0));
                assertThat(List.of(ids.get(0), ids.get(1), ids.get(3), ids.get(4)))
                        .isSorted();
                redis.command("SCRIPT", "FLUSH");
            }
        }
    }

    @Test
    void producersThatLiveBrieflyAndThoseThatAppendVeryManyTrimToo(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            StreamOptions few = StreamOptions.DEFAULTS.withMaxLength(1_000);
            List<Message<String>> hundred = Collections.nCopies(100, Message.of("x"));
            for (int i = 0; i < 200; i++) {
                kw.stream("brief", Codecs.string(), few).appendAll(hundred);
            }
            assertThat(kw.stream("brief", Codecs.string(), few).length()).isLessThan(19_000);
            EventStream<String> many = kw.stream("many", Codecs.string(), few);
            many.appendAll(Collections.nCopies(30_000, Message.of("x")));
            await().untilAsserted(() -> assertThat(many.length()).isLessThan(3_000));
        }
    }

    @Test
    void s6_whatAGroupIsToReadAgainIsNotTrimmedAlthoughItHasLaterOnesPending(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            orders.appendAll(Collections.nCopies(500, Message.of("x")));
            makeGroup(orders);
            orders.append("late");
            StreamWorkerTest.read(kw, "someone", 501);
            kw.connection()
                    .call(Command.named("XGROUP")
                            .argument("SETID")
                            .key("stream:{orders}")
                            .argument("billing")
                            .argument("0")
                            .build())
                    .orThrow("test");
            List<EventId> read = orders.range(EventId.FIRST, EventId.LAST, 500).stream()
                    .map(Event::id)
                    .toList();
            Command.Builder acknowledge =
                    Command.named("XACK").key("stream:{orders}").argument("billing");
            read.forEach(id -> acknowledge.argument(id.toString()));
            kw.connection().call(acknowledge.build()).orThrow("test");
            assertThat(pending(orders)).isEqualTo(1);
            assertThat(orders.trim(1, Duration.ZERO, false).removed()).isZero();
        }
    }

    // --- answers that are lost

    @Test
    void anEventWhoseDeliveryWasLostOnTheWayHasNotBeenTried(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            Collection<Integer> attempts = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker = orders(kw)
                    .work("billing", PATIENT.withAttempts(1, Duration.ZERO), event -> attempts.add(event.attempt()))) {
                orders(direct).append("first");
                await().until(() -> worker.stats().handled() == 1);
                proxy.dropReplies(true);
                orders(direct).append("lost on the way");
                await().until(() -> pending(orders(direct)) == 1);
                proxy.dropReplies(false);
                proxy.cut();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.stats().handled() == 2);
                assertThat(attempts).containsExactly(1, 1);
                assertThat(dead(orders(direct))).isZero();
            }
        }
    }

    @Test
    void aFurtherAttemptWhoseAnswerIsLostCountsOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            Collection<Integer> attempts = new ConcurrentLinkedQueue<>();
            EventHandler<String> failsOnce = event -> {
                attempts.add(event.attempt());
                if (event.attempt() == 1) {
                    proxy.dropReplies(true);
                    throw new IllegalStateException("once");
                }
            };
            try (StreamWorker<String> worker =
                    orders(kw).work("billing", PATIENT.withAttempts(2, Duration.ofMillis(20)), failsOnce)) {
                makeScriptsKnown(direct);
                orders(direct).append("a");
                await().until(() ->
                        firstPending(direct).stream().skip(3).anyMatch(deliveries -> deliveries.number() == 2));
                proxy.dropReplies(false);
                proxy.cut();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.stats().handled() == 1);
                assertThat(attempts).containsExactly(1, 2);
            }
        }
    }

    @Test
    void whatWasTakenOverInAnAnswerThatWasLostIsTriedAndNotBuried(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            makeGroup(orders(direct));
            makeScriptsKnown(direct);
            orders(direct).append("a");
            StreamWorkerTest.read(direct, "gone", 1);
            EventId id = orders(direct).newest(1).get(0).id();
            new Membership(new StreamCommands(direct.connection(), "orders", BRIEF), "billing", "gone", PATIENT)
                    .giveBack(Map.of(id, 1)); // so that it is taken over at once
            Collection<Integer> attempts = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker = orders(kw)
                    .work("billing", PATIENT.withAttempts(2, Duration.ZERO), event -> attempts.add(event.attempt()))) {
                proxy.dropReplies(true);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> firstPending(direct).stream()
                                .skip(1)
                                .anyMatch(owner -> owner instanceof Reply.Text text
                                        && text.text().equals(worker.consumer())));
                proxy.dropReplies(false);
                proxy.cut();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.stats().handled() == 1);
                assertThat(attempts).containsExactly(2);
            }
        }
    }

    // --- servers that cannot

    @Test
    void aWorkerThatBeginsWhileRedisIsAwayBeginsAtTheEndAllTheSame(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            orders(direct).append("old");
            proxy.refuse(true);
            proxy.cut();
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> worker =
                    orders(kw).work("billing", PATIENT.withStartsAtEnd(), event -> handled.add(event.value()))) {
                assertThat(worker.stats().problem()).isPresent();
                proxy.refuse(false);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> orders(direct).group("billing").isPresent());
                orders(direct).append("new");
                await().until(() -> !handled.isEmpty());
                assertThat(handled).containsExactly("new");
            }
        }
    }

    @Test
    void aServerThatIsFullIsEmptiedByItsWorkers(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            makeGroup(orders(kw));
            orders(kw).appendAll(Collections.nCopies(5, Message.of("x")));
            redis.command("CONFIG", "SET", "maxmemory", "1");
            try (StreamWorker<String> worker = orders(kw).work("billing", PATIENT, event -> {})) {
                await().until(() -> worker.stats().handled() == 5);
                await().until(() -> pending(orders(kw)) == 0);
            } finally {
                redis.command("CONFIG", "SET", "maxmemory", "0");
            }
        }
    }

    @Test
    void aWorkerThatMayNotReadTriesEverMoreRarely(Standalone redis) {
        redis.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "&*", "+@all", "-xreadgroup");
        String uri = redis.uri().replace("redis://", "redis://blind:secret@");
        try (Keywright kw = Keywright.connect(uri);
                StreamWorker<String> worker = orders(kw).work("billing", PATIENT, event -> {})) {
            long before = Long.parseLong(redis.info("total_connections_received"));
            await().pollDelay(Duration.ofMillis(1_500))
                    .until(() -> worker.stats()
                            .problem()
                            .filter(problem -> problem.contains("NOPERM"))
                            .isPresent());
            assertThat(Long.parseLong(redis.info("total_connections_received")) - before)
                    .isLessThan(10);
        } finally {
            redis.command("ACL", "DELUSER", "blind");
        }
    }

    @Test
    void whoMayDoWhatTheNeedsSayMayDoAll(Standalone redis) {
        String rule = PartitionedStream.NEEDS.aclRule("worker", Topology.Kind.STANDALONE);
        assertThat(redis.command((rule + " >secret").split(" "))).isEqualTo("OK");
        try (Keywright kw = Keywright.connect(redis.uri().replace("://", "://worker:secret@"))) {
            EventStream<String> orders = orders(kw);
            StreamOptions few = StreamOptions.DEFAULTS.withMaxLength(1);
            orders.appendAll(List.of(Message.of("bad").withId("1"), Message.of("good")));
            try (StreamWorker<String> worker = orders.work("billing", QUICK.withAttempts(2, Duration.ZERO), event -> {
                        if (event.value().equals("bad")) {
                            throw new IllegalStateException();
                        }
                    });
                    PartitionedWorker<String> parts = kw.partitionedStream("parts", 2, Codecs.string(), few)
                            .work("billing", event -> {})) {
                await().until(() -> worker.stats().dead() == 1 && parts.parts().size() == 2);
                Membership membership =
                        new Membership(new StreamCommands(kw.connection(), "orders", BRIEF), "billing", "x", QUICK);
                assertThat(membership.retireDead()
                                + membership
                                        .keep(List.of(EventId.FIRST))
                                        .taken()
                                        .size())
                        .isZero();
                assertThat(worker.stats().problem()).isEmpty();
                assertThat(parts.problem()).isEmpty();
            }
            DeadLetter<String> letter =
                    orders.deadLetters("billing").list(EventId.FIRST, 1).get(0);
            EventId again = orders.deadLetters("billing").redrive(letter.id()).orElseThrow();
            assertThat(orders.delete(List.of(again))).isEqualTo(1);
            assertThat(orders.deadLetters("billing").count() + orders.trim().removed())
                    .isZero();
            assertThat(orders.trim(1, Duration.ofMillis(1), true).neededBy()).contains("billing");
            assertThat(orders.newest(1).size()
                            + orders.range(EventId.FIRST, EventId.LAST, 9).size()
                            + orders.length())
                    .isNotNegative();
            assertThat(orders.groups()).hasSize(1);
            assertThat(orders.removeGroup("billing")).isTrue();
            assertThat(kw.check()).noneMatch(problem -> problem.toString().contains("NOPERM"));
        } finally {
            redis.command("ACL", "DELUSER", "worker");
        }
    }

    // --- events that are bad

    @Test
    void oneBadEventOfABatchHarmsNoOtherHoweverItFails(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            makeGroup(orders);
            orders.appendAll(
                    IntStream.range(0, 20).mapToObj(i -> Message.of("e" + i)).toList());
            WorkerOptions once = PATIENT.withAttempts(1, Duration.ZERO).withThreads(1);
            try (StreamWorker<String> worker = orders.workBatches(
                    "billing",
                    once.withHopeless(failure -> failure instanceof IllegalArgumentException),
                    20,
                    events -> {
                        if (events.stream().anyMatch(event -> event.value().equals("e7"))) {
                            throw new IllegalArgumentException("seven");
                        }
                        if (events.stream().anyMatch(event -> event.value().equals("e11"))) {
                            throw new IllegalStateException("eleven");
                        }
                    })) {
                await().until(() -> worker.stats().handled() + worker.stats().dead() == 20);
            }
            assertThat(orders.deadLetters("billing").list(EventId.FIRST, 20))
                    .extracting(letter -> letter.event().value())
                    .containsExactlyInAnyOrder("e7", "e11");
        }
    }

    @Test
    void anEntryOfManyThousandFieldsHoldsNothingUp(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            makeGroup(orders);
            Command.Builder huge = Command.named("XADD").key("stream:{orders}").argument("*");
            for (int i = 0; i < 10_000; i++) {
                huge.argument(i);
            }
            kw.connection().call(huge.build()).orThrow("test");
            kw.connection().call(huge.build()).orThrow("test");
            StreamWorkerTest.read(kw, "gone", 1);
            orders.append("good");
            try (StreamWorker<String> worker =
                    orders.work("billing", QUICK.withAttempts(1, Duration.ZERO), event -> {})) {
                await().until(() -> worker.stats().handled() == 1
                        && worker.stats().dead() == 2
                        && worker.stats().inHand() == 0);
            }
            assertThat(pending(orders)).isZero();
        }
    }

    @Test
    void aCodecThatBreaksOrAnswersNothingHoldsNothingUp(Standalone redis) {
        Codec<String> strings = Codecs.string();
        Codec<String> fragile = new Codec<>() {
            @Override
            public byte format() {
                return strings.format();
            }

            @Override
            public byte[] encode(String value) {
                return strings.encode(value);
            }

            @Override
            public String decode(byte format, byte[] bytes, int start, int length) {
                String value = strings.decode(format, bytes, start, length);
                if (value.equals("deep")) {
                    throw new StackOverflowError();
                }
                return value.equals("nothing") ? null : value;
            }
        };
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = kw.stream("orders", fragile);
            orders.append("deep");
            orders.append("nothing");
            orders.append("good");
            try (StreamWorker<String> worker = orders.work("billing", PATIENT, event -> {})) {
                await().until(() ->
                        worker.stats().handled() == 1 && worker.stats().dead() == 2);
            }
            assertThat(orders.deadLetters("billing").list(EventId.FIRST, 2))
                    .extracting(DeadLetter::cause)
                    .allMatch(cause -> cause.matches("cannot be read: .+"));
        }
    }

    @Test
    void aHandlerThatHangsForEverDoesNotKeepItsEventFromItsNextAttempt(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            AtomicBoolean hangs = new AtomicBoolean(true);
            CountDownLatch end = new CountDownLatch(1);
            WorkerOptions options =
                    QUICK.withTimeout(Duration.ofMillis(100)).withThreads(2).withGrace(Duration.ZERO);
            try (StreamWorker<String> worker = orders(kw).work("billing", options, event -> {
                while (hangs.getAndSet(false) && end.getCount() > 0) {
                    hangs.set(!awaitUninterruptibly(end));
                }
            })) {
                orders(kw).append("a");
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.stats().handled() + worker.stats().dead() == 1);
                assertThat(worker.stats().dead()).isZero();
            } finally {
                end.countDown();
            }
        }
    }

    private static boolean awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                return latch.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // this is the handler that does not listen
            }
        }
    }

    @Test
    void s8_theOrderOfKeysHoldsAlsoWhenMoreFailThanMayRest(Standalone redis) {
        int keys = 1_100;
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            List<Message<String>> messages = new ArrayList<>();
            for (int i = 0; i < 2 * keys; i++) {
                messages.add(Message.of(i < keys ? "first" : "second").withKey("k" + i % keys));
            }
            orders.appendAll(messages);
            AtomicBoolean works = new AtomicBoolean();
            Collection<String> done = Collections.newSetFromMap(new ConcurrentHashMap<>());
            AtomicInteger wrong = new AtomicInteger();
            WorkerOptions options = PATIENT.withKeyOrder().withPrefetch(1_024).withAttempts(100, Duration.ofMillis(50));
            try (StreamWorker<String> worker = orders.work("billing", options, event -> {
                if (!works.get()) {
                    throw new IllegalStateException("the database is away");
                }
                if (event.value().equals("first")) {
                    done.add(event.key().orElseThrow());
                } else if (!done.contains(event.key().orElseThrow())) {
                    wrong.incrementAndGet();
                }
            })) {
                await().until(() -> worker.stats().failed() > 2_500);
                works.set(true);
                await().atMost(Duration.ofSeconds(25))
                        .until(() -> worker.stats().handled() == 2L * keys);
            }
            assertThat(wrong).hasValue(0);
        }
    }

    // --- signs of life, and the end

    @Test
    void s9_signsOfLifeGoOutForMoreThanAScriptCanName(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            makeGroup(orders);
            orders.appendAll(Collections.nCopies(9_000, Message.of("x")));
            StreamWorkerTest.read(kw, "me", 9_000);
            Membership membership = new Membership(
                    new StreamCommands(kw.connection(), "orders", StreamOptions.DEFAULTS), "billing", "me", PATIENT);
            List<EventId> all = orders.range(EventId.FIRST, EventId.LAST, 9_000).stream()
                    .map(Event::id)
                    .toList();
            Membership.Missing missing = membership.keep(all);
            assertThat(missing.taken()).isEmpty();
            assertThat(missing.gone()).isEmpty();
        }
    }

    @Test
    void whoIsAbandonedBuriesNothingBecauseItsHandlersWereInterrupted(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            StreamWorker<String> worker = orders(kw).work("billing", PATIENT.withAttempts(1, Duration.ZERO), event -> {
                begun.countDown();
                never.await();
            });
            orders(kw).append("a");
            await().until(() -> begun.getCount() == 0);
            worker.abandon();
            await().during(Duration.ofMillis(200)).until(() -> dead(orders(kw)) == 0);
            assertThat(pending(orders(kw))).isEqualTo(1);
        }
    }
}
