package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Tracking;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies in this process and what ends them, in both modes and on all topologies. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class NearTest {

    private static final NearOptions OPT_IN = NearOptions.DEFAULTS;

    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20));
    }

    /** Reads until a copy is kept: right after a write, news of it may still be under way, and so may be a new connection. */
    static void keep(NearReader reader, String key, String value) {
        soon().ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                .until(() -> value.equals(reader.get(key)) && reader.holds(key));
    }

    @ParameterizedTest
    @EnumSource(NearOptions.Mode.class)
    void n7_isAnsweredFromMemoryUntilSomebodyWrites(NearOptions.Mode mode, Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN.withMode(mode), "near:")) {
            for (int i = 0; i < 20; i++) {
                String key = "near:" + i;
                redis.command("SET", key, "old");
                keep(reader, key, "old");
                long calls = connection.counters().calls();
                assertThat(reader.get(key)).isEqualTo("old");
                assertThat(connection.counters().calls()).isEqualTo(calls);
                redis.command("SET", key, "new");
                keep(reader, key, "new");
                redis.command("DEL", key);
                soon().until(() -> reader.get(key) == null);
            }
            assertThat(reader.near.stats().hits()).isPositive();
            assertThat(reader.near.stats().invalidations()).isPositive();
        }
    }

    /** R11: the change is told after the answer came and before it is kept. */
    @ParameterizedTest
    @EnumSource(NearOptions.Mode.class)
    void n1_aCopyThatWasOverwrittenBeforeItIsKeptIsRefused(NearOptions.Mode mode, Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN.withMode(mode), "race:")) {
            for (int i = 0; i < 50; i++) {
                String key = "race:" + i;
                redis.command("SET", key, "old");
                keep(reader, key, "old"); // whatever was told of the key has been heard
                reader.near.forget(NearReader.bytes(key));
                long told = reader.near.stats().invalidations();
                assertThat(reader.read(key, () -> {
                            redis.command("SET", key, "new");
                            soon().until(() -> reader.near.stats().invalidations() > told);
                        }))
                        .isEqualTo("old");
                assertThat(reader.near.getIfPresent(key)).isNull();
                assertThat(reader.get(key)).isEqualTo("new");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NearOptions.Mode.class)
    void n7_ownWritesAreVisibleAtOnce(NearOptions.Mode mode, Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN.withMode(mode), "own:")) {
            for (int i = 0; i < 300; i++) {
                String key = "own:" + i % 3;
                reader.set(key, "v" + i);
                assertThat(reader.get(key)).isEqualTo("v" + i);
                assertThat(reader.get(key)).isEqualTo("v" + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NearOptions.Mode.class)
    void n2_anEmptiedDatabaseEndsAllCopiesOfItsNode(NearOptions.Mode mode, Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN.withMode(mode), "flush:")) {
            for (int i = 0; i < 20; i++) {
                redis.command("SET", "flush:" + i, "v");
                keep(reader, "flush:" + i, "v");
            }
            redis.flushAll();
            for (int i = 0; i < 20; i++) {
                String key = "flush:" + i;
                soon().until(() -> reader.get(key) == null);
            }
            soon().until(() -> reader.near.stats().entries() == 0);
            redis.command("SET", "flush:0", "again");
            keep(reader, "flush:0", "again");
        }
    }

    /** Nothing but time ends these copies: the key lives on, and the server tells nothing. */
    @Test
    void n3_aCopyEndsBeforeItsTimeIsOver(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN, "ttl:")) {
            redis.command("SET", "ttl:k", "v");
            keep(reader, "ttl:k", "v");
            Command get = Command.named("GET").key("ttl:k").buildReadOnly();
            Tracking.Bond bond =
                    reader.tracking.call(get, connection.options().timeout()).bond();
            Duration remaining = Duration.ofMillis(300);
            long start = System.nanoTime();
            assertThat(reader.near.begin(NearReader.bytes("ttl:k")).keep("ttl:k", "short", 5, remaining, List.of(bond)))
                    .isTrue();
            long lastHit = start;
            long before = System.nanoTime();
            while (reader.holds("ttl:k")) {
                lastHit = before;
                before = System.nanoTime();
            }
            assertThat(Duration.ofNanos(lastHit - start))
                    .isBetween(Duration.ofMillis(1), remaining.plusMillis(100)); // the clock's thread may be late
            assertThat(reader.near
                            .begin(NearReader.bytes("ttl:k"))
                            .keep("ttl:k", "v", 1, Duration.ofMillis(20), List.of(bond)))
                    .as("hardly any time left")
                    .isFalse();
        }
    }

    @Test
    void n3_whatLivesOnInRedisIsKeptNoLongerThanTheMaximum(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN.withMaxAge(Duration.ofMillis(200)), "age:")) {
            redis.command("SET", "age:k", "v");
            keep(reader, "age:k", "v");
            soon().until(() -> !reader.holds("age:k"));
            assertThat(reader.get("age:k")).isEqualTo("v");
        }
    }

    @Test
    void n5_holdsNoMoreThanItsBounds(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader few = new NearReader(connection, OPT_IN.withMaxEntries(50), "");
                NearReader small =
                        new NearReader(connection, OPT_IN.withMaxEntries(1_000).withMaxBytes(100_000), "")) {
            String value = "x".repeat(5_000);
            for (int i = 0; i < 200; i++) {
                reading(redis, "few:" + i, "v", few);
                reading(redis, "small:" + i, value, small);
            }
            await().untilAsserted(() -> {
                assertThat(few.near.stats().entries()).isBetween(1L, 50L);
                assertThat(small.near.stats().entries()).isBetween(1L, 20L);
            });
            reading(redis, "large", "x".repeat(100_001), small);
            assertThat(small.holds("large")).isFalse();
        }
    }

    private static void reading(Redis redis, String key, String value, NearReader reader) {
        redis.command("SET", key, value);
        assertThat(reader.get(key)).isEqualTo(value);
    }

    /** A value may depend on further keys, on other nodes too. */
    @Test
    void aChangeOfAnotherKeyThatWasNamedEndsTheCopy(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN, "")) {
            for (int i = 0; i < 10; i++) {
                String key = "value:" + i;
                String tag = "tag:" + i;
                redis.command("SET", key, "v");
                redis.command("SET", tag, "1");
                soon().until(() -> {
                    Near<String, String>.Attempt attempt = reader.near.begin(NearReader.bytes(key));
                    attempt.also(NearReader.bytes(tag));
                    List<Tracking.Bond> bonds = reader
                            .tracking
                            .batch(
                                    List.of(
                                            Command.named("GET").key(key).buildReadOnly(),
                                            Command.named("GET").key(tag).buildReadOnly()),
                                    connection.options().timeout())
                            .stream()
                            .map(Tracking.Tracked::bond)
                            .toList();
                    return attempt.keep(key, "v", 1, NearReader.FOR_EVER, bonds);
                });
                assertThat(reader.holds(key)).isTrue();
                redis.command("SET", tag, "2");
                soon().until(() -> !reader.holds(key));
            }
        }
    }

    @Test
    void keysOfAnyBytesAreForgotten(Redis redis) {
        byte[] key = {0, -1, '\r', '\n', ' ', '{', 'a', '}', 7};
        byte[] longer = Arrays.copyOf(key, 1_024);
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, OPT_IN, "")) {
            for (byte[] each : List.of(key, longer)) {
                Duration timeout = connection.options().timeout();
                Command set = Command.named("SET").key(each).argument("v").build();
                Command get = Command.named("GET").key(each).buildReadOnly();
                connection.call(set, timeout);
                String name = each.length + "";
                soon().until(() -> reader.near
                        .begin(each)
                        .keep(
                                name,
                                "v",
                                1,
                                NearReader.FOR_EVER,
                                List.of(reader.tracking.call(get, timeout).bond())));
                assertThat(reader.holds(name)).isTrue();
                connection.call(set, timeout);
                soon().until(() -> !reader.holds(name));
            }
        }
    }
}
