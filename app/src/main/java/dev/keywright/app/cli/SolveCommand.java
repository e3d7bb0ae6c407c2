package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Overrides;
import dev.keywright.app.operation.Solve;
import dev.keywright.app.operation.SolveBatch;
import dev.keywright.app.operation.UserError;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keywright solve}: a task in plain words becomes a design, an answer or steps. */
@Command(
        name = "solve",
        description = "Turns a task or question in plain words into a measured design, an answer or steps.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:an answer was given", "1:something went wrong", "2:the arguments make no sense", "3:refused; the reason is said"})
final class SolveCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "<task>", description = "The task in your own words; quote it.")
    private List<String> words = List.of();

    @Option(
            names = "-o",
            paramLabel = "<dir>",
            description = "Where the files go (default: ./keywright-out/<slug of the task>).")
    private @Nullable Path folder;

    @Option(names = "--force", description = "Write into a folder that is not empty.")
    private boolean force;

    @Option(names = "--json", description = "Print the whole answer as one JSON document and nothing else.")
    private boolean json;

    @Option(
            names = "--evidence",
            paramLabel = "full|quick|none",
            description = "How much is measured on a real server (default: quick; none with --batch).")
    private @Nullable Solve.Depth depth;

    @Option(
            names = "--set",
            paramLabel = "<name=value>",
            description = "Overrules an assumption or adds a fact, such as --set keys=5M. May be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--batch",
            paramLabel = "<file>",
            description = "Answer many tasks: one JSON object with id and text per line; - reads standard input.")
    private @Nullable String batch;

    @Option(
            names = "--redis",
            paramLabel = "<uri>",
            description = "Measure on this server, below a random key prefix, and remove everything afterwards.")
    private @Nullable String redis;

    @Option(names = "--server", paramLabel = "<path>", description = "Measure with this redis-server or valkey-server.")
    private @Nullable Path server;

    @Option(names = "--debug", description = "Show where a fault happened.")
    private boolean debug;

    @Override
    public Integer call() throws IOException {
        Map<String, Double> overrides = Overrides.parse(settings);
        if (batch != null) {
            if (!words.isEmpty() || folder != null) {
                throw usage("--batch takes its tasks from the file; leave out the task and -o.");
            }
            return solveBatch(batch, overrides);
        }
        if (words.isEmpty() || String.join("", words).isBlank()) {
            throw usage("Say what to solve: keywright \"<task>\".");
        }
        PrintWriter err = line().getErr();
        Solve.Request request = new Solve.Request(
                new Task(Solve.slug(String.join(" ", words)), String.join(" ", words)),
                overrides,
                depth == null ? Solve.Depth.QUICK : depth,
                Optional.ofNullable(redis),
                Optional.ofNullable(server),
                Optional.of(Optional.ofNullable(folder).orElse(Path.of("keywright-out", Solve.slug(String.join(" ", words))))),
                force);
        Solve.Result result = Solve.create().run(request, Progress.on(err));
        PrintWriter out = line().getOut();
        if (json) {
            out.println(Json.pretty(result.answer()));
        } else {
            out.print(Terminal.render(result, Style.ofTerminal()));
        }
        return isRefusal(result.answer()) ? Main.REFUSED : Main.ANSWERED;
    }

    private int solveBatch(String from, Map<String, Double> overrides) throws IOException {
        PrintWriter out = line().getOut();
        Solve solve = Solve.create();
        SolveBatch all = new SolveBatch(task -> solve.run(
                        new Solve.Request(
                                task,
                                overrides,
                                depth == null ? Solve.Depth.NONE : depth,
                                Optional.ofNullable(redis),
                                Optional.ofNullable(server),
                                Optional.empty(),
                                false),
                        Progress.SILENT)
                .answer());
        try (BufferedReader lines = open(from)) {
            all.run(lines, text -> {
                out.println(text);
                out.flush();
            });
        }
        return Main.ANSWERED;
    }

    private static BufferedReader open(String from) throws IOException {
        if (from.equals("-")) {
            InputStream in = System.in;
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        Path file = Path.of(from);
        if (!Files.isRegularFile(file)) {
            throw new UserError("--batch " + from + " is no file that can be read; give a file of JSON lines or - for standard input.");
        }
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    private static boolean isRefusal(Answer answer) {
        return answer.kind().equals("refusal");
    }

    private ParameterException usage(String message) {
        return new ParameterException(line(), message);
    }

    private picocli.CommandLine line() {
        if (spec == null) {
            throw new IllegalStateException("picocli did not set the command's spec");
        }
        return spec.commandLine();
    }
}
