package dev.keywright.server;

import java.util.List;

/**
 * A running Redis, made of one or more real server processes on 127.0.0.1.
 * <ul>
 *   <li>Life: until {@link #close()}, at the latest until the JVM ends, also when it is killed with {@code -9}.
 *   <li>Threads: any number may call any method.
 *   <li>Failure: every method throws {@link ServerException}; its message names the server.
 * </ul>
 */
public sealed interface Redis extends AutoCloseable permits Standalone, Replication, Sentinel, Cluster, Independent {

    /**
     * Where clients connect: {@code redis://127.0.0.1:PORT}, {@code redis-sentinel://127.0.0.1:PORT,127.0.0.1:PORT,...#main} or
     * {@code redis-cluster://127.0.0.1:PORT,127.0.0.1:PORT,...}; with TLS {@code rediss} and {@code ?ca=FILE}.
     */
    String uri();

    Topology topology();

    /** Every server that holds data, in a fixed order, whatever its role is now. */
    List<Standalone> nodes();

    /**
     * Sends one command on a connection of its own and returns the reply as {@code redis-cli --raw} prints it: a missing value as
     * the empty text, the elements of an array one per line. Nothing the command sets on the connection outlives it. The
     * command goes to the primary; in a cluster to a node that runs, and follows MOVED; of independent servers to the first.
     *
     * @throws ServerException when the server answers with an error, or not within 5 s
     */
    String command(String... words);

    /** Removes all keys of all databases, and waits until they are gone. */
    void flushAll();

    /** The end of what the servers wrote to their logs, still there after {@link #close()}. */
    String log();

    /** Ends the servers and removes their temporary folders; a second call does nothing. */
    @Override
    void close();
}
