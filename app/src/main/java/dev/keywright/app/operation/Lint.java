package dev.keywright.app.operation;

import dev.keywright.KeywrightException;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.config.ConfFolder;
import dev.keywright.ops.config.FixedConf;
import dev.keywright.ops.config.LintReport;
import dev.keywright.ops.config.Linter;
import dev.keywright.ops.config.Release;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.config.Sarif;
import dev.keywright.server.RedisBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Says what is wrong or risky in conf files, in what they say of each other and in running servers; corrects copies of the files. */
public final class Lint {

    /**
     * @param targets conf files, folders of them, URIs of servers or Sentinels
     * @param release which server reads the files, such as {@code redis-7.2}; empty for the newest Redis
     * @param server the program that will read the files; it tells release and allocator
     * @param role what the servers are for; empty to judge by their eviction policy
     * @param here the files are for this machine
     * @param fix write corrected copies
     * @param copy where to: a file, or a folder for several; empty for names beside the files
     */
    public record Request(
            List<String> targets,
            Optional<String> release,
            Optional<Path> server,
            Optional<Role> role,
            boolean here,
            boolean fix,
            Optional<Path> copy) {
        public Request {
            targets = List.copyOf(targets);
        }
    }

    /**
     * A corrected copy.
     *
     * @param notes what was corrected
     * @param left what is left to find in it
     */
    public record Copy(Path path, List<String> notes, LintReport left) {
        public Copy {
            notes = List.copyOf(notes);
        }
    }

    /**
     * @param report what was found; of the files as they are, also when they were corrected
     * @param sarif the same in SARIF 2.1.0
     * @param copies the corrected copies
     * @param judged what decides the exit status: the report, or what is left of it
     */
    public record Result(LintReport report, String sarif, List<Copy> copies, LintReport judged) {
        public Result {
            copies = List.copyOf(copies);
        }
    }

    /**
     * A file to look at.
     *
     * @param within its path as seen from the folder that was named
     */
    private record Named(Path file, Path within) {}

    /** @throws UserError when there is no such file or the arguments do not go together */
    public Result run(Request request) {
        List<String> uris =
                request.targets().stream().filter(Lint::isUri).distinct().toList();
        List<Named> files = request.targets().stream()
                .filter(target -> !isUri(target))
                .flatMap(Lint::files)
                .distinct()
                .toList();
        if (request.fix() && !uris.isEmpty()) {
            throw new UserError(
                    "A running server is not corrected by lint. Give its conf file, or use the fixes shown.");
        }
        Linter linter = new Linter(options(request));
        if (uris.isEmpty() && files.size() == 1) {
            return one(linter, request, files.get(0).file());
        }
        if (files.isEmpty() && uris.size() == 1) {
            return result(linter.server(uris.get(0)), List.of());
        }
        return several(linter, request, files, uris);
    }

    private static boolean isUri(String target) {
        return target.contains("://");
    }

    private static Stream<Named> files(String target) {
        Path path = path(target);
        return Files.isDirectory(path)
                ? ConfFolder.files(path).stream().map(file -> new Named(file, path.relativize(file)))
                : Stream.of(new Named(path, path.getFileName()));
    }

    private static Result one(Linter linter, Request request, Path file) {
        LintReport report = linter.file(file);
        return request.fix()
                ? result(report, List.of(fixed(linter, file, request.copy().orElseGet(() -> beside(file)))))
                : result(report, List.of());
    }

    private static Result result(LintReport report, List<Copy> copies) {
        return new Result(
                report,
                Sarif.text(report),
                copies,
                copies.isEmpty() ? report : copies.get(0).left());
    }

    private static Result several(Linter linter, Request request, List<Named> files, List<String> uris) {
        List<LintReport> reports = new ArrayList<>();
        List<Path> readable = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        for (Named named : files) {
            attempt(unread, () -> reports.add(linter.file(named.file()))).ifPresent(read -> readable.add(named.file()));
        }
        for (String uri : uris) {
            attempt(unread, () -> reports.add(linter.server(uri)));
        }
        if (reports.isEmpty()) {
            throw new UserError(String.join(" ", unread));
        }
        List<LintReport> relations = readable.size() > 1 ? List.of(linter.relations(readable)) : List.of();
        LintReport report = together(reports, relations, unread);
        List<Copy> copies = request.fix()
                ? fixed(linter, files.stream().filter(named -> readable.contains(named.file())), request.copy())
                : List.of();
        LintReport judged = copies.isEmpty()
                ? report
                : together(copies.stream().map(Copy::left).toList(), relations, unread);
        return new Result(report, Sarif.text(report), copies, judged);
    }

    private static LintReport together(List<LintReport> reports, List<LintReport> relations, List<String> unread) {
        return LintReport.together(
                Stream.concat(relations.stream(), reports.stream()).toList(), unread);
    }

    /** One that cannot be read does not keep the others from being judged. */
    private static Optional<Boolean> attempt(List<String> unread, Runnable look) {
        try {
            look.run();
            return Optional.of(true);
        } catch (OpsException | KeywrightException e) {
            unread.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<Copy> fixed(Linter linter, Stream<Named> files, Optional<Path> folder) {
        Map<Path, Path> copies = new LinkedHashMap<>();
        files.forEach(named -> {
            Path copy = folder.map(into -> into.resolve(named.within())).orElseGet(() -> beside(named.file()));
            if (copies.containsValue(copy)) {
                throw new UserError("Two corrected copies would both be " + copy + ". Correct the files one by one.");
            }
            copies.put(named.file(), copy);
        });
        return copies.entrySet().stream()
                .map(entry -> fixed(linter, entry.getKey(), prepared(entry.getValue())))
                .toList();
    }

    private static Path prepared(Path copy) {
        try {
            Files.createDirectories(copy.toAbsolutePath().getParent());
            return copy;
        } catch (IOException e) {
            throw new UserError(
                    "The folder of " + copy + " cannot be made (" + e.getClass().getSimpleName()
                            + "). With several files -o names a folder.",
                    e);
        }
    }

    private static Copy fixed(Linter linter, Path file, Path copy) {
        FixedConf fixed = linter.fix(file);
        Linter.write(fixed, file, copy);
        return new Copy(copy, fixed.notes(), fixed.report());
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UserError(
                    "\"" + text + "\" is neither a path nor a URI. Give a conf file or redis://host:port.", e);
        }
    }

    /** {@code redis.conf} becomes {@code redis.fixed.conf}. */
    private static Path beside(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(
                dot <= 0 ? name + ".fixed" : name.substring(0, dot) + ".fixed" + name.substring(dot));
    }

    private static Linter.Options options(Request request) {
        Optional<RedisBinary> program = request.server().map(path -> RedisBinary.find(Optional.of(path)));
        Release release = request.release()
                .map(Release::parse)
                .or(() -> program.map(binary -> Release.of(binary.product(), binary.version())))
                .orElse(Release.NEWEST);
        return new Linter.Options(release, program.map(RedisBinary::allocator), request.role(), request.here());
    }
}
