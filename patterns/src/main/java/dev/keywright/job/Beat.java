package dev.keywright.job;

import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Renews the leases of all jobs of a worker, a third of a lease apart and a second at most, {@value JobKeys#MOST} in each script, and tells
 * handlers that lost theirs. Jobs that were fetched ahead and not begun until the second beat go back.
 */
final class Beat {

    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private final JobKeys keys;
    private final Steps steps;
    private final long lease;
    private final long pause;

    Beat(JobKeys keys, Steps steps) {
        this.keys = keys;
        this.steps = steps;
        this.lease = keys.options.lease().toNanos();
        this.pause = Math.min(lease / 3, LONGEST);
    }

    void start(ScheduledExecutorService clock) {
        var unused = clock.scheduleWithFixedDelay(this::beat, pause, pause, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            look();
        } catch (RuntimeException e) {
            // the next beat tries again; leases that nobody renews end
        }
    }

    private void look() {
        List<Run> some = new ArrayList<>();
        long now = System.nanoTime();
        for (Run run : steps.runs().values()) {
            if (run.isLeaseOver(now)) {
                steps.end(run, Run.Ending.LOST, null);
            } else if (run.isStale()) {
                steps.giveBackUnlessBegun(run);
            } else {
                some.add(run);
            }
            if (some.size() == JobKeys.MOST) {
                renew(some);
                some = new ArrayList<>();
            }
        }
        if (!some.isEmpty()) {
            renew(some);
        }
    }

    private void renew(List<Run> some) {
        List<byte[]> arguments = new ArrayList<>(3 * some.size());
        for (Run run : some) {
            arguments.add(run.header.idBytes());
            arguments.add(JobKeys.number(run.header.run()));
            arguments.add(run.progress());
        }
        long start = System.nanoTime();
        CompletionStage<Reply> unused = keys.renew(arguments)
                .send(keys.connection(), Duration.ofNanos(Math.min(keys.deadline.toNanos(), lease / 3)))
                .whenComplete((reply, failure) -> {
                    if (reply instanceof Reply.Items items) { // without an answer the lease goes on to its end
                        renewed(some, items.items(), start);
                    }
                });
    }

    private void renewed(List<Run> some, List<Reply> answers, long start) {
        for (int i = 0; i < some.size(); i++) {
            Run run = some.get(i);
            switch ((int) answers.get(i).number()) {
                case 0 -> steps.end(run, Run.Ending.LOST, null);
                case 1 -> run.heldUntil(start + lease);
                default -> {
                    run.heldUntil(start + lease);
                    cancel(run);
                }
            }
        }
    }

    private void cancel(Run run) {
        if (run.hasBegun()) {
            boolean unused = run.end(Run.Ending.CANCELLED); // its handler ends, and says how
        } else {
            steps.end(run, Run.Ending.CANCELLED, Report.drop(run.header));
        }
    }
}
