package dev.keywright.app.operation;

import dev.keywright.job.JobState;
import dev.keywright.ops.Change;
import dev.keywright.ops.jobs.JobQueues;
import dev.keywright.ops.jobs.JobsOptions;
import dev.keywright.ops.jobs.JobsReport;
import dev.keywright.ops.jobs.QueueSteering;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Says how job queues on a server are, lists their jobs, and steers them. */
public final class Jobs {

    /**
     * Looks at queues.
     *
     * @param queue one, or all that are found
     * @param between two looks, from which rates are made
     * @param mostKeys how many keys are looked at
     */
    public record Request(String uri, Optional<String> queue, Duration between, long mostKeys) {}

    /** How they are. */
    public record Result(JobsReport report) {}

    /** What can be done to a queue. */
    public enum Deed {
        PAUSE,
        RESUME,
        /** Of one dead job. */
        RETRY,
        /** Of dead jobs, perhaps those of one cause. */
        REDRIVE,
        /** Of one job. */
        CANCEL,
        /** Of all jobs of a state. */
        PURGE
    }

    /**
     * Steers a queue.
     *
     * @param on the ID of a job, a state, a part of a cause, or empty
     * @param most jobs
     * @param apply whether it is done, and not only looked what it would do
     */
    public record Steer(String uri, String queue, Deed deed, String on, int most, boolean apply) {}

    /** @throws UserError when the request makes no sense */
    public Result run(Request request, Consumer<String> progress) {
        JobsOptions options;
        try {
            options = new JobsOptions(request.between(), request.mostKeys());
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be done: " + e.getMessage() + ".", e);
        }
        return new Result(JobQueues.look(request.uri(), request.queue(), options, progress));
    }

    /** @throws UserError when there is no such state */
    public JobsReport.Listing list(String uri, String queue, String state, int most) {
        JobState known = state(state);
        try (QueueSteering steering = QueueSteering.open(uri, queue)) {
            return steering.list(known, most);
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be done: " + e.getMessage() + ".", e);
        }
    }

    public JobsReport.OfJob job(String uri, String queue, String id) {
        try (QueueSteering steering = QueueSteering.open(uri, queue)) {
            return steering.job(id);
        }
    }

    /** @throws UserError when there is no such state */
    public Change steer(Steer steer) {
        Optional<JobState> state = steer.deed() == Deed.PURGE ? Optional.of(state(steer.on())) : Optional.empty();
        boolean apply = steer.apply();
        try (QueueSteering steering = QueueSteering.open(steer.uri(), steer.queue())) {
            return switch (steer.deed()) {
                case PAUSE -> steering.pause(apply);
                case RESUME -> steering.resume(apply);
                case RETRY -> steering.retry(steer.on(), apply);
                case REDRIVE ->
                    steering.redrive(Optional.of(steer.on()).filter(cause -> !cause.isEmpty()), steer.most(), apply);
                case CANCEL -> steering.cancel(steer.on(), apply);
                case PURGE -> steering.purge(state.orElseThrow(), steer.most(), apply);
            };
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be done: " + e.getMessage() + ".", e);
        }
    }

    private static JobState state(String text) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new UserError("There is no state '" + text.toLowerCase(Locale.ROOT)
                        + "' of jobs; give ready, later, active, done or dead."));
    }
}
