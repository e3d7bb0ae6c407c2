package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.StreamGroups;
import dev.keywright.app.operation.UserError;
import dev.keywright.ops.Change;
import dev.keywright.ops.streams.StreamRepair;
import dev.keywright.ops.streams.StreamReport;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright stream}: streams and their groups on servers that run. */
@Command(
        name = "stream",
        description = "Says how streams and their consumer groups on a server are, and puts them in order.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is wrong, or the deed was planned or done",
            "1:something went wrong",
            "2:the arguments make no sense",
            "4:something is wrong with a stream; the findings say what"
        },
        footer = {
            "",
            "Deeds change nothing but say what they would do, until --yes is said.",
            "What is in the entries is never shown."
        })
final class StreamCommand extends Verb {

    private static final int TOLD = 50;
    private static final int CLAIMED = 10_000;
    private static final Duration LONG_IDLE = Duration.ofHours(1);

    private final Screen screen;

    @Parameters(index = "0", paramLabel = "<uri>", description = "A server, Sentinels or a Cluster.")
    private String uri = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "<key>", description = "One stream (default: all).")
    private @Nullable String key;

    @Option(
            names = "--seconds",
            paramLabel = "<s>",
            defaultValue = "1",
            description = "Time between two looks, for rates; 0 for one look, at most 60 (default: 1).")
    private double seconds;

    @Option(
            names = "--dead-after",
            paramLabel = "<time>",
            defaultValue = "5m",
            converter = AgeConverter.class,
            description = "A consumer that asked for nothing for so long counts as dead (default: 5m).")
    private Duration deadAfter = Duration.ZERO;

    @Option(
            names = "--keys",
            paramLabel = "<n>",
            defaultValue = "1000000",
            description = "How many keys are looked at to find streams (default: 1000000).")
    private long keys;

    @Option(names = "--claim", paramLabel = "<group>", description = "Hand pending entries to another consumer.")
    private @Nullable String claim;

    @Option(names = "--to", paramLabel = "<consumer>", description = "Who gets what is claimed.")
    private @Nullable String to;

    @Option(names = "--from", paramLabel = "<consumer>", description = "Whose entries are claimed (default: all).")
    private @Nullable String from;

    @Option(
            names = "--min-idle",
            paramLabel = "<time>",
            converter = AgeConverter.class,
            description = "Only entries, or consumers, idle for so long (default: --dead-after; to delete: 1h).")
    private @Nullable Duration minIdle;

    @Option(
            names = "--delete-consumers",
            paramLabel = "<group>",
            description = "Delete idle ones with nothing pending.")
    private @Nullable String deleteConsumers;

    @Option(names = "--trim", description = "Remove the oldest entries, but nothing that a group needs.")
    private boolean trim;

    @Option(names = "--max-length", paramLabel = "<n>", description = "Keep so many entries.")
    private @Nullable Long maxLength;

    @Option(
            names = "--max-age",
            paramLabel = "<time>",
            converter = AgeConverter.class,
            description = "Keep entries that are younger, such as 7d.")
    private @Nullable Duration maxAge;

    @Option(names = "--cut-unread", description = "Trim also what groups were not given or have not acknowledged.")
    private boolean cutUnread;

    @Option(
            names = "--most",
            paramLabel = "<n>",
            description = "How many streams to tell (default: 50), entries to claim (default: 10000).")
    private @Nullable Integer most;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    StreamCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        check();
        try {
            return isDeed() ? act() : look();
        } catch (UserError e) {
            throw usage(String.valueOf(e.getMessage()));
        } finally {
            out().flush();
        }
    }

    private boolean isDeed() {
        return trim || claim != null || deleteConsumers != null;
    }

    private void check() {
        if (Stream.of(trim, claim != null, deleteConsumers != null)
                        .filter(wish -> wish)
                        .count()
                > 1) {
            throw usage("Say one of --claim, --trim and --delete-consumers.");
        }
        if (isDeed() && key == null) {
            throw usage("Say which stream: keywright stream <uri> <key> ...");
        }
        if (yes && !isDeed()) {
            throw usage("There is nothing to say --yes to; it is for --claim, --trim and --delete-consumers.");
        }
        if ((claim == null) != (to == null) || from != null && claim == null) {
            throw usage("Claiming takes --claim <group> and --to <consumer>, and --from <consumer> where it matters.");
        }
        if (from != null && from.equals(to)) {
            throw usage("--from and --to name the same consumer.");
        }
        if (!trim && (maxLength != null || maxAge != null || cutUnread)) {
            throw usage("--max-length, --max-age and --cut-unread are for --trim.");
        }
        if (minIdle != null && claim == null && deleteConsumers == null) {
            throw usage("--min-idle is for --claim and --delete-consumers.");
        }
        if (most != null && most < 1) {
            throw usage("--most is less than 1.");
        }
        if (!(seconds >= 0 && seconds <= 60)) {
            throw usage("--seconds is not 0 to 60.");
        }
    }

    private int look() {
        StreamReport report;
        Duration between = Duration.ofMillis(Math.round(seconds * 1e3));
        try (Progress progress = new Progress(err(), screen.progress())) {
            report = new StreamGroups()
                    .run(
                            new StreamGroups.Request(
                                    uri,
                                    Optional.ofNullable(key),
                                    between,
                                    deadAfter,
                                    keys,
                                    most == null ? TOLD : most),
                            progress)
                    .report();
        }
        if (json) {
            out().println(Json.pretty("keywright.stream/1", report));
        } else {
            new StreamPage(new Sheet(out(), screen)).show(report);
        }
        if (report.streams().isEmpty() && !report.notes().isEmpty()) {
            err().println("keywright: No stream could be looked at; the notes say why.");
            return Main.FAILED;
        }
        return Sheet.status(report.findings());
    }

    private int act() {
        StreamGroups groups = new StreamGroups();
        StreamGroups.At at = new StreamGroups.At(uri, String.valueOf(key), yes);
        Change change;
        if (claim != null && to != null) {
            change = groups.claim(
                    at,
                    new StreamRepair.Claim(
                            claim,
                            to,
                            Optional.ofNullable(from),
                            minIdle == null ? deadAfter : minIdle,
                            most == null ? CLAIMED : most));
        } else if (deleteConsumers != null) {
            change = groups.deleteConsumers(at, deleteConsumers, minIdle == null ? LONG_IDLE : minIdle);
        } else {
            change = groups.trim(at, Optional.ofNullable(maxLength), Optional.ofNullable(maxAge), cutUnread);
        }
        if (json) {
            out().println(Json.pretty("keywright.change/1", change));
        } else {
            new Sheet(out(), screen).change(change);
        }
        return Sheet.status(change);
    }
}
