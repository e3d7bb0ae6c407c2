package dev.keywright.expert.proof;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.expert.evidence.EvidenceException;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.ops.OpsException;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Tries a whole design on this machine: starts its topology with its own redis.conf, fills it, drives its operations at the
 * stated rate, breaks what it says it survives, and says of each promise what became of it.
 * <ul>
 *   <li>Time: about {@link Options#budget()}; longer where servers take longer to recover.
 *   <li>Memory: at most half of what the machine has to spare.
 *   <li>Servers listen on 127.0.0.1 and end with this JVM, whatever happens.
 * </ul>
 * Threads: one proof at a time, or they disturb each other.
 */
public final class Proving {

    private static final ConnectionOptions CONNECTION =
            ConnectionOptions.DEFAULTS.withClientName("keywright-proof").withConnectTimeout(Duration.ofSeconds(10));

    /**
     * @param budget wall time for all of it
     * @param scale how many items to load; absent for as many as fit, {@link Long#MAX_VALUE} for all that are stated
     * @param server which binary to start
     */
    public record Options(Duration budget, OptionalLong scale, ServerOptions server) {

        public static final Options DEFAULTS =
                new Options(Duration.ofSeconds(60), OptionalLong.empty(), ServerOptions.DEFAULTS);

        public Options withBudget(Duration newBudget) {
            return new Options(newBudget, scale, server);
        }

        /** A part of the budget, yet at least that long. */
        Duration share(double ratio, Duration least) {
            Duration part = share(ratio);
            return part.compareTo(least) < 0 ? least : part;
        }

        private Duration share(double ratio) {
            return Duration.ofNanos(Math.round(budget.toNanos() * ratio));
        }
    }

    private final Knowledge knowledge;
    private final InstantSource clock;

    /** @param clock says when it was measured */
    public Proving(Knowledge knowledge, InstantSource clock) {
        this.knowledge = knowledge;
        this.clock = clock;
    }

    /**
     * @param progress is told in a few words what happens
     * @throws OpsException when the folder holds no design, it is another version's, or its servers do not start
     */
    public Report prove(Path folder, Options options, Consumer<String> progress) {
        Promised promised = Promised.read(folder, knowledge);
        progress.accept("starting " + promised.file().topology());
        try (Servers servers = Servers.start(promised, options.server());
                Connection connection = Connection.open(servers.uri(), CONNECTION)) {
            return new Run(promised, options, servers, connection, progress)
                    .report(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        } catch (KeywrightException | ServerException | EvidenceException failure) {
            throw new OpsException("The proof could not be finished: " + failure.getMessage(), failure);
        }
    }
}
