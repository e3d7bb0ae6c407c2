package dev.keywright.job;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Enqueues a job at each time of a {@link Cron}, once among all processes that have a schedule of that name, until it is closed.
 * <ul>
 *   <li>Clock: the server's. Which time was served last is stored there, and moves on in the script that adds the job, so neither clocks of
 *       processes nor crashes make a job twice or lose one.
 *   <li>A schedule whose times are changed goes on from the last time served.
 *   <li>Failure: a function that throws, a queue that is full, Redis away: it looks again after a second; see {@link #failure()}.
 *   <li>Precision: some milliseconds after the time, a worker that is free provided.
 *   <li>Commands: 1 EVALSHA each time in each process, once a minute at least, and 1 to add the job.
 * </ul>
 */
public final class Schedule implements AutoCloseable {

    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toMillis(1);
    private static final long AGAIN = 1_000;
    private static final long ON_TIME = 30_000;
    private static final int MOST_TOGETHER = JobKeys.MOST;

    private final JobKeys keys;
    private final String name;
    private final Cron cron;
    private final CatchUp catchUp;
    private final Function<Instant, ? extends NewJob<?>> job;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    Schedule(JobKeys keys, String name, Cron cron, CatchUp catchUp, Function<Instant, ? extends NewJob<?>> job) {
        Texts.check("name of the schedule", name);
        this.keys = keys;
        this.name = name;
        this.cron = cron;
        this.catchUp = catchUp;
        this.job = job;
    }

    Schedule start() {
        keys.lessee.executor().execute(this::work);
        return this;
    }

    private void work() {
        if (closed || keys.lessee.leases().isClosed()) {
            return;
        }
        long pause;
        try {
            pause = look();
            failure = null;
        } catch (RuntimeException e) { // of the function as well
            failure = e;
            pause = AGAIN;
        }
        Future<?> unused = keys.lessee.leases().later(this::wake, TimeUnit.MILLISECONDS.toNanos(pause));
    }

    private void wake() {
        if (!keys.lessee.leases().isClosed()) {
            keys.lessee.executor().execute(this::work);
        }
    }

    /** Serves what is due, and answers the milliseconds until the next time. */
    private long look() {
        List<Reply> answer = keys.call(keys.ticks(name)).items();
        Instant now = Instant.ofEpochMilli(answer.get(0).number());
        Instant last = Instant.ofEpochMilli(answer.get(1).number());
        for (int i = 0; i < MOST_TOGETHER && !closed; i++) {
            Optional<Instant> tick = due(last, now);
            if (tick.isEmpty()) {
                break;
            }
            serve(tick.get(), last);
            last = tick.get();
        }
        Instant from = last.isAfter(now) || catchUp == CatchUp.ALL ? last : now;
        return cron.after(from)
                .map(next -> Math.min(LONGEST_PAUSE, Math.max(1, next.toEpochMilli() - now.toEpochMilli())))
                .orElse(LONGEST_PAUSE);
    }

    private Optional<Instant> due(Instant last, Instant now) {
        return switch (catchUp) {
            case ALL -> cron.after(last).filter(tick -> !tick.isAfter(now));
            case ONE -> cron.last(last, now);
            case NONE ->
                cron.after(last.isBefore(now.minusMillis(ON_TIME)) ? now.minusMillis(ON_TIME) : last)
                        .filter(tick -> !tick.isAfter(now));
        };
    }

    /** Nothing happens when another process was first. */
    private void serve(Instant tick, Instant last) {
        NewJob<?> made = job.apply(tick);
        if (made.id().isPresent() || !made.due().equals(NewJob.Due.NOW)) {
            throw new IllegalArgumentException(
                    "The job that " + this + " makes has an id or is for later; leave both to the schedule");
        }
        Draft draft = Draft.of(made, name + '@' + tick, keys.options, true)
                .asTick(tick.toEpochMilli(), last.toEpochMilli(), name);
        Reply answer = keys.call(keys.enqueue(List.of(draft), keys.options.maxWaiting()));
        if (answer.items().get(0).text().equals("full")) {
            throw new KeywrightException.Unavailable(
                    "The queue is full, so the time " + tick + " is still to be served (" + this + ").", false);
        }
    }

    /** What went wrong at the last look; it looks again after a second. Empty when it went well. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    public String name() {
        return name;
    }

    /** This process enqueues nothing any more; others go on. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "schedule " + name + " of " + keys.stem + ": " + cron;
    }
}
