package dev.keywright.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The keys of one queue, and what is asked of them. */
final class JobKeys {

    private static final Script ENQUEUE = Script.beside(JobKeys.class, "enqueue.lua");
    private static final Script MOVE = Script.beside(JobKeys.class, "move.lua");
    private static final Script RENEW = Script.beside(JobKeys.class, "renew.lua");
    private static final Script FIND = Script.beside(JobKeys.class, "find.lua");
    private static final Script TICKS = Script.beside(JobKeys.class, "ticks.lua");
    private static final Script REPAIR = Script.beside(JobKeys.class, "repair.lua");
    private static final Script STATS = Script.beside(JobKeys.class, "stats.lua");
    private static final Script GUARD = Script.beside(JobKeys.class, "guard.lua");

    private static final byte[] EVICTS_ALL = "allkeys-".getBytes(US_ASCII);

    /** The most jobs in one run of a script. */
    static final int MOST = 100;

    /** The most in a step, which does more with each. */
    static final int MOST_IN_STEP = 50;

    /** The longest for which jobs that are done are remembered because they may be asked for again. */
    private static final long MOST_SPARED_MILLIS = 10_000;

    final Lessee lessee;
    final Stem stem;
    final JobOptions options;
    final Duration deadline;
    private final byte[][] forEnqueue;
    private final byte[][] forMove;
    private final byte[][] forRenew;
    private final byte[][] forFind;
    private final byte[][] forStats;
    private final byte[][] forRepair;
    private final byte[][] fixed;
    private volatile boolean guarded;

    JobKeys(Lessee lessee, String name, JobOptions options) {
        this.lessee = lessee;
        this.stem = new Stem("job", "job queue", name);
        this.options = options;
        this.deadline = lessee.deadline(options.deadline());
        byte[] jobs = stem.key(":jobs");
        byte[] ready = stem.key(":ready");
        byte[] later = stem.key(":later");
        byte[] behind = stem.key(":behind");
        byte[] locks = stem.key(":locks");
        byte[] meta = stem.key(":meta");
        byte[] inbox = stem.key(":inbox");
        byte[] arrived = stem.key(":arrived");
        byte[] active = stem.key(":active");
        byte[] done = stem.key(":done");
        byte[] dead = stem.key(":dead");
        this.forEnqueue = new byte[][] {jobs, ready, later, behind, locks, meta, inbox, arrived, dead};
        this.forMove = new byte[][] {jobs, ready, later, behind, locks, meta, inbox, arrived, active, done, dead};
        this.forRenew = new byte[][] {jobs, active};
        this.forFind = new byte[][] {jobs, ready, later, active, done, dead};
        this.forStats = new byte[][] {ready, later, active, done, dead, behind, inbox, arrived, meta};
        this.forRepair = new byte[][] {jobs, ready, later, behind, locks, active, done, dead};
        this.fixed = new byte[][] {
            number(options.concurrency()),
            number(options.rate().map(JobOptions.Rate::intervalMicros).orElse(0L)),
            number(options.rate().map(JobOptions.Rate::jobs).orElse(1)),
            number(options.done().count()),
            number(options.done().age().toMillis()),
            number(options.dead().count()),
            number(options.dead().age().toMillis()),
            number(Math.min(deadline.toMillis(), MOST_SPARED_MILLIS))
        };
    }

    static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    /** Of a state, as find.lua counts the sets. */
    static int set(JobState state) {
        return switch (state) {
            case READY -> 2;
            case LATER -> 3;
            case ACTIVE -> 4;
            case DONE -> 5;
            case DEAD -> 6;
            case BEHIND -> throw new IllegalArgumentException("Jobs that wait for others cannot be listed");
        };
    }

    Connection connection() {
        return lessee.connection();
    }

    /** Admits what is in the inbox. */
    Script.Invocation admit() {
        return enqueue(List.of(), 0);
    }

    /** @param most how many may wait; 0 for any number */
    Script.Invocation enqueue(List<Draft> jobs, long most) {
        List<byte[]> arguments = new ArrayList<>(1 + 4 * jobs.size());
        arguments.add(number(most));
        jobs.forEach(job -> arguments.addAll(job.arguments()));
        return ENQUEUE.with(forEnqueue, arguments.toArray(byte[][]::new)).repeatable();
    }

    /** Whether there was no room for all of them, and none was added. */
    static boolean isFull(Reply reply) {
        return reply.items().get(0).text().equals("full");
    }

    /** What {@link #enqueue} answered. */
    List<Enqueued> added(List<Draft> drafts, Reply reply) {
        if (isFull(reply)) {
            throw new KeywrightException.Unavailable(
                    "As many jobs wait as may, " + options.maxWaiting() + " (" + stem
                            + "). Nothing was added. Try again when workers have caught up, or raise maxWaiting.",
                    false);
        }
        List<Reply> answers = reply.items();
        List<Enqueued> added = new ArrayList<>(drafts.size());
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            String answer = answers.get(i).text();
            added.add(
                    answer.startsWith("!")
                            ? new Enqueued(answer.substring(1), false)
                            : new Enqueued(draft.id(), answer.equals("+") || draft.fresh()));
        }
        return added;
    }

    /** Where the answers to somebody's calls are kept for a while. */
    byte[] told(String caller) {
        return stem.key(":told:" + caller);
    }

    Script.Invocation move(byte[] told, String call, int wanted, Duration wait, List<Report> reports) {
        byte[][] keys = new byte[forMove.length + 1][];
        System.arraycopy(forMove, 0, keys, 0, forMove.length);
        keys[forMove.length] = told;
        byte[][] arguments = new byte[4 + fixed.length + 5 * reports.size()][];
        arguments[0] = call.getBytes(US_ASCII);
        arguments[1] = number(wanted);
        arguments[2] = number(options.lease().toMillis());
        arguments[3] = number(wait.toMillis());
        System.arraycopy(fixed, 0, arguments, 4, fixed.length);
        int at = 4 + fixed.length;
        for (Report report : reports) {
            arguments[at++] = report.verb();
            arguments[at++] = report.id();
            arguments[at++] = number(report.run());
            arguments[at++] = number(report.delayMillis());
            arguments[at++] = report.text();
        }
        return MOVE.with(keys, arguments).repeatable();
    }

    Script.Invocation renew(List<byte[]> jobs) {
        byte[][] arguments = new byte[1 + jobs.size()][];
        arguments[0] = number(options.lease().toMillis());
        for (int i = 0; i < jobs.size(); i++) {
            arguments[1 + i] = jobs.get(i);
        }
        return RENEW.with(forRenew, arguments).repeatable();
    }

    Script.Invocation find(int set, long from, int most, List<byte[]> ids) {
        List<byte[]> arguments = new ArrayList<>(List.of(number(set), number(from), number(most)));
        arguments.addAll(ids);
        return FIND.with(forFind, arguments.toArray(byte[][]::new)).repeatable();
    }

    Script.Invocation stats() {
        return STATS.with(forStats, number(0), number(0)).repeatable();
    }

    Script.Invocation repair(String what, String cursor) {
        return REPAIR.with(forRepair, what.getBytes(US_ASCII), cursor.getBytes(US_ASCII), number(MOST))
                .repeatable();
    }

    Script.Invocation ticks(String schedule) {
        return TICKS.with(forEnqueue[4], schedule.getBytes(UTF_8), number(0)).repeatable();
    }

    /** Moves one entry where it is kept, so that nothing is lost when nobody reads the answer; one push wakes one who waits. */
    Command await(Duration wait) {
        return Command.named("BLMOVE")
                .key(forMove[6])
                .key(forMove[7])
                .argument("LEFT")
                .argument("RIGHT")
                .argument(Double.toString(wait.toMillis() / 1_000.0))
                .build();
    }

    byte[] home() {
        return forMove[6];
    }

    Command pause() {
        return Command.named("HSET")
                .key(forMove[5])
                .argument("paused")
                .argument(1)
                .buildRepeatable();
    }

    Command resume() {
        return Command.named("HDEL").key(forMove[5]).argument("paused").buildRepeatable();
    }

    Command ring() {
        return Command.named("RPUSH").key(forMove[6]).argument("").buildRepeatable();
    }

    Reply call(Script.Invocation invocation) {
        return invocation.call(connection(), deadline).orThrow(stem.toString());
    }

    /** Refuses a server that may evict jobs, unless that is allowed; it is looked at once. */
    void guard() {
        if (!isGuarded()) {
            judge(call(GUARD.with(forEnqueue[0], EVICTS_ALL).repeatable()));
        }
    }

    CompletionStage<Void> guardAsync() {
        return isGuarded()
                ? CompletableFuture.completedStage(null)
                : send(GUARD.with(forEnqueue[0], EVICTS_ALL).repeatable()).thenAccept(this::judge);
    }

    private boolean isGuarded() {
        return guarded || options.evictable();
    }

    private void judge(Reply policy) {
        if (!policy.text().isEmpty()) {
            throw new KeywrightException.Misused(
                    "The server may evict jobs when its memory is full, by its maxmemory-policy "
                            + policy.text() + " (" + stem
                            + "). Nothing was added. Set it to noeviction, or allow it by JobOptions.withEviction().");
        }
        guarded = true;
    }

    CompletionStage<Reply> send(Script.Invocation invocation) {
        return invocation.send(connection(), deadline).thenApply(reply -> reply.orThrow(stem.toString()));
    }
}
