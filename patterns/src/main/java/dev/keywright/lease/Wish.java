package dev.keywright.lease;

import static java.util.Objects.requireNonNull;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a {@link Goal}, and while the answer is no waits for a wake-up or for so long, then asks again. It asks as one owner all the
 * time, so that it never stands in its own way; who goes without leaves nothing behind. To be used once.
 *
 * @param <T> the handle that users get
 */
public final class Wish<T> {

    /** How long one who waits is taken for alive after it asked; it asks at least each second. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long SHORTEST_DEADLINE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Lessee lessee;
    private final Goal<T> goal;
    private final long start = System.nanoTime();
    private final long waitNanos;
    private final Duration patience;
    private final CompletableFuture<Optional<T>> result = new CompletableFuture<>();
    private volatile @Nullable Holding given;
    private volatile Bells.@Nullable Bell bell;
    private long since;
    private long othersLeft;
    private volatile boolean abandoned;

    public Wish(Lessee lessee, Goal<T> goal, Duration wait) {
        this.lessee = lessee;
        this.goal = goal;
        this.waitNanos = wait.toNanos();
        this.patience = wait.isZero() ? Duration.ZERO : PATIENCE;
    }

    private boolean waits() {
        return waitNanos > 0;
    }

    private long left() {
        return Math.max(0, waitNanos - (System.nanoTime() - start));
    }

    /**
     * Blocks until it comes; empty when it did not come in time.
     *
     * @throws KeywrightException.Unavailable also when the thread was interrupted
     */
    public Optional<T> await() {
        KeywrightException.Unavailable away = null;
        Holding holding = new Holding(lessee, goal);
        long askedAt = Lease.now();
        try {
            Reply reply = goal.question(patience, since).call(lessee.connection(), deadline());
            Optional<T> handle = read(holding, reply, askedAt);
            if (handle.isPresent()) {
                return handle;
            }
        } catch (KeywrightException.Unavailable e) {
            away = e;
        } catch (KeywrightException e) {
            holding.forget();
            throw e;
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (left() > 0 && !interrupted) {
            holding.forget();
            waitForServer();
            return awaitResult();
        }
        leave(holding, away);
        if (interrupted) { // a timer that starts with the first command to be sent may swallow it
            Thread.currentThread().interrupt();
        }
        if (away != null) {
            throw away;
        }
        return Optional.empty();
    }

    private Optional<T> awaitResult() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + goal.where() + "). Nothing was acquired.", false, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException why) {
                throw why;
            }
            throw new IllegalStateException(e);
        }
    }

    /** As {@link #await()}, without blocking. */
    public CompletionStage<Optional<T>> later() {
        waitForServer();
        CompletableFuture<Optional<T>> told = new CompletableFuture<>();
        CompletionStage<@Nullable Void> unused = result.handleAsync(
                (handle, failure) -> {
                    if (failure != null) {
                        told.completeExceptionally(failure);
                    } else if (!told.complete(handle)) { // cancelled, or too late for who waited
                        abandon();
                    }
                    return null;
                },
                lessee.executor());
        CompletionStage<Optional<T>> unusedEither = told.whenComplete((handle, failure) -> {
            if (told.isCancelled()) {
                abandon(); // so that it stands in nobody's way
            }
        });
        return told;
    }

    /** Nobody wants it any more; what comes is given back. */
    public void abandon() {
        abandoned = true;
        CompletionStage<Void> unused = result.thenRun(() -> {
            Holding holding = given;
            if (holding != null) {
                CompletionStage<Boolean> unusedAnswer = holding.releaseAsync();
            }
        });
        Bells.Bell waiting = bell;
        if (waiting != null) {
            waiting.ring();
        }
    }

    private Optional<T> read(Holding holding, Reply reply, long askedAt) {
        List<Reply> answer = reply.orThrow(goal.where()).items();
        if (answer.get(0).number() == 0) {
            othersLeft = TimeUnit.MILLISECONDS.toNanos(answer.get(1).number());
            since = answer.get(2).number();
            return Optional.empty();
        }
        T handle = goal.given(holding, answer);
        if (!holding.begin(askedAt)) {
            if (lessee.leases().isClosed()) {
                throw closed();
            }
            throw new KeywrightException.Misused("The lease of "
                    + goal.lease().toMillis() + " ms was over when the answer came (" + goal.where()
                    + "). Give a lease many times as long as a round trip.");
        }
        given = holding;
        return Optional.of(handle);
    }

    /** What may have come nevertheless is given back, and what is registered is removed. */
    private void leave(Holding holding, @Nullable Throwable cause) {
        if (waits() || cause instanceof KeywrightException.Unavailable away && away.outcomeUnknown()) {
            holding.abandon(waits());
        } else {
            holding.forget();
        }
    }

    // --- waiting

    private void waitForServer() {
        bell = lessee.bells().bell(goal.owner());
        ask();
    }

    private void ask() {
        Holding holding = new Holding(lessee, goal);
        long askedAt = Lease.now();
        goal.question(patience, since).send(lessee.connection(), deadline()).whenComplete((reply, failure) -> {
            try {
                answered(holding, askedAt, reply, failure);
            } catch (RuntimeException e) {
                end(holding, e);
            }
        });
    }

    private Duration deadline() {
        Duration whole = goal.deadline();
        Duration left = Duration.ofNanos(Math.max(left(), SHORTEST_DEADLINE));
        return !waits() || left.compareTo(whole) > 0 ? whole : left;
    }

    private void answered(Holding holding, long askedAt, @Nullable Reply reply, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Optional<T> handle = Optional.empty();
        try {
            handle = reply == null ? handle : read(holding, reply, askedAt);
        } catch (KeywrightException.Unavailable later) {
            cause = later;
        }
        if (cause != null) {
            othersLeft = 0; // nobody knows
        }
        if (handle.isPresent()) {
            requireNonNull(bell).close();
            result.complete(handle);
            return;
        }
        if (cause == null && lessee.leases().isClosed()) {
            cause = closed();
        }
        boolean away = cause instanceof KeywrightException.Unavailable;
        if (left() == 0 || abandoned || lessee.leases().isClosed() || cause != null && !away) {
            end(holding, cause);
            return;
        }
        holding.forget();
        requireNonNull(bell).next(othersLeft == 0 ? left() : Math.min(left(), othersLeft), this::ask);
    }

    private KeywrightException.Unavailable closed() {
        return new KeywrightException.Unavailable(
                "The connection was closed while waiting (" + goal.where() + ").", false);
    }

    private void end(Holding holding, @Nullable Throwable cause) {
        requireNonNull(bell).close();
        leave(holding, cause);
        if (cause == null) {
            result.complete(Optional.empty());
        } else {
            result.completeExceptionally(cause);
        }
    }
}
