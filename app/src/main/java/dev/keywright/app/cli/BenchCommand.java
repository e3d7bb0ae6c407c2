package dev.keywright.app.cli;

import dev.keywright.app.operation.Bench;
import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.UserError;
import dev.keywright.ops.benchmark.BenchReport;
import dev.keywright.ops.benchmark.Versus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright bench}: load on servers, measured. */
@Command(
        name = "bench",
        description = "Puts load on servers and measures throughput and latency; one server, or two by turns.",
        customSynopsis = {
            "keywright bench [<options>] <uri> [--design <dir|file>] [--against <uri>]",
            "keywright bench [<options>] <dir>",
            "keywright bench [<options>] --variant \"<directive>\" [<dir>]",
            "keywright bench --replay <file> [--speed <x>] <uri>"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:measured",
            "1:something went wrong, or nothing was answered",
            "2:the arguments make no sense",
            "4:a rate that was asked for was not kept"
        },
        footer = {
            "",
            "All keys begin with one random prefix and are removed at the end; no other key is",
            "touched, and nothing is flushed. Ctrl-C ends early and shows what there is."
        })
final class BenchCommand extends Verb {

    private final Screen screen;

    @Parameters(
            arity = "0..1",
            paramLabel = "<uri|dir>",
            description =
                    "Servers that run, or a folder with a design.json, whose servers are started and whose load is"
                            + " used.")
    private @Nullable String target;

    @Option(
            names = "--design",
            paramLabel = "<dir|file>",
            description = "Take the load from this design, or from what keywright analyze --save wrote.")
    private @Nullable Path design;

    @Option(
            names = "--mix",
            paramLabel = "<name=weight,...>",
            description =
                    "Commands, such as get=80,set=20 (the default). Names: ping get set incr mget hset hget hgetall"
                            + " lpush rpush lpop rpop lrange sadd sismember zadd zrange xadd xrange pfadd setbit eval.")
    private @Nullable String mix;

    @Option(
            names = "--command",
            paramLabel = "<[weight:]command>",
            description = "A command in your own words with {key}, {value}, {field} and {n}, such as \"GETRANGE {key} 0"
                    + " 9\". May be repeated.")
    private List<String> commands = List.of();

    @Option(names = "--keys", paramLabel = "<n>", description = "Keys of each structure (default: 100000).")
    private @Nullable Long keys;

    @Option(
            names = "--distribution",
            paramLabel = "<kind>",
            description = "uniform (default), zipf:0.99, hot:10%%,90%% or sequential.")
    private @Nullable String distribution;

    @Option(
            names = "--values",
            paramLabel = "<bytes>",
            description = "100 (default), 10-1000, or lognormal:200,4000 (median and p99).")
    private @Nullable String values;

    @Option(
            names = "--compressible",
            paramLabel = "<ratio>",
            defaultValue = "0",
            description = "The share of each value that is always the same, 0 to 1 (default: 0).")
    private double compressible;

    @Option(names = "--clients", paramLabel = "<n>", defaultValue = "50", description = "Clients (default: 50).")
    private int clients;

    @Option(
            names = "--pipeline",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "Commands a client sends before it waits (default: 1).")
    private int pipeline;

    @Option(
            names = "--threads",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "Threads that speak for the clients (default: 1).")
    private int threads;

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            description = "Open loop: so many operations per second are due, and latencies count from then.")
    private @Nullable Double rate;

    @Option(
            names = "--duration",
            paramLabel = "<time>",
            defaultValue = "10s",
            converter = TimeConverter.class,
            description = "How long a round is measured; with --requests the longest it may take (default: 10s).")
    private Duration duration = Duration.ZERO;

    @Option(names = "--requests", paramLabel = "<n>", description = "Operations of a round.")
    private @Nullable Long requests;

    @Option(
            names = "--warm-up",
            paramLabel = "<time>",
            defaultValue = "2s",
            converter = TimeConverter.OrNone.class,
            description = "How long each round runs before it is measured (default: 2s).")
    private Duration warmUp = Duration.ZERO;

    @Option(names = "--rounds", paramLabel = "<n>", description = "Rounds (default: 1, to compare 6).")
    private @Nullable Integer rounds;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            defaultValue = "5s",
            converter = TimeConverter.class,
            description = "How long to wait for an answer (default: 5s).")
    private Duration timeout = Duration.ZERO;

    @Option(names = "--no-fill", description = "Do not write the keys that are read before.")
    private boolean empty;

    @Option(names = "--prefix", paramLabel = "<text>", description = "Begin keys with this (default: random).")
    private @Nullable String prefix;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "For all that is drawn (default: 1).")
    private long seed;

    @Option(names = "--against", paramLabel = "<uri>", description = "Compare with this server, round by round.")
    private @Nullable String against;

    @Option(
            names = "--variant",
            paramLabel = "<line>",
            description =
                    "Compare two servers started for it: one with this line of redis.conf, such as \"io-threads 4\","
                            + " and one without. May be repeated.")
    private List<String> variant = List.of();

    @Option(names = "--server", paramLabel = "<path>", description = "The redis-server or valkey-server to start.")
    private @Nullable Path server;

    @Option(
            names = "--confidence",
            paramLabel = "<ratio>",
            defaultValue = "0.95",
            description = "Of a comparison's intervals (default: 0.95).")
    private double confidence;

    @Option(names = "--replay", paramLabel = "<file>", description = "Play what MONITOR recorded instead of a load.")
    private @Nullable Path replay;

    @Option(
            names = "--speed",
            paramLabel = "<x>",
            description = "Of the replay: 1 as recorded, 2 twice as fast (default: as fast as the server answers).")
    private @Nullable Double speed;

    @Option(
            names = "--as-recorded",
            description = "The replay uses the keys as they were: data under these keys are changed.")
    private boolean asRecorded;

    @Option(names = "--hdr", paramLabel = "<dir>", description = "Write HdrHistogram files there.")
    private @Nullable Path hdr;

    @Option(names = "--html", paramLabel = "<file>", description = "Write a page with charts.")
    private @Nullable Path html;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    BenchCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Bench.Request request = request();
        Bench bench = new Bench();
        Interruption interruption = new Interruption(bench::stop);
        try {
            Bench.Result result;
            try (Progress progress = new Progress(err(), screen.progress())) {
                result = bench.run(request, progress);
            }
            show(result);
            out().flush();
            if (html != null) {
                bench.page(result, html);
                err().println("The page is " + html + ".");
            }
            return status(result);
        } catch (UserError e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                throw usage(String.valueOf(e.getMessage()));
            }
            throw e;
        } finally {
            interruption.over();
        }
    }

    private void show(Bench.Result result) {
        BenchText page = new BenchText(out(), screen.style());
        if (json) {
            Record report = result.report()
                    .map(Record.class::cast)
                    .orElseGet(() -> result.versus().orElseThrow());
            out().println(Json.pretty(
                    result.report().isPresent() ? "keywright.bench/1" : "keywright.bench-comparison/1", report));
        } else {
            result.report().ifPresent(page::show);
            result.versus().ifPresent(page::show);
        }
    }

    private static int status(Bench.Result result) {
        List<BenchReport> reports = result.report().map(List::of).orElseGet(() -> {
            Versus.Result versus = result.versus().orElseThrow();
            return List.of(versus.first(), versus.second());
        });
        if (reports.stream().anyMatch(report -> report.all().operations() == 0)) {
            return Main.FAILED;
        }
        boolean overloaded = reports.stream()
                .anyMatch(report -> report.schedule()
                        .filter(BenchReport.Schedule::overloaded)
                        .isPresent());
        return overloaded ? Main.UNPROVEN : Main.ANSWERED;
    }

    private Bench.Request request() {
        boolean isUri = target != null && target.contains("://");
        boolean isFolder = target != null && !isUri;
        require(target != null || !variant.isEmpty(), "Say what to put load on: a URI, a folder, or --variant.");
        require(
                !isFolder || Files.isDirectory(Path.of(target)),
                "There is no folder " + target + "; give a URI or a folder.");
        require(!isFolder || design == null, "The folder is a design already; leave --design out.");
        require(against == null || isUri, "--against needs a first server; give its URI.");
        require(variant.isEmpty() || !isUri, "--variant starts both servers; leave the URI out, or use --against.");
        require(server == null || !isUri, "The servers of a URI run already; leave --server out.");
        require(replay == null || isUri && against == null, "--replay needs one URI to play to.");
        require(replay != null || speed == null && !asRecorded, "--speed and --as-recorded are for --replay.");
        require(
                html == null || Files.isDirectory(html.toAbsolutePath().resolveSibling("")),
                "There is no folder for " + html + "; create it, or give another --html.");
        return new Bench.Request(
                isUri ? Optional.ofNullable(target) : Optional.empty(),
                isFolder ? Optional.ofNullable(target).map(Path::of) : Optional.ofNullable(design),
                Optional.ofNullable(against),
                variant,
                Optional.ofNullable(server),
                Optional.ofNullable(replay),
                Optional.ofNullable(speed),
                asRecorded,
                load(),
                confidence);
    }

    private Bench.Load load() {
        return new Bench.Load(
                Optional.ofNullable(mix),
                commands,
                Optional.ofNullable(distribution),
                Optional.ofNullable(keys),
                Optional.ofNullable(values),
                compressible,
                clients,
                pipeline,
                threads,
                Optional.ofNullable(rate),
                duration,
                Optional.ofNullable(requests),
                warmUp,
                Optional.ofNullable(rounds),
                timeout,
                !empty,
                Optional.ofNullable(prefix),
                seed,
                Optional.ofNullable(hdr));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw usage(message);
        }
    }
}
