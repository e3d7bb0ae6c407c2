package dev.keywright.app.cli;

import dev.keywright.app.operation.Prove;
import dev.keywright.expert.evidence.ServerChoice;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright prove}: tries what a design promises on real servers of this machine. */
@Command(
        name = "prove",
        description = "Starts a design's servers here, fills them, drives its operations, breaks what it says it"
                + " survives, and tells of each promise whether it held.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:no promise was found broken",
            "1:something went wrong",
            "2:the arguments make no sense",
            "4:a promise does not hold"
        })
final class ProveCommand extends Verb {

    private static final int MARGIN = 15;
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})\\s*(ms|s|m|min)?");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,12})([kM]?)");
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "min", 60_000L);

    private final Screen screen;

    @Parameters(paramLabel = "<dir>", description = "What keywright \"<task>\" wrote; the proof goes there too.")
    private Path folder = Path.of(".");

    @Option(
            names = "--budget",
            paramLabel = "<time>",
            description = "How long it may take in all, such as 30s or 5m (default: 60s).")
    private String budget = "60s";

    @Option(
            names = "--scale",
            paramLabel = "<full|N>",
            description = "Load all stated items, or so many (default: as many as fit the time and the memory).")
    private @Nullable String scale;

    @Option(names = "--json", description = "Print proof.json and nothing else.")
    private boolean json;

    @Option(names = "--server", paramLabel = "<path>", description = "Start this redis-server or valkey-server.")
    private @Nullable String server;

    ProveCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Prove.Request request = new Prove.Request(folder, budget(), items(), server());
        Prove.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            progress.accept("reading the design");
            result = Prove.create().run(request, progress);
        }
        if (json) {
            out().print(result.document());
        } else {
            show(result);
        }
        return result.holds() ? Main.ANSWERED : Main.UNPROVEN;
    }

    private ServerChoice server() {
        if (server == null) {
            return ServerChoice.OWN;
        }
        if (server.contains("://")) {
            throw usage(
                    "--server takes the path of a redis-server or valkey-server: a proof breaks servers, so it starts"
                            + " its own. keywright failover-drill tries a running topology.");
        }
        return ServerChoice.program(Path.of(server));
    }

    private Duration budget() {
        Matcher time = TIME.matcher(budget.strip().toLowerCase(Locale.ROOT));
        if (!time.matches()) {
            throw usage("--budget " + budget + " is no time; write for example 30s or 5m.");
        }
        String unit = time.group(2) == null ? "s" : time.group(2);
        long millis = Long.parseLong(time.group(1)) * MILLIS.getOrDefault(unit, 1_000L);
        if (millis < 1_000) {
            throw usage("--budget " + budget + " is too little; give 1s or more.");
        }
        return Duration.ofMillis(millis);
    }

    private OptionalLong items() {
        if (scale == null) {
            return OptionalLong.empty();
        }
        if (scale.equals("full")) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        Matcher count = COUNT.matcher(scale);
        if (!count.matches() || Long.parseLong(count.group(1)) == 0) {
            throw usage("--scale " + scale + " is neither full nor a number of items such as 50000 or 2M.");
        }
        long times = count.group(2).equals("k") ? 1_000 : count.group(2).equals("M") ? 1_000_000 : 1;
        return OptionalLong.of(times * Long.parseLong(count.group(1)));
    }

    private void show(Prove.Result result) {
        PrintWriter out = out();
        Style style = screen.style();
        out.println();
        out.println("  " + style.bold(Prose.clean(result.task().strip().replaceAll("\\s+", " "))));
        out.println();
        String label = "ran";
        for (String line : result.ran()) {
            row(label, line, style.dim(label));
            label = "";
        }
        out.println();
        for (Prove.Line line : result.promises()) {
            String outcome = line.outcome();
            String painted = line.isBroken() ? style.red(outcome) : line.isHeld() ? outcome : style.dim(outcome);
            row(outcome, line.promise() + " (" + line.figures() + ")", painted);
        }
        out.println();
        row("written", result.page() + "   " + result.json(), style.dim("written"));
        out.println();
    }

    /** One labelled paragraph, wrapped, with a hanging indent. */
    private void row(String label, String content, String painted) {
        String begin = "  " + painted + " ".repeat(Math.max(1, MARGIN - 2 - label.length()));
        List<String> lines = Prose.wrapped(Prose.clean(content), screen.width() - MARGIN);
        for (String line : lines) {
            out().println((begin + line).stripTrailing());
            begin = " ".repeat(MARGIN);
        }
    }
}
