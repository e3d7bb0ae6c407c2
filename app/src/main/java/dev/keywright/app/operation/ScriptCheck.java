package dev.keywright.app.operation;

import dev.keywright.ops.lua.ScriptChecker;
import dev.keywright.ops.lua.ScriptReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Says what is wrong or risky in Lua scripts for Redis; runs them on a private server where that is wanted. */
public final class ScriptCheck {

    /**
     * @param files scripts, and folders whose {@code .lua} files are taken
     * @param run whether the sample call of each header is run
     * @param tries whether the scripts are called with edge values as well
     */
    public record Request(List<String> files, boolean run, boolean tries) {
        public Request {
            files = List.copyOf(files);
        }
    }

    /** @param scripts one report per script, in the order they were named */
    public record Result(List<ScriptReport> scripts) {
        public Result {
            scripts = List.copyOf(scripts);
        }

        public boolean hasErrors() {
            return scripts.stream().anyMatch(ScriptReport::hasErrors);
        }
    }

    /**
     * Checks.
     *
     * @param progress is told in a few words what happens
     * @throws UserError when there is no such file
     */
    public Result run(Request request, Consumer<String> progress) {
        List<Path> files = request.files().stream().flatMap(ScriptCheck::files).toList();
        ScriptChecker.Depth depth = request.tries()
                ? ScriptChecker.Depth.TRY
                : request.run() ? ScriptChecker.Depth.RUN : ScriptChecker.Depth.READ;
        List<ScriptReport> reports = new ArrayList<>();
        try (ScriptChecker checker = new ScriptChecker(depth)) {
            for (Path file : files) {
                progress.accept("checking " + file);
                reports.add(checker.file(file));
            }
        }
        return new Result(reports);
    }

    private static Stream<Path> files(String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new UserError("\"" + name + "\" is no path. Give a Lua script or a folder of them.", e);
        }
        if (!Files.isDirectory(path)) {
            return Stream.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> scripts = all.filter(file -> file.toString().endsWith(".lua"))
                    .sorted()
                    .toList();
            if (scripts.isEmpty()) {
                throw new UserError("There is no .lua file in " + path + ". Name the scripts themselves.");
            }
            return scripts.stream();
        } catch (IOException | UncheckedIOException e) {
            throw new UserError(path + " cannot be read (" + e.getClass().getSimpleName() + ").", e);
        }
    }
}
