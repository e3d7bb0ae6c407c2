package dev.keywright.stream;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Appending, reading, trimming, and how far groups are. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class EventStreamTest {

    private static EventStream<String> orders(Keywright kw) {
        return kw.stream("orders", Codecs.string());
    }

    private static List<String> values(List<Event<String>> events) {
        return events.stream().map(Event::value).toList();
    }

    private static List<Message<String>> messages(int count) {
        return IntStream.range(0, count).mapToObj(i -> Message.of("e" + i)).toList();
    }

    @Test
    void whatIsAppendedIsReadInItsOrderFromAnyPlace(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            EventId first = orders.append("a");
            EventId second = orders.append(Message.of("b").withKey("order 7"));
            EventId third = orders.appendAsync("c").toCompletableFuture().join();
            assertThat(List.of(first, second, third)).isSorted();
            assertThat(values(orders.range(EventId.FIRST, EventId.LAST, 10))).containsExactly("a", "b", "c");
            assertThat(values(orders.range(second, second, 10))).containsExactly("b");
            assertThat(orders.range(second, second, 1).get(0).key()).contains("order 7");
            assertThat(values(orders.newest(2))).containsExactly("c", "b");
            List<String> replayed = new ArrayList<>();
            EventId end = orders.replay(second, event -> replayed.add(event.value()));
            assertThat(replayed).containsExactly("b", "c");
            orders.append("d");
            orders.replay(end, event -> replayed.add(event.value()));
            assertThat(replayed).containsExactly("b", "c", "d");
            assertThat(EventId.at(first.time())).isLessThanOrEqualTo(first);
            assertThat(orders.delete(List.of(first))).isEqualTo(1);
            assertThat(orders.length()).isEqualTo(3);
        }
    }

    @Test
    void aMessageWithAnIdIsAppendedOnceWhileItsIdIsRemembered(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            EventId first = orders.append(Message.of("a").withId("request 1"));
            assertThat(orders.append(Message.of("a").withId("request 1"))).isEqualTo(first);
            assertThat(orders.appendAll(List.of(
                            Message.of("b"),
                            Message.of("a").withId("request 1"),
                            Message.of("c").withId("request 2"))))
                    .contains(first);
            assertThat(values(orders.range(EventId.FIRST, EventId.LAST, 10))).containsExactly("a", "b", "c");
            assertThat(orders.range(first, first, 1).get(0).messageId()).contains("request 1");

            EventStream<String> brief =
                    kw.stream("brief", Codecs.string(), StreamOptions.DEFAULTS.withRemembersIds(Duration.ofMillis(50)));
            EventId before = brief.append(Message.of("a").withId("1"));
            await().untilAsserted(() ->
                    assertThat(brief.append(Message.of("a").withId("1"))).isNotEqualTo(before));
        }
    }

    @Test
    void manyAreAppendedInOrderAndScriptsThatWereFlushedAreSentAgain(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            assertThat(orders.appendAll(messages(2_000))).hasSize(2_000).isSorted();
            List<String> replayed = new ArrayList<>();
            orders.replay(EventId.FIRST, event -> replayed.add(event.value()));
            assertThat(replayed).hasSize(2_000).startsWith("e0", "e1").endsWith("e1999");
            assertThat(orders.appendAll(List.of())).isEmpty();
        }
    }

    @Test
    void s6_trimmingLeavesWhatAGroupHasNotReadOrNotAcknowledged(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            orders.appendAll(messages(1_000));
            try (StreamWorker<String> worker = orders.work("fast", event -> {})) {
                await().until(() -> worker.stats().handled() == 1_000);
            }
            List<EventId> more = orders.appendAll(messages(500));
            Trimmed trimmed = orders.trim(100, Duration.ZERO, false);
            assertThat(trimmed.removed()).isEqualTo(1_000);
            assertThat(trimmed.neededBy()).contains("fast");
            assertThat(trimmed.neededFrom())
                    .hasValueSatisfying(id -> assertThat(id).isLessThanOrEqualTo(more.get(0)));
            assertThat(orders.trim(100, Duration.ofMillis(1), false).removed()).isZero();
            assertThat(orders.length()).isEqualTo(500);
            assertThat(orders.trim(100, Duration.ZERO, true).removed()).isBetween(300L, 400L);
            assertThat(orders.group("fast").orElseThrow().lag()).hasValue(orders.length());
        }
    }

    @Test
    void trimmingByAgeIsExactAndByLengthToANode(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            List<EventId> ids = orders.appendAll(messages(250));
            assertThat(orders.trim(100, Duration.ZERO, false).removed()).isBetween(51L, 150L);
            await().until(() -> orders.append("x").millis() > ids.get(249).millis() + 5);
            assertThat(orders.trim(0, Duration.ofMillis(1), false).removed()).isPositive();
            assertThat(values(orders.range(EventId.FIRST, EventId.LAST, 1_000))).doesNotContain("e249");
            assertThat(orders.trim(0, Duration.ZERO, false)).satisfies(nothing -> {
                assertThat(nothing.removed()).isZero();
                assertThat(nothing.neededBy()).isEmpty();
            });
        }
    }

    @Test
    void s10_lagIsRightAfterDeletionsAndTrimming(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            List<EventId> ids = orders.appendAll(messages(300));
            try (StreamWorker<String> worker = orders.work("slow", event -> {})) {
                await().until(() -> worker.stats().handled() == 300);
            }
            assertThat(orders.group("slow").orElseThrow().lag()).hasValue(0);
            List<EventId> more = orders.appendAll(messages(50));
            orders.delete(List.of(ids.get(10), more.get(10), more.get(11)));
            GroupState state = orders.group("slow").orElseThrow();
            assertThat(state.lag()).isEqualTo(OptionalLong.of(48));
            assertThat(state.pending()).isZero();
            assertThat(state.lastDelivered()).isEqualTo(ids.get(299));
            assertThat(orders.removeGroup("slow")).isTrue();
            assertThat(orders.removeGroup("slow")).isFalse();
            assertThat(orders.group("slow")).isEmpty();
        }
    }

    @Test
    void namesHoldAnythingAndNeverShareAStream(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<String> names = List.of("a", "a}", "{a}", "a%7D", "a:dead:g", "\u0000", "ключ 7", "x".repeat(1_000));
            for (String name : names) {
                kw.stream(name, Codecs.string()).append(name);
            }
            for (String name : names) {
                assertThat(values(kw.stream(name, Codecs.string()).range(EventId.FIRST, EventId.LAST, 10)))
                        .containsExactly(name);
            }
        }
    }

    @Test
    void anotherTypeInTheWayIsToldAndWrongNumbersAreRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.connection()
                    .call(Command.named("SET")
                            .key("stream:{orders}")
                            .argument("x")
                            .build())
                    .orThrow("test");
            EventStream<String> orders = orders(kw);
            assertThatThrownBy(() -> orders.append("a"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE")
                    .hasMessageContaining("stream orders");
            assertThatThrownBy(() -> orders.append(Message.of("a").withId("1")))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> orders.work("g", event -> {})).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(orders::groups).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(orders::trim).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> orders.work("", event -> {})).hasMessageContaining("group is empty");
            assertThatThrownBy(() -> StreamOptions.DEFAULTS.withMaxLength(-1)).hasMessageContaining("give 1 or more");
            assertThatThrownBy(() -> WorkerOptions.DEFAULTS.withThreads(0)).hasMessageContaining("give 1 to 1024");
            assertThatThrownBy(() -> EventId.parse("a-b")).hasMessageContaining("no event id");
            assertThatThrownBy(() -> Message.of("a").withId("")).hasMessageContaining("empty");
            assertThatThrownBy(() -> orders.workBatches("g", WorkerOptions.DEFAULTS.withKeyOrder(), 2, events -> {}))
                    .hasMessageContaining("order");
        }
    }

    @Test
    void entriesOfOthersAreReadAsFarAsTheyCanBe(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> orders = orders(kw);
            kw.connection()
                    .call(Command.named("XADD")
                            .key("stream:{orders}")
                            .argument("*")
                            .argument("colour")
                            .argument("red")
                            .build())
                    .orThrow("test");
            Event<String> event = orders.newest(1).get(0);
            assertThat(event.isReadable()).isFalse();
            assertThat(event.problem().orElseThrow()).contains("no field v");
            assertThatThrownBy(event::value).hasMessageContaining("cannot be read");
        }
    }
}
