package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.ScriptCheck;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright script check}: what is wrong or risky in Lua scripts. */
@Command(
        name = "check",
        description =
                "Says what is wrong or risky in Lua scripts for Redis: reads them, and runs the sample call of each"
                        + " header (its line TRY) on a private server.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:no errors were found; there may be warnings",
            "1:a file could not be read",
            "2:the arguments make no sense",
            "4:errors were found"
        })
final class ScriptCheckCommand extends Verb {

    private final Screen screen;

    @Parameters(arity = "1..*", paramLabel = "<file|folder>", description = "Lua scripts, or folders of .lua files.")
    private List<String> files = List.of();

    @Option(
            names = "--try",
            description = "Call each script with edge values as well: negative, zero, text, huge, missing,"
                    + " keys of another type.")
    private boolean tries;

    @Option(names = "--no-run", description = "Only read the scripts; start no server.")
    private boolean stays;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    ScriptCheckCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (tries && stays) {
            throw usage("--try and --no-run exclude each other; choose one.");
        }
        ScriptCheck.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = new ScriptCheck().run(new ScriptCheck.Request(files, !stays, tries), progress);
        }
        if (json) {
            out().println(Json.pretty("keywright.script-check/1", result));
        } else {
            out().print(ScriptPage.report(result.scripts(), screen));
        }
        return result.hasErrors() ? Main.UNPROVEN : Main.ANSWERED;
    }
}
