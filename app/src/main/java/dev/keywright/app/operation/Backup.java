package dev.keywright.app.operation;

import dev.keywright.ops.backup.Compression;
import dev.keywright.ops.backup.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The data of running servers become a backup set, proved by loading it. Any number of threads. */
public final class Backup {

    /**
     * @param folder that holds the sets
     * @param keep how many sets of the same servers stay
     * @param keepFor how old a set of the same servers may become; with {@code keep}, what either keeps stays
     */
    public record Request(
            String uri,
            Path folder,
            Compression compression,
            boolean loadCheck,
            boolean resume,
            boolean aof,
            boolean allowPartial,
            Optional<Integer> keep,
            Optional<Duration> keepFor) {}

    /**
     * @param set the new set's folder
     * @param removed older sets that no rule keeps
     * @param notes what went wrong with older sets; the new one is good
     */
    public record Result(String set, Manifest manifest, List<String> removed, List<String> notes) {}

    private Backup() {}

    /**
     * @param progress is told in a few words what happens, from several threads
     * @throws dev.keywright.ops.OpsException when there is no backup now
     */
    public static Result run(Request request, Consumer<String> progress) {
        dev.keywright.ops.backup.Backup.Options options = new dev.keywright.ops.backup.Backup.Options(
                request.compression(),
                request.loadCheck(),
                request.resume(),
                request.aof(),
                request.allowPartial(),
                request.keep(),
                request.keepFor());
        dev.keywright.ops.backup.Backup.Result result =
                dev.keywright.ops.backup.Backup.run(request.uri(), request.folder(), options, progress);
        return new Result(result.folder(), result.manifest(), result.removed(), result.notes());
    }
}
