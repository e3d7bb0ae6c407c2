package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright status}: how topologies are, node by node. */
@Command(
        name = "status",
        description = "Shows the nodes of topologies: role, slots, keys, memory, lag.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of it is up", "4:a node is down, a replica cut off or a slot not served"})
final class StatusCommand extends Verb {

    private final Screen screen;

    @Parameters(
            arity = "0..1",
            paramLabel = "<name|uri>",
            description =
                    "One that keywright up started, or any server's URI (default: all that keywright up started).")
    private @Nullable String target;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    StatusCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Status.Result result = Status.ofUser().run(Optional.ofNullable(target));
        if (json) {
            out().println(Json.pretty("keywright.status/1", result));
        } else if (result.topologies().isEmpty()) {
            out().println("Nothing runs that keywright up started.");
        } else {
            for (Status.Named one : result.topologies()) {
                out().println(screen.style().bold(one.name()) + "  "
                        + one.status().uri());
                out().print(StatusBoard.table(one.status(), screen.style()));
            }
        }
        boolean whole =
                result.topologies().stream().allMatch(one -> one.status().whole());
        return whole ? Main.ANSWERED : Main.UNPROVEN;
    }
}
