package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Jobs that any process puts in and workers of any process do, each at least once: what was put in and not ended is never forgotten,
 * whoever crashes.
 *
 * <pre>{@code
 * JobType<Mail> MAIL = JobType.of("mail", Codecs.json(Mail.class));
 * JobQueue jobs = kw.jobs("mails");
 * jobs.enqueue(MAIL.job(mail).withDelay(Duration.ofMinutes(5)));
 * JobWorker worker = jobs.worker().on(MAIL, job -> send(job.value())).start();
 * }</pre>
 *
 * <ul>
 *   <li>At least once: a worker has a job for a lease, which it renews; when it is lost another one gets the job. A worker that comes back
 *       late is told, and its result is refused. So a job has one outcome, while its work may have been done twice.
 *   <li>One state: every move of a job is one script. Time is the server's.
 *   <li>Commands: enqueue 1 EVALSHA for up to {@value JobKeys#MOST} jobs; a worker tells what became of its jobs and takes the next in 1
 *       EVALSHA, many at a time when they are short. Who has nothing to do waits in a BLMOVE and looks once a second.
 *   <li>Order: as they came, priorities apart; strictly one after the other by {@link NewJob#key()}.
 *   <li>Memory: some 390 bytes and the value per job. What is done or dead is forgotten by count and age.
 *   <li>No promise: a failover can lose the last writes, a restart what was not saved; use AOF, and {@code maxmemory-policy noeviction}.
 *   <li>Threads: any number.
 * </ul>
 */
public final class JobQueue {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "GET",
                            "SET",
                            "HGET",
                            "HMGET",
                            "HSET",
                            "HDEL",
                            "HEXISTS",
                            "HINCRBY",
                            "HSETNX",
                            "ZADD",
                            "ZCARD",
                            "ZMSCORE",
                            "ZPOPMIN",
                            "ZRANGE",
                            "ZREM",
                            "ZREMRANGEBYRANK",
                            "ZSCORE",
                            "BLMOVE",
                            "LINDEX",
                            "LLEN",
                            "LPOP",
                            "RPUSH",
                            "HSCAN",
                            "ZSCAN"),
                    List.of("job:*"))
            .thatAreDurable();

    private static final Duration SHORTEST_REST = Duration.ofMillis(20);
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final JobKeys keys;
    private final Together together;

    /** Users call {@code Keywright.jobs}. */
    public JobQueue(Lessee lessee, String name, JobOptions options) {
        this.keys = new JobKeys(lessee, name, options);
        this.together = new Together(keys);
    }

    public String name() {
        return keys.stem.name();
    }

    // --- putting in

    /**
     * Adds a job; asked again under the same id, nothing changes.
     *
     * @throws IllegalArgumentException when the value is larger than {@link JobOptions#maxPayloadBytes()}
     * @throws KeywrightException.Unavailable when Redis did not answer, has no memory left, or as many jobs wait as may; see
     *     {@link KeywrightException.Unavailable#outcomeUnknown()}
     * @throws KeywrightException.Misused when the server may evict jobs and {@link JobOptions#evictable()} does not allow it; looked at
     *     before the first job
     */
    public Enqueued enqueue(NewJob<?> job) {
        Draft draft = draft(job);
        keys.guard();
        return together.add(draft);
    }

    /** Adds a job that runs as soon as a worker is free. */
    public <T> Enqueued enqueue(JobType<T> type, T value) {
        return enqueue(type.job(value));
    }

    /**
     * Adds a job; when the queue is full or Redis has no memory left, waits until it has room again.
     *
     * @param patience how long it waits at most
     * @throws KeywrightException.Unavailable as {@link #enqueue(NewJob)} does, when it is over
     */
    public Enqueued enqueue(NewJob<?> job, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = SHORTEST_REST;
        while (true) {
            try {
                return enqueue(job);
            } catch (KeywrightException.Unavailable e) {
                if (e.outcomeUnknown() || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                rest(pause);
                pause = pause.compareTo(LONGEST_REST) < 0 ? pause.multipliedBy(2) : LONGEST_REST;
            }
        }
    }

    public CompletionStage<Enqueued> enqueueAsync(NewJob<?> job) {
        Draft draft = draft(job);
        return keys.guardAsync()
                .thenCompose(unused -> keys.send(keys.enqueue(List.of(draft), keys.options.maxWaiting())))
                .thenApply(reply -> keys.added(List.of(draft), reply).get(0));
    }

    /**
     * Adds jobs in their order, {@value JobKeys#MOST} in each script. When there is no room for all nothing is added. When Redis is lost
     * meanwhile some may have been added; when they have ids of their own it can be asked for again.
     */
    public List<Enqueued> enqueueAll(List<? extends NewJob<?>> jobs) {
        return enqueueDrafts(jobs.stream().map(this::draft).toList());
    }

    private Draft draft(NewJob<?> job) {
        boolean fresh = job.id().isEmpty();
        return Draft.of(job, job.id().orElseGet(keys.lessee::newOwner), keys.options, fresh);
    }

    /** The first script looks whether there is room for all. */
    private List<Enqueued> enqueueDrafts(List<Draft> drafts) {
        keys.guard();
        List<Enqueued> added = new ArrayList<>(drafts.size());
        for (int from = 0; from < drafts.size(); from += JobKeys.MOST) {
            List<Draft> some = drafts.subList(from, Math.min(drafts.size(), from + JobKeys.MOST));
            long room = from == 0 ? room(drafts.size() - some.size()) : 0;
            added.addAll(keys.added(some, keys.call(keys.enqueue(some, room))));
        }
        return added;
    }

    /** How many may wait when so many more are to come. */
    private long room(long more) {
        long most = keys.options.maxWaiting();
        return most == 0 ? 0 : Math.max(1, most - more);
    }

    /**
     * Adds jobs, and one that runs when all of them have ended: done, dead or cancelled. Their ids are that of the last one with a number.
     *
     * @param jobs without ids and unique texts of their own
     * @param last not for later; when it has an id of its own, the whole can be asked for again
     * @return what became of the last one
     * @throws KeywrightException.Unavailable as {@link #enqueueAll} does; for more than one script it names the id under which to ask again
     */
    public Enqueued enqueueBatch(List<? extends NewJob<?>> jobs, NewJob<?> last) {
        if (jobs.isEmpty()) {
            return enqueue(last);
        }
        checkNotLater(last);
        boolean fresh = last.id().isEmpty();
        String id = last.id().orElseGet(keys.lessee::newOwner);
        List<Draft> drafts = new ArrayList<>();
        drafts.add(Draft.of(last, id, keys.options, Draft.Role.after(id, jobs.size(), false), fresh));
        for (NewJob<?> job : jobs) {
            checkPlain(job);
            drafts.add(Draft.of(job, id + '/' + drafts.size(), keys.options, Draft.Role.of(id), fresh));
        }
        try {
            return enqueueDrafts(drafts).get(0);
        } catch (KeywrightException.Unavailable e) {
            if (!fresh || drafts.size() <= JobKeys.MOST) {
                throw e;
            }
            throw new KeywrightException.Unavailable(
                    "Some jobs of the batch may have been added (" + keys.stem + "). Ask again, with withId(\"" + id
                            + "\") at its last job. " + e.getMessage(),
                    e.outcomeUnknown(),
                    e);
        }
    }

    /**
     * Adds jobs that run one after the other, each when the one before is done. When one is dead or cancelled, those after it are dead.
     *
     * @param jobs {@value JobKeys#MOST} at most, without ids and unique texts of their own; only the first may be for later
     * @return the first and all after it
     */
    public List<Enqueued> enqueueChain(List<? extends NewJob<?>> jobs) {
        if (jobs.isEmpty() || jobs.size() > JobKeys.MOST) {
            throw new IllegalArgumentException("The chain has " + jobs.size() + " jobs; give 1 to " + JobKeys.MOST);
        }
        String id = keys.lessee.newOwner();
        List<Draft> drafts = new ArrayList<>();
        for (int i = jobs.size() - 1; i >= 0; i--) { // who waits comes before whom it waits for
            checkPlain(jobs.get(i));
            if (i > 0) {
                checkNotLater(jobs.get(i));
            }
            Draft.Role role = Draft.Role.inChain(id, i, jobs.size());
            drafts.add(Draft.of(jobs.get(i), id + '/' + i, keys.options, role, true));
        }
        List<Enqueued> added = new ArrayList<>(enqueueDrafts(drafts));
        Collections.reverse(added);
        return added;
    }

    private static void checkPlain(NewJob<?> job) {
        if (job.id().isPresent() || job.unique().isPresent()) {
            throw new IllegalArgumentException(
                    "A job of a batch or chain has an id or a unique text of its own; leave it out");
        }
    }

    private static void checkNotLater(NewJob<?> job) {
        if (!job.due().equals(NewJob.Due.NOW)) {
            throw new IllegalArgumentException(
                    "A job that waits for others is also for later; leave out when it may run");
        }
    }

    /**
     * Writes a job so that a script or transaction of one's own can put it in together with other writes.
     *
     * @throws IllegalArgumentException as {@link #enqueue} does
     */
    public PreparedJob prepare(NewJob<?> job) {
        Draft draft = draft(job);
        return new PreparedJob(draft.id(), keys.home(), draft.packed());
    }

    /**
     * Adds jobs as {@link PreparedJob#entry()} has written them, perhaps long ago and elsewhere, in their order.
     *
     * @throws IllegalArgumentException when one is none
     */
    public List<Enqueued> enqueuePrepared(List<byte[]> entries) {
        return enqueueDrafts(entries.stream().map(Draft::unpacked).toList());
    }

    /**
     * Enqueues a job at each time of the cron expression, once among all processes that say this, until it is closed.
     *
     * @param name of the schedule, the same in all processes
     * @param job makes the job for a time; without id
     */
    public Schedule schedule(String name, Cron cron, CatchUp catchUp, Function<Instant, ? extends NewJob<?>> job) {
        return new Schedule(keys, name, cron, catchUp, job).start();
    }

    // --- doing

    /** Begins a worker; {@code start()} makes it. */
    public JobWorker.Builder worker() {
        return new JobWorker.Builder(keys);
    }

    // --- looking and steering

    public Optional<StoredJob> find(String id) {
        return StoredJob.all(keys.call(keys.find(0, 0, 0, List.of(id.getBytes(UTF_8))))).stream()
                .findFirst();
    }

    /** Dead jobs, the one that died first before the others; {@value JobKeys#MOST} at most. */
    public List<StoredJob> dead(long from, int most) {
        return list(JobState.DEAD, from, most);
    }

    /**
     * Jobs of a state, the first to be ready, due, lost or gone before the others; {@value JobKeys#MOST} at most.
     *
     * @param state any but {@link JobState#BEHIND}
     */
    public List<StoredJob> list(JobState state, long from, int most) {
        if (from < 0 || most < 1) {
            throw new IllegalArgumentException(
                    "from is " + from + ", most " + most + "; give 0 or more, and 1 to " + JobKeys.MOST);
        }
        return StoredJob.all(keys.call(keys.find(JobKeys.set(state), from, Math.min(most, JobKeys.MOST), List.of())));
    }

    /**
     * Looks at all jobs, {@value JobKeys#MOST} or so in each script, and puts those back that are in no state any more, as after somebody
     * has deleted one of the queue's keys. Jobs that were active are done again, others go on; who waits for a job that is not known any
     * more runs.
     *
     * @return how many were put back; 0 in a queue that nobody has touched
     */
    public long repair() {
        long moved = 0;
        for (String what : List.of("jobs", "behind")) {
            String cursor = "0";
            do {
                List<Reply> answer = keys.call(keys.repair(what, cursor)).items();
                cursor = answer.get(0).text();
                moved += answer.get(1).number();
            } while (!cursor.equals("0"));
        }
        return moved;
    }

    /** Applies the retention of done and dead at once, {@value JobKeys#MOST_IN_STEP} of each at most; workers do so by themselves. */
    public void forgetEnded() {
        List<Reply> unused = wish("", List.of());
    }

    /** What was called {@link #cancel}. */
    public enum Cancelled {
        /** It is gone and will not run. */
        GONE,
        /** A worker has it; within a second it is told, and its thread is interrupted. When the work succeeds nevertheless it counts. */
        ASKED,
        /** It had ended already, or is not known. */
        NOT_THERE
    }

    /** Takes a job out of the queue, or asks the worker that has it to stop. */
    public Cancelled cancel(String id) {
        return switch ((int) wish("cancel", List.of(id)).get(0).number()) {
            case 1 -> Cancelled.GONE;
            case 2 -> Cancelled.ASKED;
            default -> Cancelled.NOT_THERE;
        };
    }

    /**
     * Gives a dead job all its attempts again; its history stays.
     *
     * @return whether it was dead, and no other job has its unique text since
     */
    public boolean redrive(String id) {
        return wish("redrive", List.of(id)).get(0).number() == 1;
    }

    /**
     * Gives the jobs that are dead now their attempts again, those that died first before the others, some in each script.
     *
     * @param most how many at most
     * @param pause between two scripts of {@value JobKeys#MOST_IN_STEP}, so that what made them die is not flooded
     * @return how many there were
     */
    public long redriveAll(long most, Duration pause) {
        long redriven = 0;
        long passed = 0;
        long there = Math.min(most, stats().dead()); // one that dies again comes behind these
        while (redriven + passed < there) {
            List<String> ids = dead(passed, (int) Math.min(JobKeys.MOST_IN_STEP, there - redriven - passed)).stream()
                    .map(StoredJob::id)
                    .toList();
            if (ids.isEmpty()) {
                break;
            }
            long count = wish("redrive", ids).stream()
                    .filter(status -> status.number() == 1)
                    .count();
            redriven += count;
            passed += ids.size() - count;
            rest(pause);
        }
        return redriven;
    }

    private static void rest(Duration pause) {
        if (!pause.isZero()) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, pause.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        }
    }

    /** The retention of done and dead is applied at the same time, as with each step of a worker. */
    private List<Reply> wish(String verb, List<String> ids) {
        String call = keys.lessee.newOwner();
        List<Report> reports =
                ids.stream().map(id -> Report.wish(verb, id.getBytes(UTF_8))).toList();
        Reply reply = keys.call(keys.move(keys.told("wish:" + call), call, 0, Duration.ZERO, reports));
        return reply.items().get(2).items();
    }

    /**
     * From now on no job is taken, in no process, until {@link #resume()}; what runs goes on. What a worker has fetched ahead goes back at
     * its next step, a second later at most.
     */
    public void pause() {
        Reply unused = keys.connection().call(keys.pause(), keys.deadline).orThrow(keys.stem.toString());
    }

    public void resume() {
        List<Reply> replies = keys.connection().batch(List.of(keys.resume(), keys.ring()), keys.deadline);
        replies.forEach(reply -> Objects.requireNonNull(reply.orThrow(keys.stem.toString())));
    }

    public JobStats stats() {
        return JobStats.of(keys.call(keys.stats()));
    }

    @Override
    public String toString() {
        return keys.stem.toString();
    }
}
