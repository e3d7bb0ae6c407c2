package dev.keywright.election;

import dev.keywright.KeywrightException;
import dev.keywright.lease.Wish;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Campaigns, leads while the work runs and after it, and campaigns again. One step follows the other: work never runs twice at a time. */
final class Campaigner implements Candidacy {

    private static final Duration LONGEST_WAIT = Duration.ofDays(30);
    private static final long PAUSE_AFTER_TROUBLE = TimeUnit.SECONDS.toNanos(1);

    private final LeaderElection election;
    private final LeaderElection.Work work;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile @Nullable Throwable trouble;
    private volatile @Nullable HeldTerm term;
    private @Nullable Wish<HeldTerm> wish;
    private @Nullable Thread worker;
    private boolean closed;
    private boolean stopped;

    Campaigner(LeaderElection election, LeaderElection.Work work) {
        this.election = election;
        this.work = work;
    }

    @Override
    public Optional<Term> term() {
        return Optional.ofNullable(term);
    }

    @Override
    public Optional<Throwable> trouble() {
        return Optional.ofNullable(trouble);
    }

    void start() {
        Wish<HeldTerm> next = election.wish(LONGEST_WAIT);
        synchronized (this) {
            if (isOver()) {
                over.complete(null);
                return;
            }
            wish = next;
        }
        CompletionStage<Void> unused =
                next.later().exceptionally(this::failed).thenAcceptAsync(this::elected, Campaigner::onItsOwnThread);
    }

    /** Work may last for days; it must take nobody's turn. */
    private static void onItsOwnThread(Runnable work) {
        Thread thread = new Thread(work, "keywright-leader");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean isOver() {
        return closed || election.lessee.leases().isClosed();
    }

    private Optional<HeldTerm> failed(Throwable failure) {
        trouble = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Optional.empty();
    }

    private void elected(Optional<HeldTerm> given) {
        synchronized (this) {
            wish = null; // a term is ended in its own way
        }
        if (given.isPresent()) {
            lead(given.get());
        } else if (isClosed()) {
            start();
        } else {
            later();
        }
    }

    private void lead(HeldTerm begun) {
        trouble = null;
        term = begun;
        CompletionStage<Void> unused = begun.lost().thenAccept(why -> interrupt());
        boolean well = works(begun);
        try {
            if (isStopped()) {
                begun.handOver();
            } else if (!well || isClosed()) {
                begun.close();
            }
        } catch (KeywrightException e) {
            trouble = e; // Redis refused the resignation; the term ends with its lease
        }
        CompletionStage<Void> unusedNext = begun.ended().thenRun(() -> {
            term = null;
            if (well || isClosed()) {
                start();
            } else {
                later();
            }
        });
    }

    /** Whether the work came to an end that is no failure. */
    private boolean works(Term begun) {
        try {
            if (begins() && begun.isLeader()) { // a loss from now on interrupts
                work.lead(begun);
            }
            return true;
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException && (isClosed() || !begun.isLeader())) {
                return true;
            }
            trouble = e;
            return false;
        } finally {
            done();
        }
    }

    private synchronized boolean begins() {
        if (!closed) {
            worker = Thread.currentThread();
        }
        return !closed;
    }

    private synchronized void done() {
        worker = null;
        boolean unused = Thread.interrupted(); // the thread is not the work's any more
    }

    private synchronized void interrupt() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private void later() {
        Future<?> unused = election.lessee
                .leases()
                .later(() -> election.lessee.executor().execute(this::start), PAUSE_AFTER_TROUBLE);
    }

    @Override
    public void close() {
        HeldTerm idle = null;
        boolean mine;
        synchronized (this) {
            closed = true;
            mine = worker == Thread.currentThread();
            if (wish != null) {
                wish.abandon();
            }
            if (worker == null) {
                idle = term;
            } else if (term != null && !stopped) {
                stopped = term.stop(); // handed over when the work has ended
                if (!mine) {
                    interrupt();
                }
            }
        }
        if (idle != null) {
            idle.close();
        }
        if (!mine) {
            await();
        }
    }

    private void await() {
        try {
            over.get(election.deadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the work does not end, or Redis does not answer; the term ends with the work, or with its lease
        }
    }

    @Override
    public String toString() {
        return "candidacy for " + election;
    }
}
