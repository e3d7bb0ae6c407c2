package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.SwitchPersistence;
import dev.keywright.ops.persistence.PersistenceSwitch.Change;
import dev.keywright.ops.persistence.PersistenceSwitch.Changed;
import dev.keywright.ops.persistence.PersistenceSwitch.Outcome;
import dev.keywright.ops.persistence.PersistenceSwitch.Plan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright persistence switch}: the safe way to another persistence. */
@Command(
        name = "switch",
        description = "Switches all servers of a topology to another persistence while they run.",
        customSynopsis = "keywright persistence switch <uri> --to <kind> [--dry-run | --yes]",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:planned, or switched and proved",
            "1:it failed and was put back; the reason is said",
            "2:the arguments make no sense",
            "3:refused, because it cannot be done safely, or not confirmed"
        })
final class PersistenceSwitchCommand extends Verb {

    private final InputStream in;
    private final Screen screen;

    @Parameters(paramLabel = "<uri>", description = "Any server of the topology; all of them are switched.")
    private String uri = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "<kind>",
            description = "none, rdb, aof-everysec, aof-always or rdb+aof.")
    private String to = "";

    @Option(names = "--dry-run", description = "Print the plan and change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    PersistenceSwitchCommand(InputStream in, Screen screen) {
        this.in = in;
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (dryRun && yes) {
            throw usage("--dry-run and --yes exclude each other.");
        }
        if (!dryRun && !yes && (!screen.terminal() || json)) {
            throw usage(
                    "This asks before it changes anything and there is no terminal to ask on; add --yes or --dry-run.");
        }
        SwitchPersistence.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = new SwitchPersistence()
                    .run(new SwitchPersistence.Request(uri, to), plan -> confirmed(plan, progress), progress);
        }
        if (json) {
            out().println(Json.pretty("keywright.persistence-switch/1", result));
        } else if (!result.plan().refusals().isEmpty()) {
            show(result.plan());
        } else {
            result.outcome().ifPresent(this::show);
        }
        return status(result);
    }

    private int status(SwitchPersistence.Result result) {
        if (result.outcome().isPresent() || dryRun && result.plan().refusals().isEmpty()) {
            return Main.ANSWERED;
        }
        if (result.plan().refusals().isEmpty()) {
            err().println("keywright: Not confirmed; nothing was changed.");
        }
        return Main.REFUSED;
    }

    private boolean confirmed(Plan plan, Progress progress) {
        progress.close();
        if (!json) {
            show(plan);
        }
        if (dryRun || yes) {
            return yes;
        }
        out().print("Do this? [y/N] ");
        out().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return Optional.ofNullable(answer)
                    .filter(text -> text.strip().toLowerCase(Locale.ROOT).matches("y|yes"))
                    .isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show(Plan plan) {
        PrintWriter out = out();
        Style style = screen.style();
        out.println(style.bold("to " + plan.to()));
        for (Change server : plan.servers()) {
            out.println("  " + server.role() + " " + server.address() + ", now " + server.now());
            if (server.steps().isEmpty()) {
                out.println("    keeps that already; CONFIG REWRITE writes it down");
            }
            server.steps().forEach(step -> out.println("    " + style.code(step)));
        }
        plan.notes().forEach(note -> out.println("  " + note));
        plan.refusals().forEach(refusal -> out.println(style.red("  refused: ") + refusal));
    }

    private void show(Outcome outcome) {
        PrintWriter out = out();
        out.println(screen.style().bold("switched") + "  " + outcome.servers().size() + " servers to " + outcome.now()
                + ", read again from each of them");
        for (Changed server : outcome.servers()) {
            if (server.linesToAdd().isEmpty()) {
                out.println("  " + server.address() + ": its configuration file says so, too");
            } else {
                out.println("  " + server.address() + ": its configuration could not be written ("
                        + server.why().orElse("no reason given") + "). Before it restarts, put there:");
                server.linesToAdd()
                        .forEach(line -> out.println("    " + screen.style().code(line)));
            }
        }
    }
}
