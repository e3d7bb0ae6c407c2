package dev.keywright.app.cli;

import dev.keywright.app.operation.Doctor;
import dev.keywright.app.operation.Json;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.DoctorReport;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright doctor}: what is wrong with running servers. */
@Command(
        name = "doctor",
        description = "Examines running servers: settings, figures and what changes within seconds, worst first.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing as bad as --fail-on says was found",
            "1:no server could be asked",
            "2:the arguments make no sense",
            "4:something as bad as that was found"
        },
        footer = {"", "Nothing is changed and no key is read."})
final class DoctorCommand extends Verb {

    private final Screen screen;

    @Parameters(
            paramLabel = "<uri>",
            description = "redis://host:port of any server with all its nodes, or redis-sentinel://host:port#master.")
    private @Nullable String uri;

    @Option(
            names = "--for",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            defaultValue = "5s",
            description = "How long rates are looked at, such as 5s or 1m (default: 5s).")
    private Duration time = Duration.ofSeconds(5);

    @Option(
            names = "--as",
            paramLabel = "<cache|store|queue>",
            converter = LintCommand.RoleConverter.class,
            description = "What the servers are for (default: judged by their eviction policy).")
    private @Nullable Role role;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    @Option(
            names = "--fail-on",
            paramLabel = "<info|warning|error|never>",
            converter = LintCommand.FailOnConverter.class,
            description = "From which severity on the exit status is 4 (default: error).")
    private LintCommand.FailOn failOn = LintCommand.FailOn.ERROR;

    DoctorCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        DoctorReport report;
        try (Progress progress = new Progress(err(), screen.progress())) {
            Doctor.Request request = new Doctor.Request(String.valueOf(uri), time, Optional.ofNullable(role));
            report = new Doctor().run(request, progress).report();
        }
        if (json) {
            out().println(Json.pretty("keywright.doctor/1", report));
        } else {
            out().print(DoctorPage.text(report, screen));
        }
        boolean failed = failOn != LintCommand.FailOn.NEVER && report.reaches(Severity.valueOf(failOn.name()));
        return failed ? Main.UNPROVEN : Main.ANSWERED;
    }
}
