package dev.keywright.ops.jobs;

import dev.keywright.connection.Connection;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobState;
import dev.keywright.job.JobStats;
import dev.keywright.job.StoredJob;
import dev.keywright.lease.Lessee;
import dev.keywright.ops.Change;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Steers one job queue, and lists its jobs. Each deed can be looked at before it is done. What the queue's own processes keep of jobs that
 * have ended is left as it is. Rights: {@code +evalsha +eval} and what the scripts call, {@code +hset +hdel +rpush}, on {@code job:*}.
 */
public final class QueueSteering implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofDays(3_650);
    private static final int KEPT = 10_000_000;
    private static final int PAGE = 100;
    private static final int SHOWN = 20;
    private static final int MOST_IN_VAIN = 1_000;
    private static final Duration REST = Duration.ofMillis(5);

    /** Ended jobs are nobody's to forget here, and answers need not be kept for long. */
    static final JobOptions SPARING = JobOptions.DEFAULTS
            .withLease(Duration.ofMillis(500))
            .withDone(KEPT, FOREVER)
            .withDead(KEPT, FOREVER);

    private final Connection connection;
    private final Lessee lessee;
    private final JobQueue queue;

    private QueueSteering(Connection connection, String name) {
        this.connection = connection;
        QueueKeys.checkIsThere(connection, name);
        this.lessee = new Lessee(connection);
        this.queue = new JobQueue(lessee, name, SPARING);
    }

    /** @throws OpsException when there is no such queue */
    public static QueueSteering open(String uri, String queue) {
        Connection connection = Connection.open(uri);
        try {
            return new QueueSteering(connection, queue);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    // --- looking

    /** @param most how many jobs, the first of that state */
    public JobsReport.Listing list(JobState state, int most) {
        checkListable(state);
        List<JobsReport.OfJob> jobs = new ArrayList<>();
        List<StoredJob> page;
        do {
            page = queue.list(state, jobs.size(), Math.min(PAGE, most - jobs.size()));
            page.forEach(job -> jobs.add(told(job)));
        } while (page.size() == PAGE && jobs.size() < most);
        return new JobsReport.Listing(connection.toString(), queue.name(), text(state), count(state), jobs);
    }

    /** @throws OpsException when there is no such job */
    public JobsReport.OfJob job(String id) {
        return told(known(id));
    }

    private StoredJob known(String id) {
        return queue.find(id)
                .orElseThrow(() -> new OpsException("The queue " + queue.name() + " knows no job " + id
                        + ". It may have ended long ago, or --list shows others."));
    }

    private static JobsReport.OfJob told(StoredJob job) {
        return new JobsReport.OfJob(
                job.id(),
                job.type(),
                job.key(),
                text(job.state()),
                job.enqueuedAt().toString(),
                job.stateTime().map(Instant::toString),
                job.attempts(),
                job.maxAttempts(),
                job.progress(),
                job.history().stream()
                        .map(failed -> new JobsReport.Failure(failed.at().toString(), failed.attempt(), failed.cause()))
                        .toList());
    }

    private static String text(JobState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static void checkListable(JobState state) {
        if (state == JobState.BEHIND) {
            throw new IllegalArgumentException(
                    "jobs that wait for jobs before them cannot be listed; give ready, later, active, done or dead");
        }
    }

    private long count(JobState state) {
        JobStats stats = queue.stats();
        return switch (state) {
            case READY -> stats.ready();
            case LATER -> stats.later();
            case ACTIVE -> stats.active();
            case DONE -> stats.done();
            case DEAD -> stats.dead();
            case BEHIND -> stats.behind();
        };
    }

    // --- steering

    public Change pause(boolean apply) {
        boolean isPaused = queue.stats().paused();
        if (apply) {
            queue.pause();
        }
        return change("pause", isPaused ? 0 : 1, apply, isPaused ? "It is paused already." : "What runs goes on.");
    }

    public Change resume(boolean apply) {
        boolean isPaused = queue.stats().paused();
        if (apply) {
            queue.resume();
        }
        return change("resume", isPaused ? 1 : 0, apply, isPaused ? "Jobs begin at once." : "It is not paused.");
    }

    private Change change(String action, long count, boolean apply, String note) {
        return new Change(
                action, "queue " + queue.name(), count, true, apply, apply ? count : 0, List.of(), List.of(note));
    }

    /** Gives one dead job all its attempts again. */
    public Change retry(String id, boolean apply) {
        StoredJob job = known(id);
        if (job.state() != JobState.DEAD) {
            throw new OpsException("The job " + id + " of queue " + queue.name() + " is " + text(job.state())
                    + " and not dead. Only what is dead can be retried.");
        }
        boolean isDone = apply && queue.redrive(id);
        List<String> notes = apply && !isDone
                ? List.of("Another job has its unique text since, or somebody was faster.")
                : List.of();
        return new Change("retry", "queue " + queue.name(), 1, true, apply, isDone ? 1 : 0, List.of(line(job)), notes);
    }

    /**
     * Gives dead jobs all their attempts again, those that died first before the others, some each millisecond.
     *
     * @param cause only those whose last cause has this in it
     */
    public Change redrive(Optional<String> cause, int most, boolean apply) {
        List<StoredJob> jobs = dead(cause, most);
        long done = 0;
        if (apply) {
            for (StoredJob job : jobs) {
                done += queue.redrive(job.id()) ? 1 : 0;
                LockSupport.parkNanos(REST.toNanos() / 5);
            }
        }
        List<String> notes = apply && done < jobs.size()
                ? List.of((jobs.size() - done)
                        + " stay: another job has their unique text since, or somebody was faster.")
                : List.of();
        return change("redrive", jobs, jobs.size() < most, apply, done, notes);
    }

    private List<StoredJob> dead(Optional<String> cause, int most) {
        List<StoredJob> jobs = new ArrayList<>();
        long from = 0;
        List<StoredJob> page;
        do {
            page = queue.list(JobState.DEAD, from, PAGE);
            page.stream()
                    .filter(job -> cause.isEmpty()
                            || !job.history().isEmpty()
                                    && job.history().get(0).cause().contains(cause.get()))
                    .forEach(jobs::add);
            from += page.size();
        } while (page.size() == PAGE && jobs.size() < most);
        return jobs.subList(0, Math.min(most, jobs.size()));
    }

    /** Takes one job out, or asks the worker that has it to stop. */
    public Change cancel(String id, boolean apply) {
        StoredJob job = known(id);
        if (job.state() == JobState.DONE || job.state() == JobState.DEAD) {
            throw new OpsException("The job " + id + " of queue " + queue.name() + " is " + text(job.state())
                    + " already. Only what has not ended can be cancelled.");
        }
        JobQueue.Cancelled cancelled = apply ? queue.cancel(id) : JobQueue.Cancelled.NOT_THERE;
        boolean isActive = apply ? cancelled == JobQueue.Cancelled.ASKED : job.state() == JobState.ACTIVE;
        List<String> notes = isActive
                ? List.of("A worker has it; it is asked to stop, and when the work succeeds nevertheless it counts.")
                : List.of();
        return new Change(
                "cancel",
                "queue " + queue.name(),
                1,
                true,
                apply,
                cancelled == JobQueue.Cancelled.NOT_THERE ? 0 : 1,
                List.of(line(job)),
                notes);
    }

    /**
     * Removes jobs for good: those that are ready or for later, or the dead.
     *
     * @param most how many; of the dead, all or none
     */
    public Change purge(JobState state, int most, boolean apply) {
        long all = count(state);
        return switch (state) {
            case READY, LATER -> {
                List<StoredJob> some = queue.list(state, 0, SHOWN);
                long planned = Math.min(all, most);
                long done = apply ? cancelAll(state, planned) : 0;
                yield new Change(
                        "purge",
                        "queue " + queue.name() + ", " + text(state),
                        planned,
                        true,
                        apply,
                        done,
                        some.stream().limit(planned).map(QueueSteering::line).toList(),
                        List.of("They count as cancelled; jobs that wait behind them come forward, chains after them"
                                + " die."));
            }
            case DEAD -> {
                List<StoredJob> some = queue.list(state, 0, SHOWN);
                if (apply) {
                    forgetDead(all);
                }
                yield new Change(
                        "purge",
                        "queue " + queue.name() + ", dead",
                        all,
                        true,
                        apply,
                        apply ? Math.max(0, all - count(state)) : 0,
                        some.stream().map(QueueSteering::line).toList(),
                        List.of("They cannot be redriven any more; their values and histories are gone."));
            }
            case ACTIVE, DONE, BEHIND ->
                throw new IllegalArgumentException("what is " + text(state)
                        + " cannot be purged; give ready, later or dead, or cancel an active job by its ID");
        };
    }

    private long cancelAll(JobState state, long planned) {
        long done = 0;
        int inVain = 0;
        while (done < planned && inVain < MOST_IN_VAIN) {
            List<StoredJob> page = queue.list(state, 0, (int) Math.min(PAGE, planned - done));
            if (page.isEmpty()) {
                break;
            }
            for (StoredJob job : page) {
                boolean isGone = queue.cancel(job.id()) == JobQueue.Cancelled.GONE;
                done += isGone ? 1 : 0;
                inVain += isGone ? 0 : 1;
            }
            LockSupport.parkNanos(REST.toNanos());
        }
        return done;
    }

    private void forgetDead(long all) {
        JobQueue forgetful = new JobQueue(lessee, queue.name(), SPARING.withDead(0, Duration.ZERO));
        for (long left = all; left > 0; left -= PAGE) {
            forgetful.forgetEnded();
            LockSupport.parkNanos(REST.toNanos());
        }
    }

    private Change change(
            String action, List<StoredJob> jobs, boolean exact, boolean apply, long done, List<String> notes) {
        return new Change(
                action,
                "queue " + queue.name(),
                jobs.size(),
                exact,
                apply,
                done,
                jobs.stream().limit(SHOWN).map(QueueSteering::line).toList(),
                notes);
    }

    private static String line(StoredJob job) {
        return job.id() + "  " + job.type() + (job.history().isEmpty() ? "" : "  " + JobQueues.cause(job));
    }

    @Override
    public void close() {
        lessee.close();
        connection.close();
    }
}
