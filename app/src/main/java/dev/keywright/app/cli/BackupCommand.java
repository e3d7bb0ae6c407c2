package dev.keywright.app.cli;

import dev.keywright.app.operation.Backup;
import dev.keywright.app.operation.Json;
import dev.keywright.ops.backup.Compression;
import dev.keywright.ops.backup.Manifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright backup}: the data of running servers into a folder, as one proved set. */
@Command(
        name = "backup",
        description = "Takes the data of running servers into a folder as one set, and proves it by loading it.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:there is a new set, checked",
            "1:there is none; older ones are untouched",
            "2:the arguments make no sense"
        })
final class BackupCommand extends Verb {

    private final Screen screen;

    @Parameters(
            index = "0",
            paramLabel = "<uri>",
            description =
                    "redis://, rediss:// or redis-cluster://; all databases are taken, from replicas where there are.")
    private String uri = "";

    @Parameters(index = "1", paramLabel = "<dir>", description = "The folder that holds the sets; made when missing.")
    private Path folder = Path.of("");

    @Option(
            names = "--compress",
            paramLabel = "<zstd|none>",
            converter = CompressionConverter.class,
            description = "How files are stored (default: zstd).")
    private Compression compression = Compression.ZSTD;

    @Option(
            names = "--no-load-check",
            description = "Do not load the files into a private server; the manifest says so.")
    private boolean skipLoadCheck;

    @Option(
            names = "--keep",
            paramLabel = "<n>",
            description = "Then remove older sets of the same servers beyond the newest n.")
    private @Nullable Integer keep;

    @Option(
            names = "--keep-for",
            paramLabel = "<30d>",
            converter = AgeConverter.class,
            description =
                    "Then remove sets of the same servers older than this (h, d or w). With --keep, what either keeps"
                            + " stays; the newest proved set always does.")
    private @Nullable Duration keepFor;

    @Option(
            names = "--resume",
            description = "Go on with the newest unfinished set of the same servers; complete shards are kept.")
    private boolean resume;

    @Option(names = "--aof", description = "Copy the parts of the AOF too; on the servers' own machine.")
    private boolean aof;

    @Option(names = "--allow-partial", description = "Accept a cluster that does not serve all slots, or moves some.")
    private boolean allowPartial;

    @Option(names = "--json", description = "Print the manifest as one JSON document and nothing else.")
    private boolean json;

    BackupCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (keep != null && keep < 1) {
            throw usage("--keep " + keep + " would keep nothing; give 1 or more.");
        }
        Backup.Request request = new Backup.Request(
                uri,
                folder,
                compression,
                !skipLoadCheck,
                resume,
                aof,
                allowPartial,
                Optional.ofNullable(keep),
                Optional.ofNullable(keepFor));
        Backup.Result result;
        try (Progress progress = new Progress(err(), screen.progress())) {
            result = Backup.run(request, progress);
        }
        if (json) {
            out().println(Json.pretty("keywright.backup-result/1", result));
        } else {
            show(result);
        }
        return Main.ANSWERED;
    }

    private void show(Backup.Result result) {
        PrintWriter out = out();
        Style style = screen.style();
        Manifest set = result.manifest();
        out.println(style.bold(result.set()));
        for (Manifest.Shard shard : set.shards()) {
            out.printf(
                    Locale.ROOT,
                    "  %s  %s %s%s  %,d keys  %s, stored %s  %s%n",
                    shard.file(),
                    shard.role(),
                    shard.node(),
                    shard.slots().isEmpty() ? "" : "  slots " + shard.slots(),
                    shard.keys(),
                    size(shard.rdbBytes()),
                    size(shard.storedBytes()),
                    proof(shard));
        }
        set.notes().forEach(note -> out.println("  " + note));
        if (!result.removed().isEmpty()) {
            out.println("  Removed older sets: " + String.join(", ", result.removed()));
        }
        result.notes().forEach(note -> out.println("  " + style.red(note)));
        out.printf(Locale.ROOT, "%,d keys in %.1f s.%n", set.keys(), set.seconds());
        out.println("Back again: " + style.code("keywright restore " + result.set() + " <uri>"));
    }

    private static String proof(Manifest.Shard shard) {
        String checksum = shard.checksum().equals("matched") ? "CRC-64 matched" : "no CRC-64";
        return checksum
                + switch (shard.proof()) {
                    case LOADED -> ", loaded by " + shard.provedBy().orElse("a server");
                    case SKIPPED -> ", not loaded";
                    case TOO_NEW -> ", too new to be loaded here";
                };
    }

    static String size(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    /** Reads zstd and none. */
    static final class CompressionConverter implements ITypeConverter<Compression> {
        @Override
        public Compression convert(String text) {
            try {
                return Compression.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected zstd or none but was '" + text + "'");
            }
        }
    }

    /** Reads 36h, 30d and 8w. */
    static final class AgeConverter implements ITypeConverter<Duration> {

        private static final Pattern AGE = Pattern.compile("([1-9]\\d{0,5})([hdw])");

        @Override
        public Duration convert(String text) {
            Matcher age = AGE.matcher(text);
            if (!age.matches()) {
                throw new TypeConversionException("expected an age such as 36h, 30d or 8w but was '" + text + "'");
            }
            int number = Integer.parseInt(age.group(1));
            return Duration.ofHours(number * List.of(1L, 24L, 168L).get("hdw".indexOf(age.group(2))));
        }
    }
}
