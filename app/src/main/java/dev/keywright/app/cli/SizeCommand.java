package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Size;
import dev.keywright.ops.memory.SizeReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright size}: what data will take before it exists. */
@Command(
        name = "size",
        description = "Predicts the memory of data that does not exist yet, and what to buy for it.",
        customSynopsis = {
            "keywright size [<options>] \"<data in words>\"",
            "keywright size [<options>] <file.yaml>",
            "keywright size [<options>] --sample <file> [--keys <n>]"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it was sized",
            "1:a file or server could not be read",
            "2:the arguments make no sense",
            "3:the words do not say enough; what is missing is said",
            "4:the real server took more than 2 %% more or less than predicted"
        })
final class SizeCommand extends Verb {

    private static final double GOAL = 0.02;

    private final Screen screen;

    @Parameters(
            arity = "0..*",
            paramLabel = "<data>",
            description = "The data in your own words, quoted, or a YAML file that describes it.")
    private List<String> words = List.of();

    @Option(
            names = "--sample",
            paramLabel = "<file>",
            description = "Real keys and values: lines of JSON with key, type and value, or key,value.")
    private @Nullable Path sample;

    @Option(names = "--keys", paramLabel = "<n>", description = "How many keys there will be, for --sample: 5000000.")
    private long keys;

    @Option(
            names = "--for",
            paramLabel = "<version>",
            description = "redis-7.0, redis-7.2, redis-7.4, redis-8, valkey-7.2 or valkey-8 (default: redis-8).")
    private @Nullable String version;

    @Option(
            names = "--allocator",
            paramLabel = "<jemalloc|debian|libc>",
            description = "Official images, Debian's and Ubuntu's packages, or a C library (default: jemalloc).")
    private @Nullable String allocator;

    @Option(
            names = "--redis",
            paramLabel = "<uri>",
            description = "Take version, allocator and limits from this server; nothing is written.")
    private @Nullable String redis;

    @Option(
            names = "--growth",
            paramLabel = "<percent>",
            description =
                    "By how much the data grows in a month: \"5 %%\". Looked at for 12 months unless they are set.")
    private @Nullable String growth;

    @Option(
            names = "--set",
            paramLabel = "<field=value>",
            description = "Overrules a figure: sessions.fields=10, server.machine=32GB. May be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--verify",
            description = "Load a sample into a private server and compare what it takes with the model.")
    private boolean verify;

    @Option(names = "--server", paramLabel = "<path>", description = "Verify with this redis-server or valkey-server.")
    private @Nullable Path server;

    @Option(names = "--yaml", description = "Print what was understood as YAML to edit, and nothing else.")
    private boolean yaml;

    @Option(names = "--json", description = "Print the report as one JSON document and nothing else.")
    private boolean json;

    SizeCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        String text = String.join(" ", words).strip();
        check(text);
        Size.Request request = new Size.Request(
                text,
                Optional.ofNullable(sample),
                keys,
                settings(),
                Optional.ofNullable(redis),
                verify || server != null,
                Optional.ofNullable(server));
        Size.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = new Size().run(request, progress);
        }
        if (yaml && !result.yaml().isEmpty()) {
            out().print(result.yaml());
        }
        if (result.missing().isPresent()) {
            err().println("keywright: " + Prose.clean(result.missing().get()));
            return Main.REFUSED;
        }
        SizeReport report = result.report().orElseThrow();
        if (json) {
            out().println(Json.pretty("keywright.size/1", report));
        } else if (!yaml) {
            out().print(SizePage.text(report, screen));
        }
        boolean off = report.verified()
                .filter(verified -> verified.worstError() > GOAL)
                .isPresent();
        return off ? Main.UNPROVEN : Main.ANSWERED;
    }

    private void check(String text) {
        if (text.isEmpty() && sample == null) {
            throw usage("Say what to size: keywright size \"5M sessions of 400 bytes\".");
        }
        if (!text.isEmpty() && sample != null) {
            throw usage("--sample describes the data by a file; leave out the words.");
        }
        if (keys != 0 && (sample == null || keys < 0)) {
            throw usage("--keys says how many keys like those of --sample there will be; give both, and 1 or more.");
        }
        if (json && yaml) {
            throw usage("--json and --yaml exclude each other; choose one.");
        }
        if (redis != null && (version != null || allocator != null)) {
            throw usage("--redis tells version and allocator; leave out --for and --allocator.");
        }
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>();
        add(all, "version", version);
        add(all, "allocator", allocator);
        add(all, "growth", growth);
        if (growth != null && settings.stream().noneMatch(setting -> setting.startsWith("server.months"))) {
            all.add("server.months=12");
        }
        all.addAll(settings);
        return all;
    }

    private static void add(List<String> settings, String field, @Nullable String value) {
        if (value != null) {
            settings.add("server." + field + "=" + value);
        }
    }
}
