package dev.keywright.app.cli;

import dev.keywright.app.operation.FailoverDrill;
import dev.keywright.ops.drill.DrillReport;
import dev.keywright.ops.drill.Fault;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright failover-drill}: strikes a primary and tells what a client saw. */
@Command(
        name = "failover-drill",
        description = "Runs a workload whose every write is checked, strikes a primary, and measures detection,"
                + " promotion, downtime and what was lost.",
        customSynopsis = {
            "keywright failover-drill [<options>] <uri>",
            "keywright failover-drill [<options>] <dir>",
            "keywright failover-drill [<options>] --topology <kind>"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every promise held",
            "1:something went wrong",
            "2:the arguments make no sense",
            "3:refused; the reason is said",
            "4:a promise did not hold"
        },
        footer = {
            "",
            "A topology of a folder or a kind is started for the drill and ended after it.",
            "Servers of a URI are killed only when keywright up started them here; others",
            "need --allow-foreign and get an ordered failover. The workload writes below a",
            "random prefix, keys that expire, and removes them."
        })
final class FailoverDrillCommand extends Verb {

    private final Screen screen;

    @Parameters(
            arity = "0..1",
            paramLabel = "<uri|dir>",
            description = "Servers that run, or a folder with a design.json or deployment.json.")
    private @Nullable String target;

    @Option(
            names = "--topology",
            paramLabel = "<kind>",
            description = "Start one of this kind: sentinel, cluster, replica or standalone.")
    private @Nullable String topology;

    @Option(names = "--shards", paramLabel = "<n>", description = "Primaries of a cluster (default: 3).")
    private @Nullable Integer shards;

    @Option(
            names = "--replicas",
            paramLabel = "<n>",
            description = "Replicas of each primary (default: cluster 1, sentinel 2, replica 1).")
    private @Nullable Integer replicas;

    @Option(
            names = "--directive",
            paramLabel = "<line>",
            description =
                    "A line of redis.conf for every server started, such as \"cluster-node-timeout 2000\" or, for the"
                            + " Sentinels, \"down-after-milliseconds 1000\". May be repeated.")
    private List<String> directives = List.of();

    @Option(names = "--server", paramLabel = "<path>", description = "The redis-server or valkey-server to start.")
    private @Nullable Path server;

    @Option(
            names = "--fault",
            paramLabel = "<kind>",
            converter = FaultConverter.class,
            description = "kill, freeze, failover or partition (default: kill; failover on foreign servers).")
    private @Nullable Fault fault;

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            defaultValue = "500",
            description = "Operations per second, a fifth of them reads (default: 500).")
    private int rate;

    @Option(
            names = "--wait",
            paramLabel = "<n>",
            defaultValue = "0",
            description = "Count a write as acknowledged when WAIT confirmed it on so many replicas.")
    private int waitReplicas;

    @Option(
            names = "--slot",
            paramLabel = "<n>",
            defaultValue = "0",
            description = "Strike the primary of this hash slot (default: 0).")
    private int slot;

    @Option(
            names = "--repeat",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "How often, for median and worst (default: 1).")
    private int repeat;

    @Option(
            names = "--warm-up",
            paramLabel = "<seconds>",
            defaultValue = "2",
            description = "How long the workload runs before the fault (default: 2).")
    private double warmUp;

    @Option(
            names = "--patience",
            paramLabel = "<seconds>",
            defaultValue = "60",
            description = "How long to wait for the service, and for servers in sync (default: 60).")
    private double patience;

    @Option(
            names = "--failover-seconds",
            paramLabel = "<s>",
            description = "The longest downtime that is promised (default: the design's).")
    private @Nullable Double failoverSeconds;

    @Option(
            names = "--rpo-seconds",
            paramLabel = "<s>",
            description = "How far back acknowledged writes may be lost (default: the design's).")
    private @Nullable Double rpoSeconds;

    @Option(names = "--max-lost", paramLabel = "<n>", description = "How many acknowledged writes may be lost.")
    private @Nullable Long maxLost;

    @Option(names = "--allow-foreign", description = "Drill servers that keywright up did not start here.")
    private boolean foreign;

    @Option(names = "--yes", description = "Shut down a primary among those without asking.")
    private boolean yes;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    FailoverDrillCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        FailoverDrill.Request request = request();
        FailoverDrill.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = FailoverDrill.ofUser().run(request, progress);
        }
        if (result.refusal().isPresent()) {
            err().println("keywright: " + Secrets.hidden(result.refusal().get()));
            return Main.REFUSED;
        }
        DrillReport report = result.report().orElseThrow();
        if (json) {
            out().println(result.document().orElseThrow());
        } else {
            new DrillPage(out(), screen.style()).show(report);
        }
        return report.held() ? Main.ANSWERED : Main.UNPROVEN;
    }

    private FailoverDrill.Request request() {
        boolean isUri = target != null && target.contains("://");
        if (target == null && topology == null) {
            throw usage("Say what to drill: a URI, a folder, or --topology cluster.");
        }
        if (isUri
                && (topology != null
                        || shards != null
                        || replicas != null
                        || !directives.isEmpty()
                        || server != null)) {
            throw usage("The servers of a URI run already; leave out --topology, --shards, --replicas, --directive and"
                    + " --server.");
        }
        if (topology != null && !topology.matches("(?i)sentinel|cluster|replica|standalone")) {
            throw usage(
                    "--topology " + topology + " cannot be drilled; give sentinel, cluster, replica or standalone.");
        }
        require(rate >= 1 && rate <= 100_000, "--rate " + rate + " is not between 1 and 100000.");
        require(repeat >= 1 && repeat <= 1_000, "--repeat " + repeat + " is not between 1 and 1000.");
        require(slot >= 0 && slot < 16_384, "--slot " + slot + " is not between 0 and 16383.");
        require(waitReplicas >= 0, "--wait " + waitReplicas + " is less than 0.");
        require(warmUp >= 0.1 && warmUp <= 3_600, "--warm-up is not between 0.1 and 3600 seconds.");
        require(patience >= 1 && patience <= 3_600, "--patience is not between 1 and 3600 seconds.");
        return new FailoverDrill.Request(
                isUri ? Optional.ofNullable(target) : Optional.empty(),
                isUri ? Optional.empty() : Optional.ofNullable(target).map(Path::of),
                Optional.ofNullable(topology),
                Optional.ofNullable(shards),
                Optional.ofNullable(replicas),
                directives,
                Optional.ofNullable(server),
                Optional.ofNullable(fault),
                rate,
                waitReplicas,
                slot,
                repeat,
                duration(warmUp),
                duration(patience),
                foreign,
                yes,
                Optional.ofNullable(failoverSeconds),
                Optional.ofNullable(rpoSeconds),
                Optional.ofNullable(maxLost));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw usage(message);
        }
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    /** Reads kill, freeze, failover and partition. */
    static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            try {
                return Fault.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "expected kill, freeze, failover or partition but was '" + text + "'");
            }
        }
    }

    /** The report for people: what happened when, figures, verdicts. */
    private static final class DrillPage {

        private final PrintWriter out;
        private final Style style;

        DrillPage(PrintWriter out, Style style) {
            this.out = out;
            this.style = style;
        }

        void show(DrillReport report) {
            String fault = report.fault().name().toLowerCase(Locale.ROOT);
            out.println(style.bold("Failover drill: " + fault) + " on " + report.target());
            out.println(report.topology() + ", " + report.shards() + (report.shards() == 1 ? " shard, " : " shards, ")
                    + report.replicas() + (report.replicas() == 1 ? " replica" : " replicas"));
            out.println(report.workload());
            DrillReport.Run shown = report.runs().stream()
                    .max(Comparator.comparingDouble(DrillReport.Run::downtime))
                    .orElseThrow();
            timeline(shown, report.runs().size());
            writes(shown);
            figures(report);
            verdicts(report);
        }

        private void timeline(DrillReport.Run run, int runs) {
            out.println();
            out.println(style.bold(runs == 1 ? "What happened" : "What happened in the worst of " + runs + " runs"));
            for (DrillReport.Event event : run.timeline()) {
                out.println(String.format(Locale.ROOT, "  %8.3f s  %s", event.seconds(), event.what()));
            }
        }

        private void writes(DrillReport.Run run) {
            var writes = run.audit().writes();
            out.println("  " + writes.total() + " writes: " + writes.acknowledged() + " acknowledged, " + writes.lost()
                    + " of them lost; " + writes.notExecuted() + " not executed; " + writes.unknown()
                    + " unknown, of which " + writes.unknownApplied() + " took effect");
            var reads = run.audit().reads();
            out.println(
                    "  " + (reads.answered() + reads.failed()) + " reads from the primary: " + reads.stale() + " stale"
                            + (reads.stale() == 0
                                    ? ""
                                    : String.format(Locale.ROOT, ", by up to %.3f s", reads.oldestSeconds())));
            run.audit()
                    .replicaReads()
                    .ifPresent(replica -> out.println("  " + (replica.answered() + replica.failed())
                            + " reads from replicas: " + replica.stale() + " stale"
                            + (replica.stale() == 0
                                    ? ""
                                    : String.format(Locale.ROOT, ", by up to %.3f s", replica.oldestSeconds()))));
        }

        private void figures(DrillReport report) {
            out.println();
            out.println(style.bold(String.format(Locale.ROOT, "%-20s %10s %10s", "Figures", "median", "worst")));
            for (DrillReport.Figure figure : report.figures()) {
                out.println(String.format(
                        Locale.ROOT,
                        "  %-18s %10s %10s  %s",
                        figure.name(),
                        amount(figure.median(), figure.unit()),
                        amount(figure.worst(), figure.unit()),
                        style.dim(figure.how())));
            }
        }

        private void verdicts(DrillReport report) {
            if (report.verdicts().isEmpty() && report.notes().isEmpty()) {
                return;
            }
            out.println();
            out.println(style.bold("Verdict"));
            for (DrillReport.Verdict verdict : report.verdicts()) {
                String mark = verdict.held() ? "held    " : style.red("NOT HELD");
                out.println("  " + mark + "  " + verdict.promise() + ": " + verdict.promised() + ", measured "
                        + verdict.measured() + "  " + style.dim(verdict.how()));
            }
            report.notes().forEach(note -> out.println("  note      " + note));
        }

        private static String amount(double value, String unit) {
            return unit.isEmpty()
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.format(Locale.ROOT, "%.3f %s", value, unit);
        }
    }
}
