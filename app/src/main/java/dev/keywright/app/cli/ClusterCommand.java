package dev.keywright.app.cli;

import java.io.InputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keywright cluster}: the verbs for a Redis Cluster. */
@Command(
        name = "cluster",
        description = "Checks a Redis Cluster, plans changes to it and makes them.",
        synopsisSubcommandLabel = "(check | plan)",
        commandListHeading = "%nVerbs:%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ClusterCommand extends Verb {

    /** The command with its own verbs. */
    static CommandLine with(InputStream in, Screen screen) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new ClusterCheckCommand(screen))
                .addSubcommand(new ClusterPlanCommand(in, screen));
    }

    @Override
    public Integer call() {
        throw usage("Say what to do: keywright cluster check <uri>, or keywright cluster plan <uri> --rebalance.");
    }
}
