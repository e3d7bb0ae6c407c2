package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tracked reads that are not answered, and those that are not allowed. */
@WithRedis
class TrackingFailureTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static Command get(String key) {
        return Command.named("GET").key(key).buildReadOnly();
    }

    @Test
    void aFrozenServerIsWaitedForUntilTheDeadline(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), key -> {})) {
            tracking.call(get("frozen"), TIMEOUT);
            redis.freeze();
            try {
                assertThatThrownBy(() -> tracking.call(get("frozen"), Duration.ofMillis(100)))
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("No answer in 100 ms (GET)");
                assertThatThrownBy(() -> tracking.send(get("frozen"), Duration.ofMillis(100))
                                .toCompletableFuture()
                                .join())
                        .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
            assertThat(tracking.call(get("frozen"), TIMEOUT).reply().isNothing())
                    .isTrue();
        }
    }

    @Test
    void saysWhenTheServerDoesNotAllowIt(Standalone redis) {
        redis.command("ACL", "SETUSER", "poor", "on", ">pw", "~*", "+@all", "-client|tracking");
        try (Connection connection = Connection.open("redis://poor:pw@127.0.0.1:" + redis.port())) {
            assertThatThrownBy(() -> connection.tracking(new Tracking.Mode.OptIn(), key -> {}))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("CLIENT TRACKING at 127.0.0.1:" + redis.port());
        } finally {
            redis.command("ACL", "DELUSER", "poor");
        }
    }

    @Test
    void worksForAUserWhoMayNotAskForTheRole(Standalone redis) {
        redis.command("ACL", "SETUSER", "plain", "on", ">pw", "~*", "+@all", "-role");
        try (Connection connection = Connection.open("redis://plain:pw@127.0.0.1:" + redis.port());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), key -> {})) {
            assertThat(tracking.call(get("plain"), TIMEOUT).bond().holds()).isTrue();
        } finally {
            redis.command("ACL", "DELUSER", "plain");
        }
    }

    @Test
    void aWriteIsNoRead(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), key -> {})) {
            assertThatThrownBy(
                            () -> tracking.call(Command.named("INCR").key("n").build(), TIMEOUT))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracking.call(Command.named("PING").buildRepeatable(), TIMEOUT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
