package dev.keywright.keyspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** One pass over all masters. Used by one thread. */
final class SweepPass {

    private final Connection connection;
    private final String pattern;
    private final SweepOptions options;
    private final Function<List<byte[]>, List<Command>> change;
    private final BooleanSupplier stopped;
    private final Duration deadline;
    private final Pace seen;
    private final Pace changes;
    private final List<String> samples = new ArrayList<>();
    private long found;
    private long changed;

    SweepPass(
            Connection connection,
            String pattern,
            SweepOptions options,
            Function<List<byte[]>, List<Command>> change,
            BooleanSupplier stopped) {
        this.connection = connection;
        this.pattern = pattern;
        this.options = options;
        this.change = change;
        this.stopped = stopped;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.seen = new Pace(options.seenPerSecond());
        this.changes = new Pace(options.changedPerSecond());
    }

    SweepReport run() {
        if (stopped.getAsBoolean()) {
            return report(false, Optional.empty());
        }
        try {
            List<Topology.Node> masters = connection.topology().nodes().stream()
                    .filter(node -> node.role() == Topology.Role.MASTER && node.slots() > 0)
                    .toList();
            if (masters.isEmpty()) {
                throw new KeywrightException.Misused(
                        "There is no master to sweep (" + connection + "). Connect to one.");
            }
            int share = (options.samples() + masters.size() - 1) / masters.size();
            for (Topology.Node master : masters) {
                if (stopped.getAsBoolean()) {
                    return report(false, Optional.empty());
                }
                Connection node = connection.node(master.host(), master.port());
                try {
                    if (!pass(node, Math.min(options.samples(), samples.size() + share))) {
                        return report(false, Optional.empty());
                    }
                } finally {
                    close(node);
                }
            }
            return report(true, Optional.empty());
        } catch (KeywrightException away) {
            return report(false, Optional.of(away));
        }
    }

    /** Also on a thread that is interrupted, which would leave it half closed. */
    private static void close(Connection node) {
        boolean interrupted = Thread.interrupted();
        try {
            node.close();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private SweepReport report(boolean complete, Optional<KeywrightException> cause) {
        return new SweepReport(found, changed, samples, complete, cause);
    }

    /** @return whether it came to the end */
    private boolean pass(Connection node, int samplesUntil) {
        String cursor = "0";
        do {
            if (!seen.spend(options.page(), stopped)) {
                return false;
            }
            List<Reply> page = node.call(scan(cursor), deadline).orThrow("SCAN").items();
            cursor = page.get(0).text();
            List<byte[]> keys = page.get(1).items().stream().map(Reply::bytes).toList();
            found += keys.size();
            keys.stream()
                    .limit(Math.max(0, samplesUntil - samples.size()))
                    .forEach(key -> samples.add(new String(key, UTF_8)));
            if (!keys.isEmpty() && !apply(keys)) {
                return false;
            }
            options.progress().accept(report(false, Optional.empty()));
        } while (!cursor.equals("0"));
        return true;
    }

    private Command scan(String cursor) {
        return Command.named("SCAN")
                .argument(cursor)
                .argument("MATCH")
                .argument(pattern)
                .argument("COUNT")
                .argument(options.page())
                .buildRepeatable();
    }

    /** Through the connection that knows where keys are, as their slot may just have moved. */
    private boolean apply(List<byte[]> keys) {
        List<Command> commands = change.apply(keys);
        if (commands.isEmpty()) {
            return true;
        }
        if (!changes.spend(keys.size(), stopped)) {
            return false;
        }
        for (Reply reply : connection.batch(commands, deadline)) {
            changed += reply.orThrow("sweep").number();
        }
        return true;
    }
}
