package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Overrides;
import dev.keywright.app.operation.Solve;
import dev.keywright.app.operation.SolveBatch;
import dev.keywright.app.operation.UserError;
import dev.keywright.expert.evidence.Depth;
import dev.keywright.expert.evidence.ServerChoice;
import dev.keywright.expert.task.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright solve}: a task in plain words becomes a design, an answer or steps. */
@Command(
        name = "solve",
        description = "Turns a task or question in plain words into a measured design, an answer or steps.",
        customSynopsis = {"keywright [solve] [<options>] \"<task>\"", "keywright [solve] [<options>] --batch <file>"},
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:an answer was given",
            "1:something went wrong",
            "2:the arguments make no sense",
            "3:refused; the reason is said"
        })
final class SolveCommand extends Verb {

    private final InputStream in;
    private final Screen screen;

    @Parameters(arity = "0..*", paramLabel = "<task>", description = "The task in your own words; quote it.")
    private List<String> words = List.of();

    @Option(
            names = "-o",
            paramLabel = "<dir>",
            description = "Where the files of a design go (default: ./keywright-out/<slug of the task>).")
    private @Nullable Path folder;

    @Option(names = "--force", description = "Write into a folder that is not empty.")
    private boolean force;

    @Option(names = "--json", description = "Print the whole answer as one JSON document and nothing else.")
    private boolean json;

    @Option(
            names = "--evidence",
            paramLabel = "<full|quick|none>",
            converter = DepthConverter.class,
            description = "How much is measured on a real server (default: quick; none with --batch).")
    private @Nullable Depth depth;

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

    SolveCommand(InputStream in, Screen screen) {
        this.in = in;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        if (redis != null && server != null) {
            throw usage("--redis and --server exclude each other; measure on a running server or start one.");
        }
        if (batch != null && (!words.isEmpty() || folder != null)) {
            throw usage("--batch takes its tasks from the file; leave out the task and -o.");
        }
        String text = String.join(" ", words);
        if (batch == null && text.isBlank()) {
            throw usage("Say what to solve: keywright \"<task>\".");
        }
        Map<String, Double> overrides = Overrides.parse(settings);
        return batch == null ? solve(text, overrides) : solveBatch(batch, overrides);
    }

    private int solve(String text, Map<String, Double> overrides) {
        String slug = Solve.slug(text);
        Path to = folder == null ? Path.of("keywright-out", slug) : folder;
        Solve.Request request = new Solve.Request(
                new Task(slug, text), overrides, depth == null ? Depth.QUICK : depth, where(), Optional.of(to), force);
        Solve.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            progress.accept("reading");
            result = Solve.create().run(request, progress);
        }
        PrintWriter out = out();
        if (json) {
            out.println(Json.pretty(result.answer()));
        } else {
            out.print(Terminal.render(result, screen));
        }
        return result.answer().kind().equals("refusal") ? Main.REFUSED : Main.ANSWERED;
    }

    private int solveBatch(String from, Map<String, Double> overrides) throws IOException {
        PrintWriter out = out();
        Depth measured = depth == null ? Depth.NONE : depth;
        try (Reader lines = open(from)) {
            Solve solve = Solve.create();
            // Measurements at the same time would disturb each other.
            int threads = measured == Depth.NONE ? Runtime.getRuntime().availableProcessors() : 1;
            SolveBatch all = new SolveBatch(
                    task -> solve.run(
                                    new Solve.Request(task, overrides, measured, where(), Optional.empty(), false),
                                    silent -> {})
                            .answer(),
                    Math.min(threads, 4));
            all.run(lines, text -> {
                out.write(text);
                out.write('\n');
                return !out.checkError();
            });
        }
        return Main.ANSWERED;
    }

    private ServerChoice where() {
        if (redis != null) {
            return ServerChoice.running(redis);
        }
        return server == null ? ServerChoice.OWN : ServerChoice.program(server);
    }

    private Reader open(String from) throws IOException {
        if (from.equals("-")) {
            return new InputStreamReader(in, StandardCharsets.UTF_8);
        }
        Path file = Path.of(from);
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw new UserError("--batch " + from
                    + " is no file that can be read; give a file of JSON lines or - for standard input.");
        }
        return new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8);
    }

    /** Reads full, quick and none. */
    static final class DepthConverter implements ITypeConverter<Depth> {
        @Override
        public Depth convert(String text) {
            try {
                return Depth.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected full, quick or none but was '" + text + "'");
            }
        }
    }
}
