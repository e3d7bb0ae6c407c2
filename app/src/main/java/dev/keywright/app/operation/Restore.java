package dev.keywright.app.operation;

import dev.keywright.ops.backup.Restore.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A backup set becomes the data of running servers, or servers of its own. Any number of threads. */
public final class Restore {

    /**
     * @param set a backup set, or the folder that holds sets: then the newest good one
     * @param existing what to do about keys that are there
     * @param proof how it is proved afterwards
     */
    public record Request(
            Path set,
            String uri,
            dev.keywright.ops.backup.Restore.Existing existing,
            dev.keywright.ops.backup.Restore.Proof proof) {}

    private Restore() {}

    /**
     * @param progress is told in a few words what happens
     * @throws dev.keywright.ops.OpsException when it cannot be done; what was restored stays
     */
    public static dev.keywright.ops.backup.Restore.Result run(Request request, Consumer<String> progress) {
        return dev.keywright.ops.backup.Restore.run(
                request.set(), request.uri(), request.existing(), request.proof(), progress);
    }

    /**
     * Starts servers on this machine with the data of a set, in the topology that was backed up.
     *
     * @param up starts them
     * @param place where the data of a single server go; they stay there, with what is changed
     */
    public static Up.Started start(Up up, Path set, Path place, Consumer<String> progress) {
        Shape shape = Shape.of(set);
        return switch (shape.layout()) {
            case STANDALONE -> single(up, shape, place, progress);
            case REPLICATION ->
                filled(up, shape, request("replica", Optional.empty(), shape, Optional.empty()), progress);
            case CLUSTER ->
                filled(up, shape, request("cluster", Optional.of(shape.shards()), shape, Optional.empty()), progress);
        };
    }

    private static Up.Started single(Up up, Shape shape, Path place, Consumer<String> progress) {
        progress.accept("unpacking " + shape.set());
        dev.keywright.ops.backup.Restore.unpack(shape.set(), place);
        progress.accept("loading it");
        try {
            return up.start(request("standalone", Optional.empty(), shape, Optional.of(place)));
        } catch (RuntimeException e) {
            dev.keywright.ops.backup.Restore.removeUnpacked(place);
            throw e;
        }
    }

    private static Up.Started filled(Up up, Shape shape, Up.Request request, Consumer<String> progress) {
        progress.accept("starting servers");
        Up.Started started = up.start(request);
        try {
            dev.keywright.ops.backup.Restore.run(
                    shape.set(),
                    started.uri(),
                    dev.keywright.ops.backup.Restore.Existing.REFUSE,
                    dev.keywright.ops.backup.Restore.Proof.SAMPLE,
                    progress);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static Up.Request request(String topology, Optional<Integer> shards, Shape shape, Optional<Path> data) {
        return new Up.Request(
                Optional.empty(),
                Optional.of(topology),
                shards,
                data.isPresent() ? Optional.empty() : Optional.of(shape.replicas()),
                Optional.empty(),
                data,
                Optional.empty(),
                List.of(),
                Optional.of("restored"),
                Optional.empty(),
                Optional.empty());
    }
}
