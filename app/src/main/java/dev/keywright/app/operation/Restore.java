package dev.keywright.app.operation;

import dev.keywright.server.Redis;
import java.nio.file.Path;
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

    /** Servers that hold a set's data until they are closed. */
    public record Started(String uri, Redis redis) implements AutoCloseable {
        @Override
        public void close() {
            redis.close();
        }
    }

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
     * Starts servers on this machine with the data of a set.
     *
     * @param place where the data of a single server go; they stay there
     */
    public static Started start(Path set, Path place, Consumer<String> progress) {
        Redis redis = dev.keywright.ops.backup.Restore.startFrom(set, place, progress);
        return new Started(redis.uri(), redis);
    }
}
