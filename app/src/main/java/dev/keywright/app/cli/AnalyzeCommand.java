package dev.keywright.app.cli;

import dev.keywright.app.operation.Analyze;
import dev.keywright.app.operation.Json;
import dev.keywright.ops.analysis.AnalysisReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright analyze}: what is in a server, a cluster or a dump, and what is odd about it. */
@Command(
        name = "analyze",
        description =
                "Explains the memory of a server, a cluster or a dump: by learned key pattern, type, size and time,"
                        + " with what is odd and what would save memory.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all was read and written",
            "1:something could not be read or written; the report of the rest was printed",
            "2:the arguments make no sense"
        },
        footer = {
            "",
            "A scan sees all names and spares the server: it slows down when others are answered late. Ctrl-C ends it"
                    + " with the report so far.",
            "",
            "Examples:",
            "  keywright analyze redis://localhost:6379 --html report.html",
            "  keywright analyze redis://localhost:6379 --sample 1%% --save today.json",
            "  keywright analyze dump.rdb --against yesterday.json"
        })
final class AnalyzeCommand extends Verb {

    private static final int MOST = 100;
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final Screen screen;

    @Parameters(
            arity = "1..*",
            paramLabel = "<uri|dump.rdb|folder>",
            description = "redis://host:port of a server, a cluster's node or a Sentinel; or RDB files and folders with"
                    + " them, or with an append-only file's base.")
    private List<String> targets = List.of();

    @Option(names = "--html", paramLabel = "<file>", description = "Write one page with charts and tables.")
    private @Nullable Path html;

    @Option(
            names = "--csv",
            paramLabel = "<folder|file>",
            description = "Write patterns.csv and keys.csv there, or NAME.csv and NAME-keys.csv.")
    private @Nullable Path csv;

    @Option(names = "--save", paramLabel = "<file>", description = "Write the report as JSON, for --against.")
    private @Nullable Path save;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(names = "--against", paramLabel = "<file>", description = "Tell what changed since that report.")
    private @Nullable Path against;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "How many patterns and keys are shown (default: 10; JSON and files have 1000 and 100).")
    private int top;

    @Option(names = "--databases", paramLabel = "<n,n>", split = ",", description = "Count these databases only.")
    private List<Integer> databases = List.of();

    @Option(
            names = "--sample",
            paramLabel = "<percent>",
            converter = RatioConverter.class,
            description = "Live: read the facts of so many keys, such as 1%%; totals get a range.")
    private @Nullable Double sample;

    @Option(
            names = "--counts",
            description = "Live: ask of every key how many elements it has; one more command per key.")
    private boolean counts;

    @Option(names = "--max-rate", paramLabel = "<n>", description = "Live: keys a second of each server at most.")
    private @Nullable Integer maxRate;

    @Option(
            names = "--max-latency",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "Live: how much later than when idle the server may answer others meanwhile (default: 3ms).")
    private @Nullable Duration maxLatency;

    @Option(
            names = "--from",
            paramLabel = "<replica|master>",
            description = "Live: which server of a shard is read (default: a replica where there is one).")
    private @Nullable String from;

    @Option(
            names = "--cursor",
            paramLabel = "<file>",
            description = "Live: where the scan leaves its position when it is stopped, and goes on from.")
    private @Nullable Path cursor;

    @Option(
            names = "--for",
            paramLabel = "<version>",
            description =
                    "Dump: the server whose memory is meant: redis-7.0, redis-8, valkey-8 ... (default: the one that"
                            + " wrote it).")
    private @Nullable String release;

    @Option(
            names = "--allocator",
            paramLabel = "<jemalloc|debian|libc>",
            description = "Dump: official images, Debian's and Ubuntu's packages, or a C library (default: jemalloc).")
    private @Nullable String allocator;

    /** Ends the work early. */
    private volatile Runnable stop = () -> {};

    AnalyzeCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        check();
        CountDownLatch shown = new CountDownLatch(1);
        stop = shown::countDown;
        Thread atEnd = new Thread(() -> farewell(shown), "keywright-stop");
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            return status(analyzed());
        } finally {
            out().flush();
            shown.countDown();
            forget(atEnd);
        }
    }

    /** Ctrl-C: ends the scan and waits until what it saw is shown. */
    private void farewell(CountDownLatch shown) {
        stop.run();
        try {
            shown.await(FAREWELL.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread atEnd) {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The program ends already and the hook runs.
        }
    }

    private Analyze.Result analyzed() {
        try (Progress progress = new Progress(err(), screen.progress())) {
            return new Analyze().run(request(), progress, early -> stop = early);
        }
    }

    private int status(Analyze.Result result) {
        AnalysisReport report = result.report();
        if (json) {
            out().println(Json.pretty(AnalysisReport.SCHEMA, report));
        } else {
            new AnalyzePage(out(), screen, top).show(report);
            result.written().forEach(file -> out().println("Written: " + Prose.clean(file.toString())));
        }
        report.problems().forEach(this::complain);
        result.failures().forEach(this::complain);
        return result.complete() ? Main.ANSWERED : Main.FAILED;
    }

    private void complain(String reason) {
        err().println("keywright: " + Prose.clean(Secrets.hidden(reason)));
    }

    private Analyze.Request request() {
        return new Analyze.Request(
                targets,
                new Analyze.Live(
                        sample == null ? 1 : sample,
                        maxRate == null ? 0 : maxRate,
                        Optional.ofNullable(maxLatency),
                        "master".equals(from),
                        counts,
                        Optional.ofNullable(cursor)),
                Optional.ofNullable(release),
                Optional.ofNullable(allocator),
                databases.stream().collect(Collectors.toCollection(LinkedHashSet::new)),
                Optional.ofNullable(against),
                new Analyze.Outputs(Optional.ofNullable(html), Optional.ofNullable(csv), Optional.ofNullable(save)));
    }

    private void check() {
        boolean live = targets.stream().anyMatch(target -> target.contains("://"));
        if (top < 1 || top > MOST) {
            throw usage("--top is " + top + "; give 1 to " + MOST + ".");
        }
        if (maxRate != null && maxRate < 1) {
            throw usage("--max-rate is " + maxRate + "; give 1 or more keys a second.");
        }
        if (from != null && !Set.of("replica", "master").contains(from)) {
            throw usage("--from is " + from + "; give replica or master.");
        }
        boolean liveOnly =
                sample != null || counts || maxRate != null || maxLatency != null || from != null || cursor != null;
        if (!live && liveOnly) {
            throw usage(
                    "--sample, --counts, --max-rate, --max-latency, --from and --cursor are for running servers; a file"
                            + " is read whole.");
        }
        if (live && (release != null || allocator != null)) {
            throw usage("--for and --allocator are for files; a running server tells its own.");
        }
    }

    /** Reads 1%, 0.5% or 0.01. */
    static final class RatioConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            String number = text.strip().toLowerCase(Locale.ROOT);
            boolean percent = number.endsWith("%");
            try {
                double value = Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
                double ratio = percent ? value / 100 : value;
                if (ratio > 0 && ratio <= 1) {
                    return ratio;
                }
            } catch (NumberFormatException e) {
                // Told below, with what is out of range.
            }
            throw new TypeConversionException("expected a part of all keys such as 1% or 0.01 but was '" + text + "'");
        }
    }
}
