package dev.keywright.app.cli;

import dev.keywright.app.operation.Down;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright down}: ends what {@code keywright up} started. */
@Command(
        name = "down",
        description = "Ends a topology that keywright up started.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class DownCommand extends Verb {

    @Parameters(arity = "0..1", paramLabel = "<name>", description = "Which one; not needed when one runs.")
    private @Nullable String name;

    @Option(names = "--all", description = "End all of them.")
    private boolean all;

    @Override
    public Integer call() {
        if (all && name != null) {
            throw usage("--all and a name exclude each other.");
        }
        List<String> ended = Down.ofUser().run(Optional.ofNullable(name), all);
        out().println(
                        ended.isEmpty()
                                ? "Nothing runs that keywright up started."
                                : String.join(", ", ended) + " ended.");
        return Main.ANSWERED;
    }
}
