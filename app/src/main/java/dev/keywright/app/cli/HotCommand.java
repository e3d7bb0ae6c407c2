package dev.keywright.app.cli;

import dev.keywright.app.operation.Hot;
import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.UserError;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.hot.HotReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright hot}: the hot keys and commands of servers that run. */
@Command(
        name = "hot",
        description =
                "Says which keys and commands of a running server are hot, by listening for a bounded while and by"
                        + " what the server counts itself.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is too hot",
            "1:something went wrong",
            "2:the arguments make no sense",
            "4:a key is too hot for its server"
        },
        footer = {
            "",
            "Listening (MONITOR) slows the server while it lasts; the price is measured and told.",
            "Arguments of commands other than keys are neither kept nor shown."
        })
final class HotCommand extends Verb {

    private final Screen screen;

    @Parameters(
            paramLabel = "<uri>",
            description = "A server, Sentinels or a Cluster, whose masters are all looked at.")
    private String uri = "";

    @Option(
            names = "--seconds",
            paramLabel = "<s>",
            defaultValue = "2",
            description = "How long to listen to each server, at most 10 (default: 2).")
    private double seconds;

    @Option(
            names = "--commands",
            paramLabel = "<n>",
            defaultValue = "1000000",
            description = "End the listening after so many commands (default: 1000000).")
    private long commands;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "How many keys to tell (default: 10).")
    private int top;

    @Option(names = "--no-monitor", description = "Do not listen; use only what the server counts itself.")
    private boolean silent;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    HotCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (!(seconds > 0 && seconds <= 10)) {
            throw usage("--seconds is not above 0 and at most 10: whoever listens slows the server down.");
        }
        Hot hot = new Hot();
        Duration time = Duration.ofMillis(Math.max(1, Math.round(seconds * 1e3)));
        Interruption interruption = new Interruption(hot::stop);
        try {
            HotReport report;
            try (Progress progress = new Progress(err(), screen.progress())) {
                report = hot.run(new Hot.Request(uri, !silent, time, commands, top), progress)
                        .report();
            }
            if (json) {
                out().println(Json.pretty("keywright.hot/1", report));
            } else {
                new HotPage(out(), screen).show(report);
            }
            out().flush();
            if (report.nodes().stream().noneMatch(HotReport.OfNode::isTold)) {
                err().println("keywright: No server let anybody look; grant +monitor, see the notes.");
                return Main.FAILED;
            }
            boolean tooHot = report.findings().stream().anyMatch(finding -> finding.severity() != Severity.INFO);
            return tooHot ? Main.UNPROVEN : Main.ANSWERED;
        } catch (UserError e) {
            throw usage(String.valueOf(e.getMessage()));
        } finally {
            interruption.over();
        }
    }

    /** The report for people. */
    private static final class HotPage {

        private static final int MOST_FORMS = 8;
        private static final int FEW = 100;

        private final PrintWriter out;
        private final Style style;
        private final int width;

        HotPage(PrintWriter out, Screen screen) {
            this.out = out;
            this.style = screen.style();
            this.width = screen.width();
        }

        void show(HotReport report) {
            out.println(style.bold(report.target()) + style.dim("  " + report.server()));
            report.nodes().forEach(this::node);
            if (!report.findings().isEmpty()) {
                out.println();
                out.println(style.bold("Findings"));
                report.findings().forEach(this::finding);
            }
            out.println();
            report.notes().forEach(note -> wrapped(note, "").forEach(line -> out.println(style.dim(line))));
        }

        private void node(HotReport.OfNode node) {
            out.println();
            out.println(style.bold(node.node()));
            node.sample().ifPresent(this::sample);
            node.frequent().ifPresent(this::frequent);
            node.measured().ifPresent(tracked -> {
                out.println("  the server measured for " + tracked.seconds() + " s, by processor time:");
                tracked.byProcessor().forEach(share -> out.println(line(share.ratio(), share.key())));
                out.println("  and by traffic:");
                tracked.byTraffic().forEach(share -> out.println(line(share.ratio(), share.key())));
            });
            if (!node.slots().isEmpty()) {
                out.println("  slots by processor time:");
                node.slots()
                        .forEach(slot ->
                                out.println(line(slot.processorRatio(), slot.slot() + "  (" + slot.keys() + " keys)")));
            }
        }

        private static String line(double ratio, String text) {
            return String.format(Locale.ROOT, "    %5.1f %%  %s", ratio * 100, Prose.clean(text));
        }

        private void sample(HotReport.Sample sample) {
            HotReport.Price price = sample.price();
            out.println(String.format(
                    Locale.ROOT,
                    "  listened %.1f s to %,d commands, %,.0f per second, %.0f %% of them writes%s",
                    sample.seconds(),
                    sample.commands(),
                    sample.perSecond(),
                    sample.writeRatio() * 100,
                    price.complete() ? "" : "; ended by --commands"));
            if (sample.commands() < FEW) {
                out.println(style.dim("  price: too few commands to tell one"));
            } else {
                out.println(style.dim(String.format(
                        Locale.ROOT,
                        "  price: %,.0f commands/s before, %,.0f while listening (%.0f %% less)",
                        price.perSecondBefore(),
                        price.perSecondDuring(),
                        price.lossRatio() * 100)));
            }
            if (sample.keys().isEmpty()) {
                return;
            }
            out.println();
            out.println(style.dim("    commands  reads/writes       bandwidth  type     key"));
            for (HotReport.HotKey key : sample.keys()) {
                String text = String.format(
                        Locale.ROOT, "    %5.1f %%   %,d/%,d", key.ratio() * 100, key.reads(), key.writes());
                String bandwidth = key.bandwidthRatio()
                        .map(ratio -> String.format(Locale.ROOT, "%.0f %%", ratio * 100))
                        .orElse("");
                out.println(String.format(
                        Locale.ROOT, "%-33s%9s  %-7s  %s", text, bandwidth, key.type(), Prose.clean(key.key())));
            }
            if (sample.errorBound() > 0) {
                out.println(style.dim("    each count is too high by " + sample.errorBound() + " at most"));
            }
            out.println();
            out.println("  commands by form of key:");
            sample.commandsByPattern().stream()
                    .limit(MOST_FORMS)
                    .forEach(form -> out.println(line(form.ratio(), form.command() + " " + form.pattern())));
        }

        private void frequent(HotReport.Frequencies frequent) {
            out.println("  by " + frequent.policy() + "'s counter (0 to 255), of " + frequent.asked()
                    + (frequent.all() ? " keys, all there are:" : " keys, not all there are:"));
            frequent.keys()
                    .forEach(key -> out.println(
                            String.format(Locale.ROOT, "    %5d    %s", key.counter(), Prose.clean(key.key()))));
        }

        private void finding(Finding finding) {
            String id = "  " + finding.place() + "  " + style.dim(finding.id());
            out.println(
                    finding.severity() == Severity.INFO
                            ? id
                            : style.bold("  " + finding.place()) + "  " + style.dim(finding.id()));
            wrapped(finding.what() + " " + finding.why(), "    ").forEach(out::println);
            wrapped("-> " + finding.fix(), "    ").forEach(line -> out.println(style.code(line)));
        }

        private List<String> wrapped(String text, String indent) {
            return Prose.wrapped(Prose.clean(text), width - indent.length()).stream()
                    .map(line -> indent + line)
                    .toList();
        }
    }
}
