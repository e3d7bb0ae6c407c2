package dev.keywright.app.operation;

import dev.keywright.connection.Connection;
import dev.keywright.ops.config.FixedConf;
import dev.keywright.ops.config.LintReport;
import dev.keywright.ops.config.Linter;
import dev.keywright.ops.config.Release;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.config.Sarif;
import dev.keywright.server.RedisBinary;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says what is wrong or risky in a conf file or in a running server, and corrects a copy of the file. */
public final class Lint {

    /**
     * @param target a conf file, or the URI of a server
     * @param release which server reads the file, such as {@code redis-7.2}; empty for the newest Redis
     * @param server the program that will read the file; it tells release and allocator
     * @param role what the server is for; empty to judge by its eviction policy
     * @param here the file is for this machine
     * @param fix write a corrected copy
     * @param copy where to; empty for a name beside the file
     */
    public record Request(
            String target,
            Optional<String> release,
            Optional<Path> server,
            Optional<Role> role,
            boolean here,
            boolean fix,
            Optional<Path> copy) {}

    /**
     * @param report what was found; of the file as it is, also when it was corrected
     * @param sarif the same in SARIF 2.1.0
     * @param copy the corrected copy
     * @param notes what was corrected
     * @param left what is left to find in the copy
     */
    public record Result(
            LintReport report, String sarif, Optional<Path> copy, List<String> notes, Optional<LintReport> left) {}

    /** @throws UserError when there is no such file or the arguments do not go together */
    public Result run(Request request) {
        return request.target().contains("://") ? server(request) : file(request);
    }

    private static Result server(Request request) {
        if (request.fix()) {
            throw new UserError(
                    "A running server is not corrected by lint. Give its conf file, or use the fixes shown.");
        }
        Linter linter = new Linter(options(request));
        try (Connection connection = Connection.open(request.target())) {
            LintReport report = linter.server(connection);
            return new Result(report, Sarif.text(report), Optional.empty(), List.of(), Optional.empty());
        }
    }

    private static Result file(Request request) {
        Path file = path(request.target());
        Linter linter = new Linter(options(request));
        LintReport report = linter.file(file);
        if (!request.fix()) {
            return new Result(report, Sarif.text(report), Optional.empty(), List.of(), Optional.empty());
        }
        FixedConf fixed = linter.fix(file);
        Path copy = request.copy().orElseGet(() -> beside(file));
        Linter.write(fixed, file, copy);
        return new Result(report, Sarif.text(report), Optional.of(copy), fixed.notes(), Optional.of(fixed.report()));
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
