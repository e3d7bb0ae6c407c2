package dev.keywright.app.operation;

import dev.keywright.connection.Connection;
import dev.keywright.ops.persistence.Persistence;
import dev.keywright.ops.persistence.PersistenceSwitch;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Changes what running servers keep on disk, without a restart. One thread. */
public final class SwitchPersistence {

    /** @param uri any server of the topology; all of them are changed */
    public record Request(String uri, String to) {}

    /** @param outcome absent when the plan was refused or not confirmed */
    public record Result(PersistenceSwitch.Plan plan, Optional<PersistenceSwitch.Outcome> outcome) {}

    /**
     * Plans, and does what was planned once it is confirmed.
     *
     * @param confirm is shown the plan; nothing is changed unless it says yes, and it is not asked about a refused one
     * @param progress is told in a few words what happens
     */
    public Result run(Request request, Predicate<PersistenceSwitch.Plan> confirm, Consumer<String> progress) {
        Persistence to = Persistence.of(request.to());
        progress.accept("looking at the servers");
        try (Connection connection = Connection.open(request.uri());
                PersistenceSwitch change = PersistenceSwitch.prepare(connection, to)) {
            PersistenceSwitch.Plan plan = change.plan();
            boolean goes = plan.refusals().isEmpty() && confirm.test(plan);
            return new Result(plan, goes ? Optional.of(change.run(progress)) : Optional.empty());
        }
    }
}
