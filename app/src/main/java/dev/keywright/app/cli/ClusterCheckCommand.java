package dev.keywright.app.cli;

import dev.keywright.app.operation.CheckCluster;
import dev.keywright.app.operation.Json;
import dev.keywright.ops.cluster.ClusterReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright cluster check}: what is wrong with a cluster. */
@Command(
        name = "check",
        description = "Asks every node of a cluster and says what is wrong. Changes nothing.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is broken; there may be warnings",
            "1:no node answers",
            "2:the arguments make no sense",
            "4:something is broken"
        })
final class ClusterCheckCommand extends Verb {

    private final Screen screen;

    @Parameters(paramLabel = "<uri>", description = "Any node, such as redis://10.0.0.7:6379.")
    private String uri = "";

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    ClusterCheckCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        ClusterReport report;
        try (Progress progress = new Progress(err(), screen.progress())) {
            report = new CheckCluster()
                    .run(new CheckCluster.Request(uri), progress)
                    .report();
        }
        if (json) {
            out().println(Json.pretty("keywright.cluster-check/1", report));
        } else {
            out().print(ClusterPage.report(report, screen.style()));
        }
        return report.hasErrors() ? Main.UNPROVEN : Main.ANSWERED;
    }
}
