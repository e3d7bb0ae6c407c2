package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Optimize;
import dev.keywright.ops.optimize.Application;
import dev.keywright.ops.optimize.Plan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright optimize}: what would make data smaller, tried on a copy; and with {@code --apply} done. */
@Command(
        name = "optimize",
        description =
                "Tries on a copy which settings, and which other ways to store keys, make data smaller, and what they"
                        + " cost; --apply sets what is worth it while clients go on.",
        customSynopsis = {
            "keywright optimize <uri|dump.rdb|folder> [--sample <percent>] [--server <program>]... [-o <folder>]",
            "keywright optimize <uri> --apply [--plan <file>] [--max-latency <ms>] [--rate <values>] [--yes]"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:tried, or applied",
            "1:something went wrong, or answers became slow and the settings were put back",
            "2:the arguments make no sense",
            "3:not confirmed, or the plan advises nothing to apply",
            "4:applied, and less than nine tenths of what was promised was saved"
        })
final class OptimizeCommand extends Verb {

    private static final double PERCENT = 100;

    private final InputStream in;
    private final Screen screen;

    @Parameters(
            paramLabel = "<source>",
            description = "URI of a server of the deployment, an RDB file, or a folder with dump.rdb or appendonlydir.")
    private String source = "";

    @Option(
            names = "--sample",
            paramLabel = "<percent>",
            description = "Try it on a part of the keys, such as 10%%, and scale what it saves.")
    private @Nullable String sample;

    @Option(
            names = "--server",
            paramLabel = "<program>",
            description = "Try this redis-server or valkey-server as well. May be repeated.")
    private List<Path> servers = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "<folder>",
            description = "Write plan.json, optimized.conf and migrations there.")
    private @Nullable Path out;

    @Option(names = "--force", description = "Write into the folder also when it holds files.")
    private boolean force;

    @Option(names = "--apply", description = "Set what is best and write values anew, after showing it and asking.")
    private boolean apply;

    @Option(names = "--plan", paramLabel = "<file>", description = "Apply this plan.json instead of trying anew.")
    private @Nullable Path plan;

    @Option(
            names = "--max-latency",
            paramLabel = "<time>",
            defaultValue = "20ms",
            converter = TimeConverter.class,
            description = "Put the settings back when one of ten answers stays slower than this (default: 20ms).")
    private Duration maxLatency = Duration.ZERO;

    @Option(
            names = "--rate",
            paramLabel = "<values>",
            description = "Values to write anew per second at most (default: 1000).")
    private int rate = 1_000;

    @Option(names = "--rewrite-config", description = "Write the settings into the servers' configuration files, too.")
    private boolean rewriteConfig;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    OptimizeCommand(InputStream in, Screen screen) {
        this.in = in;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        check();
        double ratio = ratio();
        Optimize operation = new Optimize();
        Plan wanted = plan == null ? tried(operation, ratio) : operation.read(plan);
        if (!json) {
            out().print(OptimizePage.plan(wanted, screen));
        } else if (!apply) {
            out().println(Json.pretty("keywright.optimize/1", wanted));
        }
        if (!apply) {
            return Main.ANSWERED;
        }
        if (wanted.best().isEmpty()) {
            err().println("keywright: The plan advises no setting; nothing was changed.");
            return Main.REFUSED;
        }
        if (!yes && !confirmed()) {
            err().println("keywright: Not confirmed; nothing was changed.");
            return Main.REFUSED;
        }
        return applied(operation, wanted);
    }

    private void check() {
        if (apply && !Optimize.isUri(source)) {
            throw usage("--apply changes running servers; give their URI instead of a file.");
        }
        if (plan != null && !apply) {
            throw usage("--plan names a plan to apply; add --apply.");
        }
        if (plan != null && out != null) {
            throw usage("-o writes a new plan and --plan reads one; leave one out.");
        }
        if (apply && !yes && (!screen.terminal() || json)) {
            throw usage("--apply asks before it changes anything and there is no terminal to ask on; add --yes.");
        }
        if (rate < 1) {
            throw usage("--rate takes a number above 0.");
        }
    }

    private double ratio() {
        if (sample == null) {
            return 1;
        }
        String number = sample.strip().replaceFirst("\\s*%$", "");
        double percent = number.matches("\\d{1,3}(\\.\\d{1,6})?") ? Double.parseDouble(number) : 0;
        if (percent <= 0 || percent > PERCENT) {
            throw usage("--sample takes a part such as 10%, above 0 and 100% at most.");
        }
        return percent / PERCENT;
    }

    private Plan tried(Optimize operation, double ratio) {
        try (Progress progress = new Progress(err(), screen.progress())) {
            return operation
                    .run(
                            new Optimize.Request(source, ratio, servers, Optional.ofNullable(out), force),
                            text -> progress.accept(Secrets.hidden(text)))
                    .plan();
        }
    }

    private boolean confirmed() throws IOException {
        out().print("Apply this to the servers? [y/N] ");
        out().flush();
        String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private int applied(Optimize operation, Plan wanted) {
        Application.Options options = new Application.Options(rewriteConfig, maxLatency, rate);
        Interruption interruption = new Interruption(operation::stop);
        try {
            Application.Result result;
            try (Progress progress = new Progress(err(), screen.progress())) {
                result = operation.apply(source, wanted, options, progress);
            }
            if (json) {
                out().println(Json.pretty("keywright.optimize-apply/1", result));
            } else {
                out().print(OptimizePage.applied(result, screen));
            }
            out().flush();
            if (result.rolledBack().isPresent()) {
                return Main.FAILED;
            }
            return result.isShort() ? Main.UNPROVEN : Main.ANSWERED;
        } finally {
            interruption.over();
        }
    }
}
