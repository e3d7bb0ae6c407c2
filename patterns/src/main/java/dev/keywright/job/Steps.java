package dev.keywright.job;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a worker that talks to Redis: one step tells what became of jobs and takes the next. It sleeps while there is nothing to
 * tell and nothing to take; handlers that end and the {@link Doorbell} wake it. At least once a second it makes a step all the same, in
 * which the server brings back jobs of workers that are lost and brings forward what is due.
 */
final class Steps {

    private static final Duration SAFETY = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORT_WORK = TimeUnit.MILLISECONDS.toNanos(10);

    private final JobKeys keys;
    private final Handlers handlers;
    private final int threads;
    private final int prefetch;
    private final String name;
    private final byte[] told;
    private final ExecutorService executor;
    private final ScheduledThreadPoolExecutor clock;
    private final Doorbell doorbell;
    private final Beat beat;
    private final Thread thread;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final AtomicInteger occupied = new AtomicInteger();
    private final AtomicLong usualNanos = new AtomicLong(2 * SHORT_WORK);
    private final ArrayDeque<Report> reports = new ArrayDeque<>(); // guarded by this
    private boolean isLookDue = true; // guarded by this
    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile long giveUpAt;
    private volatile @Nullable RuntimeException failure;
    private long calls;
    private Duration nextDue = SAFETY;

    Steps(JobKeys keys, Handlers handlers, int threads, int prefetch, boolean virtual) {
        this.keys = keys;
        this.handlers = handlers;
        this.threads = threads;
        this.prefetch = virtual || keys.options.concurrency() > 0 ? 0 : prefetch;
        this.name = keys.lessee.newOwner();
        this.told = keys.told(name);
        this.executor = Threads.workers(threads, virtual);
        this.clock = Threads.clock();
        this.doorbell = new Doorbell(keys, clock, this::look);
        this.beat = new Beat(keys, this);
        this.thread = Threads.daemon(this::loop, "keywright-jobs");
    }

    void start() {
        thread.start();
        beat.start(clock);
    }

    Map<String, Run> runs() {
        return runs;
    }

    int jobs() {
        return runs.size();
    }

    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    // --- what wakes the thread

    synchronized void look() {
        isLookDue = true;
        notifyAll();
    }

    private synchronized void tell(Report report) {
        reports.add(report);
        notifyAll();
    }

    private synchronized void tellAgain(List<Report> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            reports.addFirst(batch.get(i));
        }
    }

    /** Ends a run without its handler, and says what is to become of the job. */
    void end(Run run, Run.Ending why, @Nullable Report report) {
        if (run.endAndClose(why)) {
            forget(run, report);
        }
    }

    private void forget(Run run, @Nullable Report report) {
        runs.remove(run.header.id(), run);
        if (report != null) {
            tell(report);
        }
    }

    void giveBackUnlessBegun(Run run) {
        if (run.endUnlessBegun(Run.Ending.STOPPED)) {
            forget(run, Report.back(run.header, Duration.ZERO, ""));
        }
    }

    // --- the thread

    private void loop() {
        long nextTick = System.nanoTime();
        while (!isOver()) {
            try {
                List<Report> batch = next(nextTick);
                int wanted = wanted();
                if (step(batch, wanted)) {
                    nextTick = System.nanoTime() + (wanted > 0 ? nextDue : SAFETY).toNanos();
                }
                if (wanted > 0 && !stopping && !isLookDue()) {
                    doorbell.arm(SAFETY);
                }
            } catch (RuntimeException
                    | Error e) { // such as no memory for a thread; jobs that were taken come back with their lease
                failure = new IllegalStateException("A step failed (" + keys.stem + "): " + e, e);
                pause(LONGEST_PAUSE);
            }
        }
        end();
    }

    private void end() {
        if (!stopping) {
            runs.values().forEach(run -> end(run, Run.Ending.LOST, null));
            executor.shutdown();
            clock.shutdownNow();
        }
        doorbell.close();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized boolean isOver() {
        return keys.lessee.leases().isClosed()
                || stopping && (runs.isEmpty() && reports.isEmpty() || System.nanoTime() - giveUpAt > 0);
    }

    private synchronized boolean isLookDue() {
        return isLookDue;
    }

    /** Sleeps until there is something to do, and answers what is to be told. */
    private synchronized List<Report> next(long nextTick) {
        while (reports.isEmpty() && !(isLookDue && wanted() > 0) && !(stopping && runs.isEmpty())) {
            long nanos = nextTick - System.nanoTime();
            if (nanos <= 0) {
                break;
            }
            pause(nanos);
        }
        List<Report> batch = new ArrayList<>();
        while (!reports.isEmpty() && batch.size() < JobKeys.MOST_IN_STEP) {
            batch.add(reports.remove());
        }
        return batch;
    }

    private synchronized void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int wanted() {
        if (stopping) {
            return 0;
        }
        int ahead = usualNanos.get() <= SHORT_WORK ? prefetch : 0;
        return Math.max(0, Math.min(JobKeys.MOST_IN_STEP, threads + ahead - occupied.get()));
    }

    private boolean step(List<Report> batch, int wanted) {
        String call = name + '-' + calls++;
        Script.Invocation move = keys.move(told, call, wanted, SAFETY.multipliedBy(2), batch);
        long start = System.nanoTime();
        if (wanted > 0) {
            synchronized (this) {
                isLookDue = false;
            }
        }
        Optional<Reply> answer;
        try {
            answer = ask(move);
        } catch (RuntimeException | Error e) {
            tellAgain(batch);
            throw e;
        }
        answer.ifPresent(reply -> taken(reply.items(), wanted, start));
        return answer.isPresent();
    }

    /** Asks until there is an answer; the same call is harmless. */
    private Optional<Reply> ask(Script.Invocation move) {
        long pause = SHORTEST_PAUSE;
        while (true) {
            try {
                Reply reply = keys.call(move);
                failure = null;
                return Optional.of(reply);
            } catch (KeywrightException e) {
                failure = e;
                if (keys.lessee.leases().isClosed() || stopping && System.nanoTime() - giveUpAt > 0) {
                    return Optional.empty();
                }
                pause(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
        }
    }

    private void taken(List<Reply> answer, int wanted, long start) {
        long due = answer.get(0).number();
        nextDue = due < 0 ? SAFETY : Duration.ofMillis(Math.max(1, Math.min(due, SAFETY.toMillis())));
        List<Reply> jobs = answer.get(3).items();
        for (int i = 0; i < jobs.size(); i += 3) {
            Header header = new Header(jobs.get(i).bytes(), jobs.get(i + 1).bytes());
            begin(header, jobs.get(i + 2).bytes(), start);
        }
        if (answer.get(4).number() == 1) { // paused
            runs.values().forEach(this::giveBackUnlessBegun);
        }
        if (answer.get(1).number() == 1) {
            admit();
        } else if (wanted > 0 && jobs.size() == 3 * wanted) {
            look(); // as soon as there is room
        }
    }

    /** Brings in what scripts and transactions have put into the inbox. */
    private void admit() {
        try {
            Reply unused = keys.call(keys.admit());
            look();
        } catch (KeywrightException e) {
            failure = e; // such as no memory; the next step tries again
        }
    }

    private void begin(Header header, byte[] payload, long start) {
        if (!header.isReadable()) {
            tell(handlers.unreadable(header));
            return;
        }
        if (!handlers.knows(header)) {
            tell(handlers.park(header));
            return;
        }
        if (stopping) {
            tell(Report.back(header, Duration.ZERO, ""));
            return;
        }
        Run run = new Run(header, payload, start + keys.options.lease().toNanos());
        Run before = runs.put(header.id(), run);
        if (before != null) { // its lease was over before this process saw it
            end(before, Run.Ending.LOST, null);
        }
        occupied.incrementAndGet();
        try {
            executor.execute(() -> work(run));
        } catch (RuntimeException | Error e) { // no thread can be made
            occupied.decrementAndGet();
            end(run, Run.Ending.STOPPED, Report.back(header, LATER, "A worker had no thread for it."));
            throw e;
        }
    }

    private void work(Run run) {
        long start = System.nanoTime();
        Report report = null;
        if (run.begin()) {
            report = attempt(run);
            run.finish();
        } else {
            boolean unused = run.end(Run.Ending.LOST);
        }
        long nanos = System.nanoTime() - start;
        usualNanos.updateAndGet(usual -> usual + (nanos - usual) / 8);
        synchronized (this) { // so that the step that tells it takes the next
            occupied.decrementAndGet();
            if (run.close()) {
                forget(run, report);
            }
            look();
        }
    }

    private Report attempt(Run run) {
        try {
            handlers.timeout(run.header)
                    .ifPresent(timeout -> run.alarm(
                            clock.schedule(() -> timeOut(run, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS)));
            return handlers.handle(run);
        } catch (RuntimeException | Error e) { // such as no memory to say what failed
            return handlers.again(
                    run.header, "The attempt could not be made: " + e.getClass().getName());
        }
    }

    private void timeOut(Run run, Duration timeout) {
        end(
                run,
                Run.Ending.TIMED_OUT,
                handlers.again(run.header, "The handler took longer than " + timeout.toMillis() + " ms."));
    }

    // --- the end

    boolean stop(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        giveUpAt = deadline + keys.deadline.toNanos();
        stopping = true;
        runs.values().forEach(this::giveBackUnlessBegun);
        awaitUntil(deadline, true);
        boolean finished = runs.isEmpty();
        for (Run run : runs.values()) {
            end(run, Run.Ending.STOPPED, Report.back(run.header, Duration.ZERO, "The worker was stopped."));
        }
        look();
        awaitUntil(giveUpAt, false);
        executor.shutdownNow();
        clock.shutdownNow();
        return finished && failure == null;
    }

    private synchronized void awaitUntil(long deadline, boolean runsOnly) {
        notifyAll();
        while (!ended && !(runsOnly && runs.isEmpty()) && System.nanoTime() - deadline < 0) {
            pause(Math.max(1_000_000, Math.min(deadline - System.nanoTime(), LONGEST_PAUSE)));
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
