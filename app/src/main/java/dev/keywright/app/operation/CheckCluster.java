package dev.keywright.app.operation;

import dev.keywright.ops.cluster.ClusterCheck;
import dev.keywright.ops.cluster.ClusterReport;
import java.util.function.Consumer;

/** Says what is wrong with a cluster; changes nothing. */
public final class CheckCluster {

    /** @param uri any node, or several to try in turn */
    public record Request(String uri) {}

    public record Result(ClusterReport report) {}

    /**
     * Looks.
     *
     * @param progress is told in a few words what happens
     */
    public Result run(Request request, Consumer<String> progress) {
        return new Result(ClusterCheck.run(request.uri(), progress));
    }
}
