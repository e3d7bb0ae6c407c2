package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The narrow port to Redis: standalone, under Sentinel or Cluster, one shared connection per node, any number of threads.
 * <ul>
 *   <li>Deadline: it belongs to the call. A timeout, interrupt or cancel abandons the reply, never the order of replies.
 *   <li>Broken connection: a call that was written fails as "outcome unknown" and is not sent again, unless its command is
 *       repeatable. A call that was not written goes to the next connection, within its deadline; so does one that a server
 *       declined because the master or the slot has moved, or is about to.
 *   <li>Threads: code of the caller's never runs on a transport thread; see {@link ConnectionOptions#callbacks()}.
 *   <li>Secrets: passwords of a URI and arguments of commands appear in no message.
 * </ul>
 *
 * <p>URIs, {@code rediss} instead of {@code redis} for TLS, options after {@code ?}:
 * <ul>
 *   <li>{@code redis://[user:password@]host[:port][/database][?timeout=2s]}; a node of a Cluster is recognised, and becomes a
 *       connection to the Cluster unless {@code topology=standalone} is said
 *   <li>{@code redis-sentinel://[user:password@]host[:port],host[:port][/database]#master}, hosts of Sentinels
 *   <li>{@code redis-cluster://[user:password@]host[:port],host[:port]}
 * </ul>
 * Options: {@code timeout}, {@code connectTimeout} ({@code 2s}, {@code 500ms}), {@code clientName},
 * {@code readFrom=master|replica|any}, {@code ca} (a PEM file) and {@code verify=full|ca|none} for TLS, {@code sentinelUser}
 * and {@code sentinelPassword}.
 */
public sealed interface Connection extends AutoCloseable permits LettuceConnection {

    /** @throws KeywrightException.Unavailable when no server answers there */
    static Connection open(String uri) {
        return open(uri, ConnectionOptions.DEFAULTS);
    }

    /** @throws KeywrightException.Unavailable when no server answers there */
    static Connection open(String uri, ConnectionOptions options) {
        return open(RedisUri.parse(uri), options);
    }

    /** @throws KeywrightException.Unavailable when no server answers there */
    static Connection open(RedisUri uri, ConnectionOptions options) {
        return LettuceConnection.open(uri, options);
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

    /** Channels, patterns and sharded channels, with news of what may have been missed. */
    PubSub pubSub();

    /**
     * Opens connections for reads whose answers may be copied into this process until the listener is told of a change.
     *
     * @throws KeywrightException.Misused when a server does not allow it; a server that is away is tried again in the background
     */
    Tracking tracking(Tracking.Mode mode, Tracking.Listener listener);

    /** The nodes; where a {@code redis://} URI leads, the server is asked for its role now. */
    Topology topology();

    /**
     * Tells the listener what happens to the nodes from now on, in order, on the callbacks executor. Closing the subscription
     * ends it.
     */
    Subscription events(Consumer<? super ConnectionEvent> listener);

    /** Which nodes are connected, and what went wrong last; asks no server. */
    Health health();

    /** What was done so far; asks no server. */
    Counters counters();

    /**
     * Asks every master how far its replicas are behind, over a connection of its own. It bounds how old the answer to a
     * {@linkplain Command.Builder#buildReadOnly read-only command} may have been a moment ago.
     */
    List<ReplicaLag> staleness();

    /** Looks at every master for what a program needs; what is missing is returned and not thrown. */
    List<Problem> check(Needs needs);

    /**
     * Opens a connection to one server and to no other, whatever it is, with this connection's user, password, TLS and options; the caller
     * closes it. For what is asked of each node by itself: {@code INFO}, {@code CONFIG}, {@code CLUSTER}, {@code SCAN}.
     *
     * @throws KeywrightException.Unavailable when no server answers there
     */
    Connection node(String host, int port);

    ConnectionOptions options();

    /** Where this leads, without user and password. */
    @Override
    String toString();

    /** Whether {@link #close()} was called; then no call succeeds any more. */
    boolean isClosed();

    @Override
    void close();
}
