package dev.keywright.app.cli;

import dev.keywright.app.operation.Jobs;
import dev.keywright.app.operation.Jobs.Deed;
import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.UserError;
import dev.keywright.ops.Change;
import dev.keywright.ops.jobs.JobsReport;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright jobs}: job queues on servers that run. */
@Command(
        name = "jobs",
        description = "Says how Keywright's job queues on a server are, lists their jobs, and steers them.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is wrong, or the deed was planned or done",
            "1:something went wrong",
            "2:the arguments make no sense",
            "4:something is wrong with a queue; the findings say what"
        },
        footer = {
            "",
            "Deeds change nothing but say what they would do, until --yes is said.",
            "Values of jobs are never shown."
        })
final class JobsCommand extends Verb {

    private static final int LISTED = 20;
    private static final int STEERED = 10_000;

    private final Screen screen;

    @Parameters(index = "0", paramLabel = "<uri>", description = "A server, Sentinels or a Cluster.")
    private String uri = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "<queue>", description = "One queue (default: all).")
    private @Nullable String queue;

    @Option(
            names = "--seconds",
            paramLabel = "<s>",
            defaultValue = "1",
            description = "Time between two looks, for rates; 0 for one look, at most 60 (default: 1).")
    private double seconds;

    @Option(
            names = "--keys",
            paramLabel = "<n>",
            defaultValue = "1000000",
            description = "How many keys are looked at to find queues and workers (default: 1000000).")
    private long keys;

    @Option(names = "--list", paramLabel = "<state>", description = "List jobs: ready, later, active, done or dead.")
    private @Nullable String list;

    @Option(names = "--job", paramLabel = "<id>", description = "Show one job and its history.")
    private @Nullable String job;

    @Option(names = "--retry", paramLabel = "<id>", description = "Give a dead job all its attempts again.")
    private @Nullable String retry;

    @Option(names = "--redrive", description = "Give dead jobs all their attempts again, the oldest first.")
    private boolean redrive;

    @Option(names = "--cause", paramLabel = "<text>", description = "Redrive only those with this in their last cause.")
    private @Nullable String cause;

    @Option(names = "--pause", description = "Begin no job from now on; what runs goes on.")
    private boolean pause;

    @Option(names = "--resume", description = "Begin jobs again.")
    private boolean resume;

    @Option(names = "--cancel", paramLabel = "<id>", description = "Take a job out, or ask its worker to stop.")
    private @Nullable String cancel;

    @Option(names = "--purge", paramLabel = "<state>", description = "Remove jobs for good: ready, later or dead.")
    private @Nullable String purge;

    @Option(
            names = "--most",
            paramLabel = "<n>",
            description = "How many jobs to list (default: 20), to redrive or to purge (default: 10000).")
    private @Nullable Integer most;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    JobsCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Map<Deed, String> deeds = deeds();
        check(deeds);
        try {
            if (!deeds.isEmpty()) {
                return steer(deeds.entrySet().iterator().next());
            } else if (list != null) {
                return list(list);
            }
            return job == null ? look() : show(job);
        } catch (UserError e) {
            throw usage(String.valueOf(e.getMessage()));
        } finally {
            out().flush();
        }
    }

    private Map<Deed, String> deeds() {
        Map<Deed, String> deeds = new EnumMap<>(Deed.class);
        if (pause) {
            deeds.put(Deed.PAUSE, "");
        }
        if (resume) {
            deeds.put(Deed.RESUME, "");
        }
        if (redrive) {
            deeds.put(Deed.REDRIVE, cause == null ? "" : cause);
        }
        if (retry != null) {
            deeds.put(Deed.RETRY, retry);
        }
        if (cancel != null) {
            deeds.put(Deed.CANCEL, cancel);
        }
        if (purge != null) {
            deeds.put(Deed.PURGE, purge);
        }
        return deeds;
    }

    private void check(Map<Deed, String> deeds) {
        int wishes = deeds.size() + (list == null ? 0 : 1) + (job == null ? 0 : 1);
        if (wishes > 1) {
            throw usage("Say one of --list, --job, --retry, --redrive, --pause, --resume, --cancel and --purge.");
        }
        if (wishes == 1 && queue == null) {
            throw usage("Say which queue: keywright jobs <uri> <queue> ...");
        }
        if (queue != null && queue.isEmpty()) {
            throw usage("The name of the queue is empty; leave it out to look at all of them.");
        }
        if (cause != null && !redrive) {
            throw usage("--cause is for --redrive.");
        }
        if (yes && deeds.isEmpty()) {
            throw usage("There is nothing to say --yes to; it is for --retry, --redrive, --pause, --resume, --cancel"
                    + " and --purge.");
        }
        if (most != null && most < 1) {
            throw usage("--most is less than 1.");
        }
        if (!(seconds >= 0 && seconds <= 60)) {
            throw usage("--seconds is not 0 to 60.");
        }
    }

    private int look() {
        JobsReport report;
        Duration between = Duration.ofMillis(Math.round(seconds * 1e3));
        try (Progress progress = new Progress(err(), screen.progress())) {
            report = new Jobs()
                    .run(new Jobs.Request(uri, Optional.ofNullable(queue), between, keys), progress)
                    .report();
        }
        if (json) {
            out().println(Json.pretty("keywright.jobs/1", report));
        } else {
            new JobsPage(new Sheet(out(), screen)).show(report);
        }
        if (report.queues().isEmpty() && !report.notes().isEmpty()) {
            err().println("keywright: No queue could be looked at; the notes say why.");
            return Main.FAILED;
        }
        return Sheet.status(report.findings());
    }

    private int list(String state) {
        JobsReport.Listing listing = new Jobs().list(uri, String.valueOf(queue), state, most == null ? LISTED : most);
        if (json) {
            out().println(Json.pretty("keywright.jobs-list/1", listing));
        } else {
            new JobsPage(new Sheet(out(), screen)).show(listing);
        }
        return Main.ANSWERED;
    }

    private int show(String id) {
        JobsReport.OfJob found = new Jobs().job(uri, String.valueOf(queue), id);
        if (json) {
            out().println(Json.pretty("keywright.job/1", found));
        } else {
            new JobsPage(new Sheet(out(), screen)).show(found);
        }
        return Main.ANSWERED;
    }

    private int steer(Map.Entry<Deed, String> deed) {
        Change change = new Jobs()
                .steer(new Jobs.Steer(
                        uri,
                        String.valueOf(queue),
                        deed.getKey(),
                        deed.getValue(),
                        most == null ? STEERED : most,
                        yes));
        if (json) {
            out().println(Json.pretty("keywright.change/1", change));
        } else {
            new Sheet(out(), screen).change(change);
        }
        return Sheet.status(change);
    }
}
