package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.lease.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Acquires locks one after the other, sorted by name, so that nobody waits in a circle. */
final class OrderedLocks implements DistributedMultiLock {

    private final List<DistributedLock> locks;
    private final List<String> names;
    private final LockOptions options;

    OrderedLocks(Locks locks, Collection<String> names, LockOptions options) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("There are no names; give those of the locks to hold together");
        }
        this.names = List.copyOf(new TreeSet<>(names));
        this.locks = this.names.stream().map(name -> locks.lock(name, options)).toList();
        this.options = options;
    }

    @Override
    public List<String> names() {
        return names;
    }

    private static Duration left(long start, Duration wait) {
        return Duration.ofNanos(Math.max(0, wait.toNanos() - (System.nanoTime() - start)));
    }

    @Override
    public Optional<MultiHold> tryAcquire(Duration wait) {
        LockOptions.checkWait(wait);
        long start = System.nanoTime();
        do {
            Optional<MultiHold> all = acquireEach(start, wait);
            if (all.isEmpty() || all.get().isHeld()) {
                return all;
            }
            all.get().close();
        } while (!left(start, wait).isZero());
        return Optional.empty();
    }

    private Optional<MultiHold> acquireEach(long start, Duration wait) {
        List<Hold> holds = new ArrayList<>();
        boolean complete = false;
        try {
            for (DistributedLock lock : locks) {
                Optional<Hold> hold = lock.tryAcquire(left(start, wait));
                if (hold.isEmpty()) {
                    return Optional.empty();
                }
                holds.add(hold.get());
            }
            complete = true;
            return Optional.of(together(holds));
        } finally {
            if (!complete) {
                undo(holds);
            }
        }
    }

    private MultiHold together(List<Hold> holds) {
        return new HeldTogether(names, holds, options.releaseWithoutWaiting());
    }

    /** In the background, also tried again there; whoever waited has waited long enough. */
    private static void undo(List<Hold> holds) {
        for (int i = holds.size() - 1; i >= 0; i--) {
            CompletionStage<Boolean> unused = holds.get(i).releaseAsync();
        }
    }

    @Override
    public CompletionStage<Optional<MultiHold>> tryAcquireAsync(Duration wait) {
        LockOptions.checkWait(wait);
        return Delivery.of(acquireAsync(System.nanoTime(), wait), all -> {
            CompletionStage<Boolean> unused = all.releaseAsync();
        });
    }

    private CompletionStage<Optional<MultiHold>> acquireAsync(long start, Duration wait) {
        return next(new ArrayList<>(), start, wait).thenCompose(all -> {
            if (all.isEmpty() || all.get().isHeld()) {
                return CompletableFuture.completedStage(all);
            }
            return all.get()
                    .releaseAsync()
                    .handle((held, away) -> left(start, wait).isZero())
                    .thenCompose(over ->
                            over ? CompletableFuture.completedStage(Optional.empty()) : acquireAsync(start, wait));
        });
    }

    /** Acquires what is still missing; none when one could not be had. */
    private CompletionStage<Optional<MultiHold>> next(List<Hold> holds, long start, Duration wait) {
        if (holds.size() == locks.size()) {
            return CompletableFuture.completedStage(Optional.of(together(holds)));
        }
        return locks.get(holds.size())
                .tryAcquireAsync(left(start, wait))
                .whenComplete((hold, failure) -> {
                    if (hold == null || hold.isEmpty()) {
                        undo(holds);
                    }
                })
                .thenCompose(hold -> {
                    if (hold.isEmpty()) {
                        return CompletableFuture.completedStage(Optional.empty());
                    }
                    holds.add(hold.get());
                    return next(holds, start, wait);
                });
    }

    @Override
    public MultiHold acquire(Duration wait) {
        return tryAcquire(wait)
                .orElseThrow(() -> new KeywrightException.Unavailable(
                        "Others had one of the locks for all of the " + wait.toMillis() + " ms that were waited ("
                                + this + "). Try again later, or wait longer.",
                        false));
    }

    @Override
    public <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X {
        try (MultiHold hold = acquire(wait)) {
            T result = action.run(hold);
            if (!released(hold)) {
                throw new KeywrightException.Lost("One of the locks was lost before the work ended (" + this
                        + "). Others may have worked on it.");
            }
            return result;
        }
    }

    private static boolean released(MultiHold hold) {
        boolean held = hold.isHeld();
        try {
            return hold.release();
        } catch (KeywrightException.Unavailable away) {
            return held; // the action was over in time; the locks end with their leases
        }
    }

    @Override
    public String toString() {
        return locks.size() > 3 ? locks.subList(0, 3) + " and " + (locks.size() - 3) + " more" : locks.toString();
    }
}
