package dev.keywright.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One real server process on 127.0.0.1, which can be killed, frozen and restarted.
 * <ul>
 *   <li>Start: some 20 ms, 0.2 s for the first in a JVM; {@link #start()} returns when the server answers PING.
 *   <li>Port: a free one, kept over restarts; a fixed one with directive {@code port}.
 *   <li>Data: a temporary folder, removed at the end, unless {@link ServerOptions#withFolder} names one.
 *   <li>End: {@link #close()} kills the process; so does the end of this JVM, also by {@code kill -9}.
 * </ul>
 */
public final class Standalone implements Redis {

    private static final Duration COMMAND = Duration.ofSeconds(5);
    /** For what takes the longer the more data there is. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ServerProcess process;
    private final int port;

    /** A server that clients and other nodes reach at that port, its own or that of a gate before it. */
    Standalone(ServerProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    public static Standalone start() {
        return start(ServerOptions.DEFAULTS);
    }

    /** @throws ServerException when there is no usable binary, the configuration is refused or a fixed port is taken */
    public static Standalone start(ServerOptions options) {
        RedisBinary binary = RedisBinary.find(Optional.ofNullable(options.binary()));
        if (options.partitions()) {
            throw new IllegalArgumentException(
                    "One server cannot be parted from others. Leave withPartitions out; use a FaultProxy.");
        }
        ServerProcess process = ServerProcess.start(binary, options);
        return new Standalone(process, process.port());
    }

    @Override
    public String uri() {
        return uri("", "127.0.0.1:" + port, "");
    }

    /** A URI of this server's password and CA: {@code redis[s]KIND://[:password@]hosts[?ca=...]END}. */
    String uri(String kind, String hosts, String end) {
        Access access = process.access();
        return (access.tls() ? "rediss" : "redis") + kind + "://" + access.credentials() + hosts
                + (access.tls()
                        ? "?ca=" + Info.escape(Certificates.ca(process.folder()).toString())
                        : "") + end;
    }

    @Override
    public Topology topology() {
        return Topology.STANDALONE;
    }

    @Override
    public List<Standalone> nodes() {
        return List.of(this);
    }

    /** Where it is reached; with {@link ServerOptions#withPartitions()} that is a gate of the {@link Network} before the server. */
    public int port() {
        return port;
    }

    /** The id of the server's own process; it changes with {@link #restart()}. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process exists; also true while it is frozen. */
    public boolean isRunning() {
        return process.running();
    }

    /** Sends SIGKILL: no farewell, nothing saved. {@link #restart()} brings it back with what its persistence kept. */
    public void kill() {
        process.signal("KILL");
    }

    /** Sends SIGSTOP: connections stay open and are even accepted, and nothing is answered until {@link #thaw()}. */
    public void freeze() {
        process.signal("STOP");
    }

    /** Sends SIGCONT; does nothing to a server that is not frozen. */
    public void thaw() {
        process.signal("CONT");
    }

    /**
     * Lets none of the server's files grow any more, as a full disk does, until {@link #freeDisk()} or {@link #restart()}. The limit
     * on the size of its files becomes 0, so snapshots and writes to the AOF fail with "File too large" where a full disk says "No
     * space left on device"; the log stands still, too. Linux with util-linux only.
     */
    public void fillDisk() {
        process.fillDisk(true);
    }

    /** Takes {@link #fillDisk()} back; does nothing where the disk is not full. */
    public void freeDisk() {
        process.fillDisk(false);
    }

    /**
     * Starts the server again on the same port and folder. One that runs is told {@code SHUTDOWN SAVE} first and keeps all its
     * data; one that was killed comes back with what RDB or AOF kept. CONFIG SET is undone, scripts are gone.
     */
    public void restart() {
        if (process.running()) {
            process.signal("CONT");
            try (Wire wire = process.connect(LONG)) {
                if (wire.send("SHUTDOWN", "SAVE") instanceof Reply.Failed failed) {
                    throw new ServerException("The server would not shut down: " + failed.text() + " (127.0.0.1:" + port
                            + "). Call kill() before restart() to give up its data.");
                }
            } catch (IOException closedByShutdown) {
                // The answer to a shutdown that succeeds is the end of the connection.
            }
            process.awaitEnd(LONG);
        }
        if (!process.run()) {
            throw new ServerException(
                    "Port " + process.port() + " was taken while the server was down (127.0.0.1). Start a new server.");
        }
    }

    /** A field of {@code INFO everything}, such as {@code used_memory} or {@code redis_version}; empty when there is none. */
    public String info(String field) {
        return Info.field(command("INFO", "everything"), field);
    }

    /** Every directive with its value, as {@code CONFIG GET *} tells them. */
    public Map<String, String> configuration() {
        String[] lines = command("CONFIG", "GET", "*").split("\n", -1);
        Map<String, String> configuration = new LinkedHashMap<>();
        for (int i = 0; i + 1 < lines.length; i += 2) {
            configuration.put(lines[i], lines[i + 1]);
        }
        return configuration;
    }

    @Override
    public void flushAll() {
        Reply reply = ask(LONG, "FLUSHALL", "SYNC");
        if (reply instanceof Reply.Failed failed) {
            throw refused(failed, "FLUSHALL");
        }
    }

    @Override
    public String command(String... words) {
        Reply reply = ask(words);
        if (reply instanceof Reply.Failed failed) {
            throw refused(failed, words);
        }
        return reply.text();
    }

    ServerException refused(Reply.Failed failed, String... words) {
        return new ServerException(
                failed.text() + " (" + words[0] + " on 127.0.0.1:" + port + "). Correct the command.");
    }

    /** As {@link #command}, but an error of the server's is a value. */
    Reply ask(String... words) {
        return ask(COMMAND, words);
    }

    /** As {@link #ask(String...)}, with a patience of its own. */
    Reply ask(Duration patience, String... words) {
        String where = " (" + words[0] + " on 127.0.0.1:" + port + "). ";
        try (Wire wire = process.connect(patience)) {
            return wire.send(words);
        } catch (SocketTimeoutException silence) {
            throw new ServerException(
                    "No answer in " + patience.toSeconds() + " s" + where + "Is the server frozen or busy?", silence);
        } catch (IOException failure) {
            throw new ServerException(
                    "No answer: " + failure.getMessage() + where + "Was the server killed or closed?", failure);
        }
    }

    ServerProcess process() {
        return process;
    }

    @Override
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return (process.access().tls() ? "rediss" : "redis") + "://127.0.0.1:" + port;
    }
}
