package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.analysis.AnalysisPage;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Says what is in a running deployment or in dumps, pattern by pattern, and writes it down. */
public final class Analyze {

    /**
     * @param targets one URI, or RDB files and folders of them
     * @param live how a deployment is scanned
     * @param release which server a dump is reckoned for, such as {@code redis-7.0}; empty for the one that wrote it
     * @param allocator {@code jemalloc}, {@code debian} or {@code libc}, for dumps
     * @param databases that count; empty for all
     * @param against an earlier report
     * @param outputs where to write
     */
    public record Request(
            List<String> targets,
            Live live,
            Optional<String> release,
            Optional<String> allocator,
            Set<Integer> databases,
            Optional<Path> against,
            Outputs outputs) {
        public Request {
            targets = List.copyOf(targets);
            databases = Set.copyOf(databases);
        }
    }

    /**
     * How a deployment is scanned.
     *
     * @param sampleRatio of how many keys facts are read
     * @param keysPerSecond at most, of each server; 0 for as many as its latency allows
     * @param maxLatency how much slower it may answer others meanwhile
     * @param master read masters, also where there are replicas
     * @param deep how many elements each key has is asked, too
     * @param cursor where the scan leaves its position when it stops, and goes on from
     */
    public record Live(
            double sampleRatio,
            int keysPerSecond,
            Optional<Duration> maxLatency,
            boolean master,
            boolean deep,
            Optional<Path> cursor) {}

    /**
     * Files to write.
     *
     * @param csv a folder, or a file that ends in {@code .csv} with a second one for keys beside it
     */
    public record Outputs(Optional<Path> html, Optional<Path> csv, Optional<Path> json) {}

    /**
     * @param written files
     * @param failures sentences: files that could not be written
     */
    public record Result(AnalysisReport report, List<Path> written, List<String> failures) {
        public Result {
            written = List.copyOf(written);
            failures = List.copyOf(failures);
        }

        /** Whether all was read and written. */
        public boolean complete() {
            return report.problems().isEmpty() && failures.isEmpty();
        }
    }

    /**
     * @param progress told what is going on
     * @param stopper told how the work can be ended early, with a report of what was seen; perhaps never
     * @throws UserError when the arguments do not go together, or nothing could be read
     */
    public Result run(Request request, Consumer<String> progress, Consumer<Runnable> stopper) {
        check(request.outputs());
        Optional<AnalysisReport> earlier = request.against().map(Analyze::earlier);
        boolean live = request.targets().stream().anyMatch(target -> target.contains("://"));
        if (live && request.targets().size() > 1) {
            throw new UserError("Several targets are read together only where all are RDB files; give one URI.");
        }
        AnalysisReport read = live
                ? new LiveKeys(request, progress, stopper)
                        .report(request.targets().get(0))
                : new DumpKeys(request, progress).report();
        AnalysisReport report = earlier.map(read::against).orElse(read);
        List<Path> written = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        write(report, request.outputs(), written, failures);
        return new Result(report, written, failures);
    }

    private static AnalysisReport earlier(Path file) {
        AnalysisReport report = Document.read(file, AnalysisReport.class);
        if (!AnalysisReport.SCHEMA.equals(report.schema())) {
            throw new UserError(file + " is no report of keywright analyze; give one written by --save or --json.");
        }
        return report;
    }

    private static void check(Outputs outputs) {
        outputs.html().ifPresent(ReportFiles::check);
        outputs.json().ifPresent(ReportFiles::check);
        outputs.csv().filter(Analyze::isOneFile).ifPresent(ReportFiles::check);
        outputs.csv()
                .filter(folder -> !isOneFile(folder) && Files.isRegularFile(folder))
                .ifPresent(file -> {
                    throw new UserError(file + " is a file; give a folder, or a name that ends in .csv.");
                });
    }

    private static boolean isOneFile(Path path) {
        return path.toString().endsWith(".csv");
    }

    private static void write(AnalysisReport report, Outputs outputs, List<Path> written, List<String> failures) {
        outputs.json()
                .ifPresent(file -> attempt(file, Json.pretty(AnalysisReport.SCHEMA, report) + "\n", written, failures));
        outputs.html().ifPresent(file -> attempt(file, AnalysisPage.html(report), written, failures));
        outputs.csv().ifPresent(path -> {
            boolean one = isOneFile(path);
            if (!one && !made(path, failures)) {
                return;
            }
            Path patterns = one ? path : path.resolve("patterns.csv");
            Path keys = one
                    ? path.resolveSibling(path.getFileName().toString().replaceFirst("\\.csv$", "-keys.csv"))
                    : path.resolve("keys.csv");
            attempt(patterns, AnalysisTables.patterns(report), written, failures);
            attempt(keys, AnalysisTables.keys(report), written, failures);
        });
    }

    private static boolean made(Path folder, List<String> failures) {
        try {
            Files.createDirectories(folder);
            return true;
        } catch (IOException e) {
            failures.add("The folder " + folder + " could not be made (" + e.getMessage() + "). Choose another place.");
            return false;
        }
    }

    /** One that cannot be written does not keep the others from being written. */
    private static void attempt(Path file, String text, List<Path> written, List<String> failures) {
        try {
            ReportFiles.write(file, text);
            written.add(file);
        } catch (UserError e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }
}
