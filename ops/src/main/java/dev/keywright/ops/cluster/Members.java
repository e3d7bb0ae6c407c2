package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Connections to the nodes of a cluster, one per node, opened when first needed and kept. Everything sent here may be sent
 * twice, except what {@link #call} is given. One thread.
 */
final class Members implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(8);

    private static final ConnectionOptions OPTIONS =
            ConnectionOptions.DEFAULTS.withTimeout(TIMEOUT).withConnectTimeout(TIMEOUT);

    private final RedisUri uri;
    private final Endpoint first;
    private final Set<Endpoint> reached = new LinkedHashSet<>();
    private final Map<Endpoint, Connection> connections = new LinkedHashMap<>();
    private final Map<Endpoint, String> refusals = new HashMap<>();

    private Members(RedisUri uri, Endpoint first, Connection connection) {
        this.uri = uri;
        this.first = first;
        connections.put(first, connection);
        reached.add(first);
    }

    /** @throws KeywrightException when none of the hosts can be used; says why the last one cannot */
    static Members open(String text) {
        RedisUri uri = RedisUri.parse(text);
        if (uri.kind() == Topology.Kind.SENTINEL) {
            throw new OpsException(
                    "Sentinels watch no cluster (" + uri + "). Give any node of it, such as redis://10.0.0.7:6379.");
        }
        for (int i = 0; ; i++) {
            Endpoint host = uri.hosts().get(i);
            try {
                return new Members(uri, host, Connection.open(uri.only(host), OPTIONS));
            } catch (KeywrightException.Unavailable next) {
                if (i == uri.hosts().size() - 1) {
                    throw next;
                }
            }
        }
    }

    RedisUri uri() {
        return uri;
    }

    /** The nodes that answered so far, the first one first. */
    List<Endpoint> seeds() {
        return List.copyOf(reached);
    }

    /** Looks at the cluster through this node no more. */
    void leaveOut(Endpoint endpoint) {
        reached.remove(endpoint);
    }

    /** Whether a node answers there and lets us in; one that did not is tried anew each time. */
    boolean reaches(Endpoint endpoint) {
        try {
            at(endpoint).call(words("PING")).orThrow(endpoint.toString());
            reached.add(endpoint);
            refusals.remove(endpoint);
            return true;
        } catch (KeywrightException.Misused refused) {
            refusals.put(endpoint, String.valueOf(refused.getMessage()));
        } catch (KeywrightException silent) {
            refusals.remove(endpoint);
        }
        forget(endpoint);
        return false;
    }

    /** Why a node that answers could not be asked: user, password or certificate; empty when it was silent or let us in. */
    Optional<String> refusal(Endpoint endpoint) {
        return Optional.ofNullable(refusals.get(endpoint));
    }

    private Connection at(Endpoint endpoint) {
        Connection known = connections.get(endpoint);
        if (known != null && known.health().connected().isEmpty()) {
            forget(endpoint); // opening anew tells at once when nobody listens there any more
            known = null;
        }
        if (known == null) {
            known = Connection.open(uri.only(endpoint), OPTIONS);
            connections.put(endpoint, known);
        }
        return known;
    }

    private void forget(Endpoint endpoint) {
        Connection gone = connections.remove(endpoint);
        if (gone != null) {
            gone.close();
        }
    }

    /**
     * The answer; an error is a value.
     *
     * @throws KeywrightException.Unavailable when the node does not answer
     */
    Reply ask(Endpoint endpoint, String... words) {
        return at(endpoint).call(words(words));
    }

    /** The answer as text; an error is an exception. */
    String text(Endpoint endpoint, String... words) {
        return ask(endpoint, words).orThrow(endpoint.toString()).text();
    }

    /** The items of the answer; nothing when this user may not ask or the server does not know the command. */
    Optional<List<Reply>> itemsIfAllowed(Endpoint endpoint, String... words) {
        return ask(endpoint, words) instanceof Reply.Items items ? Optional.of(items.items()) : Optional.empty();
    }

    Reply call(Endpoint endpoint, Command command, Duration timeout) {
        return at(endpoint).call(command, timeout);
    }

    List<Reply> batch(Endpoint endpoint, List<Command> commands) {
        return at(endpoint).batch(commands, TIMEOUT);
    }

    static Command words(String... words) {
        Command.Builder command = Command.named(words[0]);
        for (int i = 1; i < words.length; i++) {
            command.argument(words[i]);
        }
        return command.buildRepeatable();
    }

    /** @throws OpsException when the server was not started as a node of a cluster */
    void requireCluster() {
        Reply reply = ask(first, "CLUSTER", "INFO");
        if (reply instanceof Reply.Failure failure && failure.message().contains("cluster support disabled")) {
            throw new OpsException(first + " is no node of a cluster (cluster-enabled no). Give the address of one.");
        }
        reply.orThrow(first.toString());
    }

    @Override
    public void close() {
        connections.values().forEach(Connection::close);
        connections.clear();
    }
}
