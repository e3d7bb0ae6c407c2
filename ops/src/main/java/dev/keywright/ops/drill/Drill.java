package dev.keywright.ops.drill;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.ReadFrom;
import dev.keywright.connection.RedisUri;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.drill.DrillReport.Run;
import dev.keywright.server.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Strikes a primary while a {@link CheckedWorkload} runs, and measures what a client saw and what was lost.
 * <ul>
 *   <li>Writes only below a random prefix, keys that expire, and removes them afterwards.
 *   <li>Detection and promotion are what other servers say when asked every 50 ms; downtime is what the client saw.
 *   <li>Threads: {@link #run} blocks, and starts a handful that end with it.
 * </ul>
 */
public final class Drill {

    private final Subject subject;

    private Drill(Subject subject) {
        this.subject = subject;
    }

    /** Of servers that this process started; they stay the caller's to close. */
    public static Drill of(Redis redis) {
        return new Drill(new StartedSubject(redis));
    }

    /**
     * Of servers that run already.
     *
     * @param processes the process of a server at {@code host:port}, if Keywright started it on this machine for this user
     * @param allowForeign whether other servers may be drilled, too
     * @param yes whether those may be shut down
     */
    public static Drill of(String uri, Function<String, Optional<Long>> processes, boolean allowForeign, boolean yes) {
        return new Drill(new RunningSubject(uri, processes, allowForeign, yes));
    }

    /**
     * @param progress is told in a few words what happens
     * @throws DrillRefused when these servers may not be struck that way
     * @throws OpsException when the servers are not in order before, or cannot be read afterwards
     */
    public DrillReport run(DrillOptions options, Consumer<String> progress) {
        ConnectionOptions usual = options.workload().connection();
        try (Connection connection = Connection.open(subject.uri(), usual);
                Connection replicas = Connection.open(subject.uri(), usual.withReadFrom(ReadFrom.REPLICA));
                Panel panel = new Panel(connection, RedisUri.parse(subject.uri()))) {
            Layout layout = Layout.read(connection, subject.uri());
            List<Run> runs = new ArrayList<>();
            for (int i = 1; i <= options.repeat(); i++) {
                String which = options.repeat() == 1 ? "" : " (" + i + " of " + options.repeat() + ")";
                runs.add(
                        new OneRun(subject, connection, replicas, panel, options, text -> progress.accept(text + which))
                                .run());
            }
            return Judge.report(connection.toString(), subject, layout, options, runs);
        }
    }
}
