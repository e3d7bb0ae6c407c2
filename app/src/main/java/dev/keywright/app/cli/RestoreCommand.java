package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Restore;
import dev.keywright.app.operation.Up;
import dev.keywright.ops.backup.Restore.Existing;
import dev.keywright.ops.backup.Restore.Proof;
import dev.keywright.ops.backup.Restore.Result;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright restore}: a backup set into running servers, or into new ones. */
@Command(
        name = "restore",
        description = "Puts a backup set into running servers, or into new ones, and proves what is there.",
        customSynopsis = {"keywright restore [<options>] <dir> <uri>", "keywright restore --up [--place <dir>] <dir>"},
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:restored and proved",
            "1:it broke off; the message says how to go on",
            "2:the arguments make no sense",
            "4:restored, but not all of it is there"
        })
final class RestoreCommand extends Verb {

    private final Screen screen;

    @Parameters(
            index = "0",
            paramLabel = "<dir>",
            description = "A backup set, or the folder that holds sets: then the newest good one.")
    private Path set = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "<uri>",
            description = "redis://, rediss:// or redis-cluster://; each database goes where it was.")
    private @Nullable String uri;

    @Option(names = "--up", description = "Start servers with the data instead and show how they are, until Ctrl-C.")
    private boolean up;

    @Option(
            names = "--place",
            paramLabel = "<dir>",
            description = "With --up: where the data of a single server go and stay (default: ./keywright-restored).")
    private Path place = Path.of("keywright-restored");

    @Option(names = "--replace", description = "Overwrite keys of the same names, and keep the others.")
    private boolean replace;

    @Option(names = "--flush", description = "Remove all keys and functions of the target first; needs --yes.")
    private boolean flush;

    @Option(names = "--yes", description = "Yes, remove them.")
    private boolean yes;

    @Option(
            names = "--proof",
            paramLabel = "<all|sample|counts>",
            converter = ProofConverter.class,
            description =
                    "What is compared afterwards, beside counts: every key (default), a thousand keys, or nothing.")
    private Proof proof = Proof.EVERY_KEY;

    @Option(names = "--json", description = "Print what was done as one JSON document and nothing else.")
    private boolean json;

    RestoreCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (up == (uri != null)) {
            throw usage("Say where to: a URI, or --up to start servers with the data.");
        }
        if (replace && flush) {
            throw usage("--replace and --flush exclude each other.");
        }
        if (flush && !yes) {
            throw usage("--flush removes all keys of " + Secrets.hidden(String.valueOf(uri))
                    + "; add --yes if you mean it.");
        }
        return uri == null ? startServers() : restore(uri);
    }

    private int restore(String to) {
        Existing existing = replace ? Existing.REPLACE : flush ? Existing.FLUSH : Existing.REFUSE;
        Thread farewell = new Thread(() ->
                err().println("\nInterrupted. What was restored stays; the same command with --replace goes on."));
        Runtime.getRuntime().addShutdownHook(farewell);
        Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = Restore.run(new Restore.Request(set, to, existing, proof), progress);
        } finally {
            Runtime.getRuntime().removeShutdownHook(farewell);
        }
        if (json) {
            out().println(Json.pretty("keywright.restore-result/1", result));
        } else {
            show(result);
        }
        return result.holds() ? Main.ANSWERED : Main.UNPROVEN;
    }

    private void show(Result result) {
        PrintWriter out = out();
        Style style = screen.style();
        out.println(style.bold(result.set()) + " into " + result.target());
        result.databases()
                .forEach(each -> out.printf(
                        Locale.ROOT,
                        "  database %d: %,d keys in the set, %,d restored, %,d expired since; the target counts %,d%n",
                        each.number(),
                        each.inSet(),
                        each.restored(),
                        each.over(),
                        each.onTarget()));
        result.notes().forEach(note -> out.println("  " + note));
        if (!result.differing().isEmpty()) {
            out.println(style.red("  Not as in the set: " + String.join(", ", result.differing())));
        }
        if (!result.countsHold()) {
            out.println(style.red("  The target does not count what it accepted."));
        }
        String how = switch (result.proof()) {
            case COUNTS -> "counts compared";
            case SAMPLE -> String.format(Locale.ROOT, "%,d keys compared", result.compared());
            case EVERY_KEY -> String.format(Locale.ROOT, "all %,d keys compared", result.compared());
        };
        out.printf(
                Locale.ROOT,
                "%,d keys, %s in %.1f s; %s in %.1f s.%n",
                result.keys(),
                BackupCommand.size(result.bytes()),
                result.seconds(),
                how,
                result.proofSeconds());
    }

    private int startServers() {
        Up.Started started;
        try (Progress progress = new Progress(err(), screen.progress())) {
            started = Restore.start(Up.ofUser(), set, place, progress);
        }
        Thread atEnd = new Thread(started::close, "keywright-down");
        Runtime.getRuntime().addShutdownHook(atEnd);
        out().println(started.name() + " is up: " + Secrets.hidden(started.uri()));
        out().println("Ctrl-C ends it.");
        StatusBoard board = new StatusBoard(out(), screen);
        started.watch(board::show);
        return Main.ANSWERED;
    }

    /** Reads all, sample and counts. */
    static final class ProofConverter implements ITypeConverter<Proof> {
        @Override
        public Proof convert(String text) {
            return switch (text) {
                case "all" -> Proof.EVERY_KEY;
                case "sample" -> Proof.SAMPLE;
                case "counts" -> Proof.COUNTS;
                default -> throw new TypeConversionException("expected all, sample or counts but was '" + text + "'");
            };
        }
    }
}
