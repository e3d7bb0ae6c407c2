package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Tracking;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings of Redis behind a near cache, and nothing else: what the near cache is tried with. */
final class NearReader implements AutoCloseable {

    static final Duration FOR_EVER = Duration.ofDays(1);

    final Connection connection;
    final Near<String, String> near;
    final Tracking tracking;
    private final Duration timeout;

    NearReader(Connection connection, NearOptions options, String prefix) {
        this.connection = connection;
        this.near = Near.of(options);
        this.timeout = connection.options().timeout();
        this.tracking = connection.tracking(
                options.mode() == NearOptions.Mode.OPT_IN
                        ? new Tracking.Mode.OptIn()
                        : new Tracking.Mode.Broadcast(List.of(prefix)),
                near);
    }

    @Nullable
    String get(String key) {
        String copy = near.getIfPresent(key);
        return copy == null ? read(key, () -> {}) : copy;
    }

    /** Reads from Redis, and keeps what came after the interruption. */
    @Nullable
    String read(String key, Runnable beforeItIsKept) {
        Near<String, String>.Attempt attempt = near.begin(bytes(key));
        List<Tracking.Tracked> answers = tracking.batch(
                List.of(
                        Command.named("GET").key(key).buildReadOnly(),
                        Command.named("PTTL").key(key).buildReadOnly()),
                timeout);
        if (!(answers.get(0).reply() instanceof Reply.Text value)) {
            return null;
        }
        beforeItIsKept.run();
        long millis = answers.get(1).reply().number();
        boolean unused = attempt.keep(
                key,
                value.text(),
                value.bytes().length,
                millis == -1 ? FOR_EVER : Duration.ofMillis(millis),
                List.of(answers.get(0).bond()));
        return value.text();
    }

    void set(String key, String value) {
        near.forget(bytes(key));
        try {
            connection
                    .call(Command.named("SET").key(key).argument(value).buildRepeatable(), timeout)
                    .orThrow("SET");
        } finally {
            near.forget(bytes(key));
        }
    }

    boolean holds(String key) {
        return near.getIfPresent(key) != null;
    }

    static byte[] bytes(String key) {
        return key.getBytes(UTF_8);
    }

    @Override
    public void close() {
        tracking.close();
        near.close();
    }
}
