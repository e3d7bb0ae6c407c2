package dev.keywright.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written when, and what is said of it. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CompareAndSetTest {

    /** As it stands in Redis, behind its version. */
    private static final String ONE = " " + (char) Codecs.string().format() + "one";

    private static CompareAndSet<String, String> texts(Keywright kw) {
        return kw.compareAndSet("text", KeyCodec.STRING, Codecs.string());
    }

    private static long applied(Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
        return ((Outcome.Applied<?>) outcome).version();
    }

    private static long ttl(Keywright kw, String key) {
        return kw.connection()
                .call(Command.named("PTTL").key("cas:text:{" + key + "}:value").build())
                .number();
    }

    private static void command(Keywright kw, String name, String key, String... words) {
        Command.Builder builder = Command.named(name).key(key);
        List.of(words).forEach(builder::argument);
        kw.connection().call(builder.build()).orThrow(name);
    }

    @Test
    void writesOnlyWhenTheConditionHoldsAndSaysWhatIsThereInstead(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            assertThat(texts.get("a")).isEmpty();
            long first = applied(texts.setIfAbsent("a", "one"));
            Versioned<String> one = new Versioned<>("one", first);
            Outcome<String> oneIsThere = new Outcome.Refused<>(Optional.of(one));
            assertThat(texts.get("a")).contains(one);
            assertThat(texts.setIfAbsent("a", "two")).isEqualTo(oneIsThere);
            assertThat(texts.setIfVersion("a", first + 1, "two")).isEqualTo(oneIsThere);
            assertThat(texts.setIfValue("a", "One", "two")).isEqualTo(oneIsThere);
            assertThat(texts.deleteIfVersion("a", first - 1)).isEqualTo(oneIsThere);
            assertThat(texts.deleteIfValue("a", "")).isEqualTo(oneIsThere);

            long second = applied(texts.setIfVersion("a", first, "two"));
            long third = applied(texts.setIfValue("a", "two", "three"));
            assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
            assertThat(applied(texts.deleteIfValue("a", "three"))).isEqualTo(third);
            Outcome<String> nothingIsThere = new Outcome.Refused<>(Optional.empty());
            assertThat(texts.setIfVersion("a", third, "four")).isEqualTo(nothingIsThere);
            assertThat(texts.setIfValue("a", "three", "four")).isEqualTo(nothingIsThere);
            assertThat(texts.deleteIfVersion("a", third)).isEqualTo(nothingIsThere);
            assertThat(texts.deleteIfValue("a", "three")).isEqualTo(nothingIsThere);
            long again = applied(texts.setIfAbsent("a", "five"));
            assertThat(again).as("after a deletion").isGreaterThan(third);
            assertThat(applied(texts.deleteIfVersion("a", again))).isEqualTo(again);
        }
    }

    @Test
    void theAsynchronousFormsDoTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            long version = texts.setIfAbsentAsync("a", "one")
                    .thenCompose(one -> texts.setIfVersionAsync("a", applied(one), "two"))
                    .thenCompose(two -> texts.setIfValueAsync("a", "two", "three"))
                    .thenCompose(three -> texts.updateAsync("a", there -> there.orElseThrow() + "!"))
                    .toCompletableFuture()
                    .join()
                    .version();
            assertThat(texts.getAsync("a").toCompletableFuture().join()).contains(new Versioned<>("three!", version));
            assertThat(texts.deleteIfVersionAsync("a", 1).toCompletableFuture().join())
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(texts.deleteIfValueAsync("a", "three!")
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(new Outcome.Applied<>(version));
        }
    }

    @Test
    void aWriteKeepsTheLifetimeOrChangesIt(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            texts.setIfAbsent("a", "for ever");
            assertThat(ttl(kw, "a")).isEqualTo(-1);
            texts.lifetime(Lifetime.of(Duration.ofMinutes(9))).setIfValue("a", "for ever", "9 min");
            assertThat(ttl(kw, "a")).isBetween(1L, 540_000L);
            texts.update("a", there -> "still 9 min");
            assertThat(ttl(kw, "a")).isBetween(1L, 540_000L);
            texts.lifetime(Lifetime.of(Duration.ofHours(1))).update("a", there -> "1 h");
            assertThat(ttl(kw, "a")).isBetween(540_001L, 3_600_000L);
            texts.lifetime(Lifetime.forEver()).update("a", there -> "for ever again");
            assertThat(ttl(kw, "a")).isEqualTo(-1);
        }
    }

    @Test
    void whatExpiredIsGoneAndComesBackWithAHigherVersion(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            long version =
                    applied(texts.lifetime(Lifetime.of(Duration.ofMillis(20))).setIfAbsent("a", "short"));
            await().until(() -> texts.get("a").isEmpty());
            assertThat(texts.setIfVersion("a", version, "late")).isEqualTo(new Outcome.Refused<>(Optional.empty()));
            assertThat(applied(texts.setIfAbsent("a", "new"))).isGreaterThan(version);
        }
    }

    @Test
    void theVersionGrowsWhenTheClockIsBehindIt(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            long ahead = 4_000_000_000_000_000L; // in the year 2096
            command(kw, "SET", "cas:text:{a}:value", ahead + ONE, "PX", "60000");
            assertThat(applied(texts.setIfVersion("a", ahead, "two"))).isEqualTo(ahead + 1);
            assertThat(applied(texts.setIfVersion("a", ahead + 1, "three"))).isEqualTo(ahead + 2);
        }
    }

    @Test
    void x1_aCallHasOneOutcomeHoweverOftenItIsAsked(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            CompareAndSet<String, String> call = texts.call("order 7");
            long first = applied(call.setIfAbsent("a", "one"));
            assertThat(call.setIfAbsent("a", "one")).isEqualTo(new Outcome.Applied<>(first));
            long second = applied(texts.setIfVersion("a", first, "two"));
            assertThat(call.setIfAbsent("a", "one")).as("although overwritten").isEqualTo(new Outcome.Applied<>(first));
            assertThat(texts.get("a")).contains(new Versioned<>("two", second));

            CompareAndSet<String, String> removal = texts.call("order 8");
            assertThat(removal.deleteIfVersion("a", first).isApplied()).isFalse();
            applied(texts.deleteIfVersion("a", second));
            command(kw, "SET", "cas:text:{a}:value", first + ONE, "PX", "60000"); // the condition holds now
            assertThat(removal.deleteIfVersion("a", first))
                    .as("refused once, refused for good")
                    .isEqualTo(new Outcome.Refused<>(Optional.of(new Versioned<>("one", first))));
            assertThat(texts.call("order 9").deleteIfVersion("a", first).isApplied())
                    .isTrue();
            texts.setIfAbsent("a", "new");
            assertThat(texts.call("order 9").deleteIfVersion("a", first).isApplied())
                    .isTrue();
            assertThat(texts.get("a").orElseThrow().value()).isEqualTo("new");
        }
    }

    @Test
    void x5_callsAreForgotten(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareOptions brief =
                    CompareOptions.DEFAULTS.withDeadline(Duration.ofSeconds(9)).withCallMemory(Duration.ofSeconds(10));
            CompareAndSet<String, String> texts = kw.compareAndSet("text", brief, KeyCodec.STRING, Codecs.string());
            texts.call("mine").setIfAbsent("a", "one");
            assertThat(kw.connection()
                            .call(Command.named("PTTL")
                                    .key("cas:text:{a}:call:mine")
                                    .build())
                            .number())
                    .isBetween(1L, 10_000L);
        }
    }

    @Test
    void namesMayHoldAnythingAndNeverMeet(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            List<String> names = List.of(
                    "a",
                    "a}",
                    "{a",
                    "{a}",
                    "a:value",
                    "a}:value",
                    "%7D",
                    "}",
                    " ",
                    "\0",
                    "é",
                    "漢字",
                    "😀",
                    "x".repeat(1_000));
            names.forEach(name -> applied(texts.setIfAbsent(name, name)));
            names.forEach(
                    name -> assertThat(texts.get(name).orElseThrow().value()).isEqualTo(name));
            CompareAndSet<String, String> other = kw.compareAndSet("text:a b", KeyCodec.STRING, Codecs.string());
            assertThat(other.get("a")).isEmpty();
        }
    }

    @Test
    void emptyBinaryAndLargeValuesAreKeptExactly(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<Long, byte[]> bytes = kw.compareAndSet("bytes", KeyCodec.LONG, Codecs.bytes());
            byte[] large = new byte[3_000_000];
            large[2_999_999] = '\n';
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            bytes.setIfAbsent(1L, new byte[0]);
            applied(bytes.setIfValue(1L, new byte[0], all));
            applied(bytes.setIfValue(1L, all, large));
            assertThat(bytes.setIfValue(1L, all, all).isApplied()).isFalse();
            assertThat(bytes.get(1L).orElseThrow().value()).isEqualTo(large);
        }
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsSent(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            assertThatThrownBy(() -> texts.setIfVersion("a", 0, "x")).hasMessageContaining("The version is 0");
            assertThatThrownBy(() -> texts.deleteIfVersion("a", -1)).hasMessageContaining("The version is -1");
            assertThatThrownBy(() -> texts.get("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> texts.call("")).hasMessageContaining("call id is empty");
            assertThatThrownBy(() -> texts.call("x").update("a", there -> "b"))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(() -> kw.compareAndSet("a{b", KeyCodec.STRING, Codecs.string()))
                    .isInstanceOf(IllegalArgumentException.class);
            for (Duration bad :
                    List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1), Duration.ofDays(40_000))) {
                assertThatThrownBy(() -> Lifetime.of(bad)).hasMessageContaining("give 1 ms");
                assertThatThrownBy(() -> CompareOptions.DEFAULTS.withCallMemory(bad))
                        .hasMessageContaining("callMemory");
            }
            assertThatThrownBy(() -> CompareOptions.DEFAULTS.withAttempts(0)).hasMessageContaining("attempts");
            assertThatThrownBy(() -> CompareOptions.DEFAULTS.withBackoff(Duration.ZERO))
                    .hasMessageContaining("backoff");
            assertThatThrownBy(() -> CompareOptions.DEFAULTS.withDeadline(Duration.ZERO))
                    .hasMessageContaining("deadline");
            CompareOptions forgetful = CompareOptions.DEFAULTS.withCallMemory(Duration.ofMillis(5));
            assertThatThrownBy(() -> kw.compareAndSet("a", forgetful, KeyCodec.STRING, Codecs.string()))
                    .hasMessageContaining("remembered for longer");
        }
    }

    @Test
    void somethingElseInTheWayIsNamedAndLeftAlone(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            command(kw, "HSET", "cas:text:{hash}:value", "field", "x");
            command(kw, "SET", "cas:text:{text}:value", "not ours");
            command(kw, "HSET", "cas:text:{call}:call:1", "field", "x");
            for (String key : List.of("hash", "text")) {
                assertThatThrownBy(() -> texts.get(key)).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> texts.setIfAbsent(key, "x")).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> texts.setIfVersion(key, 1, "x"))
                        .isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> texts.deleteIfVersion(key, 1)).isInstanceOf(KeywrightException.Misused.class);
            }
            assertThatThrownBy(() -> texts.call("1").setIfAbsent("call", "x"))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThat(texts.get("call")).as("nothing half done").isEmpty();
        }
    }

    @Test
    void anUpdateThatThrowsWritesNothing(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = texts(kw);
            assertThatThrownBy(() -> texts.update("a", Optional::orElseThrow))
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> texts.updateAsync("a", Optional::orElseThrow)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(NoSuchElementException.class);
            assertThat(texts.get("a")).isEmpty();
        }
    }

    @Test
    void anUpdateThatLosesEveryRaceSaysSo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts =
                    kw.compareAndSet("text", CompareOptions.DEFAULTS.withAttempts(3), KeyCodec.STRING, Codecs.string());
            CompareAndSet<String, String> rival = texts(kw);
            assertThatThrownBy(() -> texts.update("a", there -> {
                        rival.update("a", theirs -> "rival");
                        return "mine";
                    }))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("Lost 3 races");
            assertThat(texts.get("a").orElseThrow().value()).isEqualTo("rival");
        }
    }
}
