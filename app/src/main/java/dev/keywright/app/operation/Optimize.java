package dev.keywright.app.operation;

import dev.keywright.expert.artifact.Artifact;
import dev.keywright.ops.Document;
import dev.keywright.ops.optimize.Application;
import dev.keywright.ops.optimize.Migration;
import dev.keywright.ops.optimize.Optimizer;
import dev.keywright.ops.optimize.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tries on a copy what would make data smaller, and applies to running servers what is worth it. One thread. */
public final class Optimize {

    /**
     * @param source URI of a server, an RDB file or a folder with one
     * @param ratio what part of the keys to try it on
     * @param servers other server programs to try
     * @param out the folder for plan, settings and migrations
     * @param force write into it also when it holds files
     */
    public record Request(String source, double ratio, List<Path> servers, Optional<Path> out, boolean force) {}

    public record Result(Plan plan) {}

    private volatile boolean stopped;

    /** Changes nothing at the source. */
    public Result run(Request request, Consumer<String> progress) {
        Optional<OutputFolder> out = request.out().map(folder -> new OutputFolder(folder, request.force()));
        Plan plan = Optimizer.run(
                new Optimizer.Options(request.source(), request.ratio(), request.servers(), Optimizer.Options.MOST),
                progress);
        out.ifPresent(folder -> folder.write(files(plan)));
        return new Result(plan);
    }

    private static List<Artifact> files(Plan plan) {
        List<Artifact> files = new ArrayList<>();
        files.add(new Artifact("plan.json", Document.text(plan)));
        plan.best().ifPresent(best -> {
            StringBuilder lines = new StringBuilder();
            best.settings().forEach((name, value) -> lines.append(name + " " + value + "\n"));
            files.add(new Artifact("optimized.conf", lines.toString()));
        });
        Migration.of(plan).forEach((path, text) -> files.add(new Artifact(path, text)));
        return files;
    }

    /** A plan that was written: its file, or the folder it lies in. */
    public Plan read(Path place) {
        Path file = place.toFile().isDirectory() ? place.resolve("plan.json") : place;
        return Document.read(file, Plan.class);
    }

    /** Ends applying early; what was set is put back. From any thread. */
    public void stop() {
        stopped = true;
    }

    /** Does what a plan advises; may be repeated after an interruption. */
    public Application.Result apply(String uri, Plan plan, Application.Options options, Consumer<String> progress) {
        return Application.run(uri, plan, options, () -> stopped, progress);
    }

    /** Whether that names a running server. */
    public static boolean isUri(String source) {
        return Optimizer.isUri(source);
    }
}
