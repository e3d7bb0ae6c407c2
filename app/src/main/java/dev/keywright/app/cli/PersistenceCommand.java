package dev.keywright.app.cli;

import java.io.InputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keywright persistence}: what servers keep on disk. */
@Command(
        name = "persistence",
        description = "Changes what running servers keep on disk, without a restart and without losing data.",
        synopsisSubcommandLabel = "switch",
        commandListHeading = "%nVerbs:%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class PersistenceCommand extends Verb {

    /** The command with its own verb. */
    static CommandLine with(InputStream in, Screen screen) {
        return new CommandLine(new PersistenceCommand()).addSubcommand(new PersistenceSwitchCommand(in, screen));
    }

    @Override
    public Integer call() {
        throw usage("Say what to do: keywright persistence switch <uri> --to aof-everysec.");
    }
}
