package dev.keywright.app.operation;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.analysis.Analysis;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.analysis.AnalysisReport.Shard;
import dev.keywright.ops.analysis.KeyRelay;
import dev.keywright.ops.analysis.KeySink;
import dev.keywright.ops.analysis.KeyTally;
import dev.keywright.ops.analysis.Origin;
import dev.keywright.ops.analysis.dump.Dump;
import dev.keywright.ops.analysis.dump.DumpOptions;
import dev.keywright.ops.analysis.dump.DumpSource;
import dev.keywright.ops.config.Release;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Estimate;
import dev.keywright.ops.memory.Version;
import dev.keywright.ops.rdb.RdbFailure;
import dev.keywright.ops.rdb.RdbFile;
import dev.keywright.ops.rdb.RdbHeader;
import dev.keywright.ops.rdb.RdbKey;
import dev.keywright.ops.rdb.RdbReader;
import dev.keywright.ops.rdb.RdbValue;
import dev.keywright.ops.rdb.RdbVisitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report of RDB files, one or several of one deployment. */
final class DumpKeys {

    private static final String RDB = ".rdb";
    /** Of a save that a server has not ended, or will never. */
    private static final String UNFINISHED = "temp-";

    private final Analyze.Request request;
    private final Consumer<String> progress;
    private final List<KeyTally> tallies = new ArrayList<>();
    private final List<Shard> shards = new ArrayList<>();
    private final Map<String, Long> parts = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private long keys;

    DumpKeys(Analyze.Request request, Consumer<String> progress) {
        this.request = request;
        this.progress = progress;
    }

    AnalysisReport report() {
        List<Path> files =
                request.targets().stream().flatMap(this::files).distinct().toList();
        long start = System.nanoTime();
        List<Dump> dumps = new ArrayList<>();
        for (Path file : files) {
            progress.accept("reading " + file);
            read(file).ifPresent(dumps::add);
        }
        if (dumps.isEmpty()) {
            throw new UserError(String.join(" ", problems));
        }
        Dump first = dumps.get(0);
        String kind =
                files.size() == 1 ? "RDB file of version " + first.header().version() : files.size() + " RDB files";
        return Analysis.report(
                tallies,
                new Origin(
                        String.join(" ", request.targets()),
                        kind,
                        server(first.header()),
                        first.profile(),
                        false,
                        keys,
                        1,
                        Optional.empty(),
                        parts.entrySet().stream()
                                .map(part -> new Part(part.getKey(), part.getValue()))
                                .filter(part -> part.bytes() != 0)
                                .toList(),
                        shards,
                        Optional.empty(),
                        false,
                        (System.nanoTime() - start) / 1e9,
                        notes.stream().distinct().toList(),
                        problems));
    }

    // --- files

    private Stream<Path> files(String target) {
        Path path;
        try {
            path = Path.of(target);
        } catch (InvalidPathException e) {
            throw new UserError(
                    "\"" + target + "\" is neither a path nor a URI. Give dump.rdb or redis://host:port.", e);
        }
        if (Files.isRegularFile(path)) {
            return Stream.of(path);
        }
        if (!Files.exists(path)) {
            throw new UserError("There is no " + path + ". Give an RDB file, a folder of them or redis://host:port.");
        }
        if (!Files.isDirectory(path)) {
            throw new UserError(path + " is neither a file nor a folder but a pipe or device, which can be read only"
                    + " once. Write it to a file and give that.");
        }
        List<Path> found = inFolder(path);
        if (found.isEmpty()) {
            throw new UserError(path + " holds no .rdb file, neither itself nor in appendonlydir. Give the file.");
        }
        return found.stream();
    }

    /** The base of an append-only file where there is one, as the server would load that; else all dumps. */
    private List<Path> inFolder(Path folder) {
        for (Path place : List.of(folder.resolve("appendonlydir"), folder)) {
            if (!ending(place, ".manifest").isEmpty()) {
                RdbFile base = base(place);
                if (base.path().toString().endsWith(RDB)) {
                    notes.add(String.format(
                            Locale.ROOT,
                            "%s is the base of an append-only file; commands written since (%,d bytes) are not in it.",
                            base.path().getFileName(),
                            base.incrementBytes()));
                    return List.of(base.path());
                }
            }
        }
        return ending(folder, RDB).stream()
                .filter(file -> !file.getFileName().toString().startsWith(UNFINISHED))
                .toList();
    }

    private static RdbFile base(Path folder) {
        try {
            return RdbFile.of(folder);
        } catch (RdbFailure e) {
            throw new UserError(folder + ": " + e.getMessage() + ". Give the file.", e);
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static UserError unreadable(Path path, IOException e) {
        return new UserError(path + " cannot be read (" + ReportFiles.reason(e) + "). Give a file that can.", e);
    }

    private static List<Path> ending(Path folder, String end) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private Optional<Dump> read(Path file) {
        KeyTally tally = new KeyTally(written(file).toEpochMilli(), options().limits());
        KeySink sink = request.databases().isEmpty()
                ? tally
                : key -> {
                    if (request.databases().contains(key.database())) {
                        tally.key(key);
                    }
                };
        try {
            Dump dump = read(file, sink);
            add(file, tally, dump);
            return Optional.of(dump);
        } catch (RdbFailure e) {
            problems.add(file + ": " + e.getMessage());
        } catch (IOException e) {
            problems.add(file + " cannot be read (" + ReportFiles.reason(e) + ").");
        } catch (OpsException e) {
            problems.add(file + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private Dump read(Path file, KeySink sink) throws IOException {
        try (KeyRelay counting = new KeyRelay(sink)) {
            return DumpSource.read(file, options(), counting);
        }
    }

    private void add(Path file, KeyTally tally, Dump dump) {
        tallies.add(tally);
        keys += dump.databases().stream()
                .filter(database ->
                        request.databases().isEmpty() || request.databases().contains(database.number()))
                .mapToLong(Dump.Database::keys)
                .sum();
        double overhead =
                dump.totals().values() + dump.totals().names() - dump.totals().usage();
        parts.merge("what MEMORY USAGE leaves out of keys", Math.round(overhead), Long::sum);
        for (Estimate.Part part : dump.totals().parts()) {
            if (!part.name().equals("values") && !part.name().equals("keys")) {
                parts.merge(part.name(), Math.round(part.bytes()), Long::sum);
            }
        }
        notes.addAll(dump.assumptions());
        dump.header()
                .usedMemoryBytes()
                .ifPresent(bytes -> notes.add(String.format(
                        Locale.ROOT,
                        "When %s was written, its server used %,d bytes, clients and buffers included.",
                        file.getFileName(),
                        bytes)));
        dump.damage().ifPresent(damage -> problems.add(file + ": " + damage.message()));
        shards.add(new Shard(
                file.getFileName().toString(),
                dump.keys(),
                tally.keys(),
                Math.round(dump.totals().totalBytes()),
                dump.damage().isPresent() ? "damaged" : "whole"));
    }

    /** When the file was written, as itself tells; times are reckoned from then. */
    private static Instant written(Path file) {
        Head head = new Head();
        try {
            RdbReader.read(file, head);
        } catch (IOException | Enough e) {
            // Whatever is wrong with the file, reading it will tell.
        }
        try {
            return head.created.isPresent()
                    ? head.created.get()
                    : Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.now();
        }
    }

    /** Reads what a file says of itself, and no more. */
    private static final class Head implements RdbVisitor {
        private Optional<Instant> created = Optional.empty();

        @Override
        public void header(RdbHeader header) {
            created = header.created();
            throw new Enough();
        }

        @Override
        public void key(RdbKey key, RdbValue value) {
            throw new Enough();
        }
    }

    private static final class Enough extends RuntimeException {
        Enough() {
            super(null, null, false, false);
        }
    }

    // --- options

    private DumpOptions options() {
        DumpOptions options = DumpOptions.DEFAULTS;
        if (request.release().isPresent()) {
            options = options.withVersion(version(request.release().get()));
        }
        if (request.allocator().isPresent()) {
            options = options.withAllocator(allocator(request.allocator().get()));
        }
        return options;
    }

    private static Version version(String text) {
        Release release = Release.parse(text);
        return Version.of(release.product().equals("valkey"), release.major() + "." + release.minor() + ".0")
                .orElseThrow(() -> new UserError(text + " is no version of Redis or Valkey; write redis-7.2."));
    }

    private static Allocator allocator(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "jemalloc" -> Allocator.JEMALLOC_8;
            case "debian" -> Allocator.JEMALLOC_16;
            case "libc" -> Allocator.LIBC;
            default ->
                throw new UserError(Stream.of("jemalloc", "debian", "libc")
                        .collect(Collectors.joining(
                                ", ", "The allocator \"" + text + "\" is unknown; give one of ", ".")));
        };
    }

    private static String server(RdbHeader header) {
        return header.serverVersion()
                .map(version -> (header.valkey() || header.auxiliary().containsKey("valkey-ver") ? "Valkey " : "Redis ")
                        + version)
                .orElse("unknown server");
    }
}
