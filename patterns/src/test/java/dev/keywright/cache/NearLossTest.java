package dev.keywright.cache;

import static dev.keywright.cache.NearTest.keep;
import static dev.keywright.cache.NearTest.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of copies when nobody can tell of changes any more. */
@WithRedis
class NearLossTest {

    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final ConnectionOptions QUICK = ConnectionOptions.DEFAULTS.withTimeout(TIMEOUT);

    /** The ids of connections that track, as the server lists them. */
    private static List<String> tracking(Standalone redis) {
        return redis.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.matches(".* flags=\\w*[tB]\\w* .*"))
                .map(line -> line.replaceFirst("id=(\\d+) .*", "$1"))
                .toList();
    }

    /** R12: the connection is killed and comes back by itself; meanwhile somebody writes. */
    @Test
    void n2_nothingOldIsShownAfterTheConnectionWasKilled(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "kill:")) {
            for (int i = 0; i < 10; i++) {
                String key = "kill:" + i;
                redis.command("SET", key, "old");
                keep(reader, key, "old");
                List<String> before = tracking(redis);
                assertThat(before).hasSize(1);
                redis.command("CLIENT", "KILL", "ID", before.get(0));
                redis.command("SET", key, "new");
                soon().until(() ->
                        !tracking(redis).isEmpty() && !tracking(redis).equals(before));
                assertThat(reader.get(key)).isEqualTo("new");
                keep(reader, key, "new");
                redis.command("SET", key, "newer");
                keep(reader, key, "newer");
            }
        }
    }

    @Test
    void n2_nothingOldIsShownAfterTheServerWasRestarted(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "restart:")) {
            redis.command("SET", "restart:k", "old");
            keep(reader, "restart:k", "old");
            redis.restart();
            redis.command("SET", "restart:k", "new");
            assertThat(reader.get("restart:k")).isEqualTo("new");
            keep(reader, "restart:k", "new");
        }
    }

    @Test
    void n2_aSilentServerEndsItsCopiesWithinTheTimeout(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri(), QUICK);
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "silent:")) {
            redis.command("SET", "silent:k", "old");
            keep(reader, "silent:k", "old");
            redis.freeze();
            try {
                soon().until(() -> !reader.holds("silent:k"));
            } finally {
                redis.thaw();
            }
            redis.command("SET", "silent:k", "new");
            assertThat(reader.get("silent:k")).isEqualTo("new");
            keep(reader, "silent:k", "new");
        }
    }

    /** News gets lost and no connection breaks; somebody who still reaches the server writes. */
    @Test
    void n6_nothingOldIsShownAfterAPartition(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri(), QUICK);
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "parted:")) {
            for (int i = 0; i < 20; i++) {
                redis.command("SET", "parted:" + i, "old");
                keep(reader, "parted:" + i, "old");
            }
            proxy.dropReplies(true);
            for (int i = 0; i < 20; i++) {
                redis.command("SET", "parted:" + i, "new");
            }
            for (int i = 0; i < 20; i++) {
                String key = "parted:" + i;
                soon().until(() -> !reader.holds(key));
            }
            proxy.dropReplies(false);
            proxy.cut();
            for (int i = 0; i < 20; i++) {
                keep(reader, "parted:" + i, "new");
            }
        }
    }

    /** {@link NearStaleness} measures it at length. */
    @ParameterizedTest
    @EnumSource(NearOptions.Mode.class)
    void n6_aWriteByAnybodyIsSeenSoon(NearOptions.Mode mode, Standalone redis) {
        NearStaleness.Times times =
                NearStaleness.measure(redis, mode, Duration.ofSeconds(5), 200).sinceSent();
        assertThat(times.count()).isGreaterThan(10);
        assertThat(times.at(0.5)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void readsGoOnWithoutCopiesWhileNobodyTellsOfChanges(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "away:")) {
            redis.command("SET", "away:k", "v");
            keep(reader, "away:k", "v");
            proxy.refuse(true);
            redis.command("CLIENT", "KILL", "ID", tracking(redis).get(0));
            soon().until(() -> !reader.holds("away:k"));
            for (int i = 0; i < 50; i++) {
                assertThat(reader.get("away:k")).isEqualTo("v");
                assertThat(reader.holds("away:k")).isFalse();
            }
            proxy.refuse(false);
            keep(reader, "away:k", "v");
        }
    }
}
