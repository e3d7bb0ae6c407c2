package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.cluster.ClusterPlan;
import dev.keywright.ops.cluster.PlanWish;
import dev.keywright.ops.cluster.Planner;
import dev.keywright.ops.cluster.Resharding;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Plans how nodes are added to a cluster, removed from it, or slots spread evenly; and does what a plan says. */
public final class PlanCluster {

    /**
     * @param uri any node, or several to try in turn
     * @param out the file the plan is written to
     */
    public record Request(String uri, PlanWish wish, Optional<Path> out) {}

    public record Result(ClusterPlan plan) {}

    /** What was done. */
    public record Applied(int slots, long keys, long bytes, double seconds) {}

    /** Plans; changes nothing. A refused plan is not written. */
    public Result run(Request request, Consumer<String> progress) {
        ClusterPlan plan = Planner.plan(request.uri(), request.wish(), progress);
        if (!plan.isRefused()) {
            request.out().ifPresent(file -> Document.write(file, plan));
        }
        return new Result(plan);
    }

    /** A plan that was written. */
    public ClusterPlan read(Path file) {
        return Document.read(file, ClusterPlan.class);
    }

    /**
     * Does it; may be repeated after an interruption.
     *
     * @param progress is told how far it is
     */
    public Applied apply(String uri, ClusterPlan plan, Consumer<Resharding.Advance> progress) {
        Resharding.Advance done = Resharding.apply(uri, plan, progress, change -> {});
        return new Applied(
                done.slots(), done.keys(), done.bytes(), done.elapsed().toMillis() / 1e3);
    }
}
