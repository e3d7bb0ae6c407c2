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
public sealed interface Redis extends AutoCloseable permits Standalone, Cluster {

    /** Where clients connect: {@code redis://127.0.0.1:PORT} or {@code redis-cluster://127.0.0.1:PORT,127.0.0.1:PORT,...}. */
    String uri();

    Topology topology();

    /** Every server process, in the order it was started; the first one is the one {@link #command} asks first. */
    List<Standalone> nodes();

    /**
     * Sends one command on a connection of its own and returns the reply as {@code redis-cli --raw} prints it: a missing value as
     * the empty text, the elements of an array one per line. Nothing the command sets on the connection outlives it. In a cluster,
     * the command is sent to the first node and follows MOVED.
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
