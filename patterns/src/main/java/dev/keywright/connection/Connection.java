package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The narrow port to Redis: standalone or Cluster, one shared connection per node, any number of threads.
 * <ul>
 *   <li>Deadline: it belongs to the call. A timeout, interrupt or cancel abandons the reply, never the order of replies.
 *   <li>Broken connection: a call that was written fails as "outcome unknown" and is not sent again, unless its command is
 *       repeatable. A call that was not written goes to the next connection, within its deadline.
 *   <li>Threads: code of the caller's never runs on a transport thread; see {@link ConnectionOptions#callbacks()}.
 *   <li>Secrets: passwords of a URI and arguments of commands appear in no message.
 * </ul>
 *
 * <p>URIs: {@code redis://[user:password@]host[:port][/database]}, {@code rediss://} for TLS,
 * {@code redis-cluster://host:port,host:port} and {@code rediss-cluster://} for a Cluster.
 */
public sealed interface Connection extends AutoCloseable permits LettuceConnection {

    /** @throws KeywrightException.Unavailable when no server answers there */
    static Connection open(String uri) {
        return open(uri, ConnectionOptions.DEFAULTS);
    }

    /** @throws KeywrightException.Unavailable when no server answers there */
    static Connection open(String uri, ConnectionOptions options) {
        return LettuceConnection.open(Address.parse(uri), options);
    }

    /** Sends a command and waits, at most {@link ConnectionOptions#timeout()}. */
    default Reply call(Command command) {
        return call(command, options().timeout());
    }

    /**
     * Sends a command and waits for its answer.
     *
     * @throws KeywrightException.Unavailable when no answer came in time; says whether the command may have run
     */
    Reply call(Command command, Duration timeout);

    /** Sends a command; the answer comes later, at most {@link ConnectionOptions#timeout()}. */
    default CompletionStage<Reply> send(Command command) {
        return send(command, options().timeout());
    }

    /** Sends a command; the stage completes on the callbacks executor, with the reply or with what {@code call} throws. */
    CompletionStage<Reply> send(Command command, Duration timeout);

    /** Sends many commands in one flush per node and waits for all; answers come in the order of the commands. */
    List<Reply> batch(List<Command> commands, Duration timeout);

    /** Opens a connection of the caller's own, for blocking commands, MULTI and other state; to the first master. */
    Session dedicated();

    /** Opens a connection of the caller's own to the node that serves the key. */
    Session dedicated(byte[] key);

    /**
     * Hands every message published to the channel to the listener, one after the other, on the callbacks executor. At
     * most once: what is published while the connection is down is not seen. Closing the subscription ends it.
     */
    Subscription listen(String channel, Consumer<byte[]> listener);

    Topology topology();

    /**
     * Opens a connection to one server and to no other, with this connection's user, password, TLS and options; the caller
     * closes it. For what is asked of each node by itself: {@code INFO}, {@code CONFIG}, {@code CLUSTER}, {@code SCAN}.
     *
     * @throws KeywrightException.Unavailable when no server answers there
     */
    Connection node(String host, int port);

    ConnectionOptions options();

    /** Where this leads, without user and password. */
    @Override
    String toString();

    @Override
    void close();
}
