package dev.keywright.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keywright script}: the verbs for Lua scripts. */
@Command(
        name = "script",
        description = "Checks Lua scripts for Redis.",
        synopsisSubcommandLabel = "check",
        commandListHeading = "%nVerbs:%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ScriptCommand extends Verb {

    /** The command with its own verbs. */
    static CommandLine with(Screen screen) {
        return new CommandLine(new ScriptCommand()).addSubcommand(new ScriptCheckCommand(screen));
    }

    @Override
    public Integer call() {
        throw usage("Say what to do: keywright script check <file>.");
    }
}
