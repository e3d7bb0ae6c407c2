package dev.keywright.ops.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks single servers for what they know, and takes silence for an answer. Connections are opened when first needed. */
final class Panel implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private final Connection connection;
    private final List<Endpoint> sentinels;
    private final Map<Endpoint, Connection> lines = new HashMap<>();
    private final Map<Endpoint, String> refusals = new HashMap<>();

    /** @param uri what the connection was opened with */
    Panel(Connection connection, RedisUri uri) {
        this.connection = connection;
        this.sentinels = uri.kind() == Topology.Kind.SENTINEL ? uri.hosts() : List.of();
    }

    List<Endpoint> sentinels() {
        return sentinels;
    }

    /** The answer; empty when there is none in half a second, or an error. */
    synchronized Optional<Reply> ask(Endpoint server, String... words) {
        Command.Builder command = Command.named(words[0]);
        for (int i = 1; i < words.length; i++) {
            command.argument(words[i]);
        }
        try {
            Reply reply = line(server).call(command.buildRepeatable(), PATIENCE);
            if (reply instanceof Reply.Failure failure) {
                refusals.put(server, failure.message());
                return Optional.empty();
            }
            refusals.remove(server);
            return Optional.of(reply);
        } catch (KeywrightException.Misused refused) {
            refusals.put(server, String.valueOf(refused.getMessage()));
            return Optional.empty();
        } catch (KeywrightException silent) {
            refusals.remove(server);
            return Optional.empty();
        }
    }

    /** Why there was no answer the last time. */
    synchronized String silence(Endpoint server) {
        @Nullable String refusal = refusals.get(server);
        return refusal == null ? "does not answer" : "refuses to answer (" + refusal + ")";
    }

    private Connection line(Endpoint server) {
        @Nullable Connection known = lines.get(server);
        if (known == null) {
            known = connection.node(server.host(), server.port());
            lines.put(server, known);
        }
        return known;
    }

    /** The fields of {@code INFO section}; empty when the server does not answer. */
    Map<String, String> info(Endpoint server, String section) {
        return fields(ask(server, "INFO", section));
    }

    /** The fields of {@code CLUSTER INFO}; empty when the server does not answer. */
    Map<String, String> clusterInfo(Endpoint server) {
        return fields(ask(server, "CLUSTER", "INFO"));
    }

    private static Map<String, String> fields(Optional<Reply> text) {
        Map<String, String> fields = new HashMap<>();
        text.map(Panel::words).orElse("").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    /** What a Sentinel says of a master: alternating names and values. */
    Map<String, String> master(Endpoint sentinel, String name) {
        Map<String, String> fields = new HashMap<>();
        List<Reply> words =
                ask(sentinel, "SENTINEL", "MASTER", name).map(Reply::items).orElse(List.of());
        for (int i = 0; i + 1 < words.size(); i += 2) {
            fields.put(words(words.get(i)), words(words.get(i + 1)));
        }
        return fields;
    }

    static String words(Reply text) {
        return new String(text.bytes(), UTF_8);
    }

    @Override
    public synchronized void close() {
        lines.values().forEach(Connection::close);
        lines.clear();
    }
}
