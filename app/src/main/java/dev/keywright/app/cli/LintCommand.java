package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Lint;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.LintReport;
import dev.keywright.ops.config.Role;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright lint}: what is wrong or risky in conf files and running servers. */
@Command(
        name = "lint",
        description =
                "Says what is wrong or risky in conf files and running servers, and corrects copies of the files.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing as bad as --fail-on says was found",
            "1:a file or server could not be read",
            "2:the arguments make no sense",
            "4:something as bad as that was found"
        })
final class LintCommand extends Verb {

    private static final String INDENT = "    ";

    private final Screen screen;

    @Parameters(
            arity = "1..*",
            paramLabel = "<file|folder|uri>",
            description =
                    "redis.conf, sentinel.conf, ACL files or a folder of them; redis://host:port of a server with all"
                            + " its nodes, or of a Sentinel with all it watches. What several files say of each other"
                            + " is compared.")
    private List<String> targets = List.of();

    @Option(
            names = "--for",
            paramLabel = "<release>",
            description =
                    "Which server reads the files: redis-7.0, redis-7.4, redis-8, valkey-8 ... (default: the newest"
                            + " Redis).")
    private @Nullable String release;

    @Option(names = "--server", paramLabel = "<path>", description = "Judge for this redis-server or valkey-server.")
    private @Nullable Path server;

    @Option(
            names = "--as",
            paramLabel = "<cache|store|queue>",
            converter = RoleConverter.class,
            description = "What the server is for (default: judged by its eviction policy).")
    private @Nullable Role role;

    @Option(
            names = "--here",
            description = "The files are for this machine: compare with its memory, cores and kernel.")
    private boolean here;

    @Option(names = "--fix", description = "Write corrected copies, redis.fixed.conf beside redis.conf.")
    private boolean fix;

    @Option(names = "-o", paramLabel = "<path>", description = "Where the corrected copy goes; with several, a folder.")
    private @Nullable Path copy;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    @Option(names = "--sarif", description = "Print the report in SARIF 2.1.0 and nothing else.")
    private boolean sarif;

    @Option(
            names = "--fail-on",
            paramLabel = "<info|warning|error|never>",
            converter = FailOnConverter.class,
            description = "From which severity on the exit status is 4 (default: error).")
    private FailOn failOn = FailOn.ERROR;

    LintCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (json && sarif) {
            throw usage("--json and --sarif exclude each other; choose one.");
        }
        if (copy != null && !fix) {
            throw usage("-o says where the corrected copy goes; add --fix.");
        }
        if (release != null && server != null) {
            throw usage("--for and --server exclude each other; a program tells its own release.");
        }
        Lint.Result result = new Lint()
                .run(new Lint.Request(
                        targets,
                        Optional.ofNullable(release),
                        Optional.ofNullable(server),
                        Optional.ofNullable(role),
                        here,
                        fix,
                        Optional.ofNullable(copy)));
        PrintWriter out = out();
        if (sarif) {
            out.print(result.sarif());
        } else if (json) {
            out.println(Json.pretty("keywright.lint/1", result.report()));
        } else {
            show(result);
        }
        List<String> unread = result.report().unread();
        unread.forEach(reason -> err().println("keywright: " + Prose.clean(Secrets.hidden(reason))));
        if (!unread.isEmpty()) {
            return Main.FAILED;
        }
        return failOn.isReachedBy(result.judged()) ? Main.UNPROVEN : Main.ANSWERED;
    }

    private void show(Lint.Result result) {
        LintReport report = result.report();
        Style style = screen.style();
        PrintWriter out = out();
        if (report.parts().isEmpty()) {
            out.println(heading(report.subject(), report.kind(), report.judgedFor(), report.role(), style)
                    + style.dim(", " + report.rulesRun() + " rules"));
        }
        report.parts()
                .forEach(part ->
                        out.println(heading(part.subject(), part.kind(), part.judgedFor(), part.role(), style)));
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.INFO)) {
            List<Finding> findings = report.findings().stream()
                    .filter(finding -> finding.severity() == severity)
                    .toList();
            if (!findings.isEmpty()) {
                out.println();
                String heading = heading(severity) + " (" + findings.size() + ")";
                out.println(severity == Severity.ERROR ? style.red(heading) : style.bold(heading));
                findings.forEach(finding -> show(finding, style));
            }
        }
        out.println();
        out.println(summary(report));
        report.notRun()
                .forEach(missed -> out.println(style.dim(
                        "Could not look: " + missed.rules().size() + " rules, because " + missed.reason() + ".")));
        result.copies().forEach(copy -> {
            out.println();
            copy.notes().forEach(note -> out.println("  corrected " + note));
            out.println("The corrected copy is " + style.code(copy.path().toString()) + "; " + summary(copy.left()));
        });
    }

    private static String heading(String subject, String kind, String judgedFor, Role role, Style style) {
        return style.bold(subject)
                + style.dim(
                        "  " + kind + " for " + judgedFor + ", " + role.name().toLowerCase(Locale.ROOT));
    }

    private void show(Finding finding, Style style) {
        PrintWriter out = out();
        int width = screen.width() - INDENT.length();
        out.println("  " + style.bold(Prose.clean(finding.place().toString())) + "  " + style.dim(finding.id()));
        Prose.wrapped(Prose.clean(finding.what() + " " + finding.why()), width)
                .forEach(line -> out.println(INDENT + line));
        Prose.wrapped(Prose.clean("-> " + finding.fix()), width)
                .forEach(line -> out.println(INDENT + style.code(line)));
    }

    private static String heading(Severity severity) {
        return switch (severity) {
            case ERROR -> "Errors";
            case WARNING -> "Warnings";
            case INFO -> "Worth knowing";
        };
    }

    private static String summary(LintReport report) {
        if (report.findings().isEmpty()) {
            return "Nothing found.";
        }
        String counts = report.count(Severity.ERROR) + " errors, " + report.count(Severity.WARNING) + " warnings, "
                + report.count(Severity.INFO) + " worth knowing.";
        return report.fixable() == 0 ? counts : counts + " --fix corrects " + report.fixable() + " of them.";
    }

    /** Reads cache, store and queue. */
    static final class RoleConverter implements ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            try {
                return Role.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected cache, store or queue but was '" + text + "'");
            }
        }
    }

    /** From which severity on a report counts as failed. */
    enum FailOn {
        INFO(Severity.INFO),
        WARNING(Severity.WARNING),
        ERROR(Severity.ERROR),
        NEVER(null);

        private final @Nullable Severity from;

        FailOn(@Nullable Severity from) {
            this.from = from;
        }

        boolean isReachedBy(LintReport report) {
            return from != null && report.reaches(from);
        }
    }

    /** Reads a severity, or never. */
    static final class FailOnConverter implements ITypeConverter<FailOn> {
        @Override
        public FailOn convert(String text) {
            try {
                return FailOn.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected info, warning, error or never but was '" + text + "'");
            }
        }
    }
}
