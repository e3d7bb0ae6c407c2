package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Bells;
import dev.keywright.lease.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One wish for the lock: queues in this process, asks the server, and waits until a wake-up or for so long, then asks again. It asks as one
 * owner all the time, so that it never stands in its own way; who goes without the lock leaves nothing behind.
 */
final class Request {

    /** How long one who waits is taken for alive after it asked; it asks at least each second. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long UNKNOWN = 1; // it may be registered as waiting

    private static final long SHORTEST_DEADLINE = TimeUnit.MILLISECONDS.toNanos(200);

    private final ServerLock lock;
    private final Locks locks;
    private final long start = System.nanoTime();
    private final long waitNanos;
    private final String name;
    private final byte[] owner;
    private final CompletableFuture<Optional<LockHold>> result = new CompletableFuture<>();
    private @Nullable Gate gate;
    private Bells.@Nullable Bell bell;
    private long since;
    private long holderLeft;
    private volatile boolean abandoned;

    Request(ServerLock lock, Duration wait) {
        this.lock = lock;
        this.locks = lock.locks;
        this.waitNanos = wait.toNanos();
        this.name = locks.lessee.newOwner();
        this.owner = name.getBytes(US_ASCII);
    }

    private long left() {
        return Math.max(0, waitNanos - (System.nanoTime() - start));
    }

    // --- in this process

    private Gate.@Nullable Place enter() {
        if (lock.options.fair()) {
            return null;
        }
        while (true) {
            Gate found = locks.gate(lock.name(), lock.options);
            Gate.Place place = found.enter();
            if (place != null) {
                gate = found;
                return place;
            }
        }
    }

    /** The hold; empty when it did not come in time. */
    Optional<LockHold> await() {
        Gate.Place place = enter();
        if (place != null) {
            if (!comes(place)) {
                return Optional.empty();
            }
            Optional<LockHold> given = place.turn.join();
            if (given.isPresent()) {
                return given;
            }
        }
        return ask();
    }

    private boolean comes(Gate.Place place) {
        Gate queue = requireNonNull(gate);
        try {
            return Gate.await(place, left(), lock.keys) || !queue.withdraw(place);
        } catch (KeywrightException interrupted) {
            queue.leave(place);
            throw interrupted;
        }
    }

    CompletionStage<Optional<LockHold>> later() {
        Gate.Place place = enter();
        if (place == null) {
            waitForServer();
            return result;
        }
        Gate queue = requireNonNull(gate);
        if (place.turn.isDone()) {
            return turnCame(place);
        }
        Future<?> alarm = locks.lessee.leases().later(() -> queue.withdraw(place), left());
        return place.turn
                .handleAsync((given, withdrawn) -> alarm.cancel(false), locks.lessee.executor())
                .thenCompose(same -> turnCame(place));
    }

    private CompletionStage<Optional<LockHold>> turnCame(Gate.Place place) {
        if (place.turn.isCancelled()) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        Optional<LockHold> given = place.turn.join();
        if (given.isPresent()) {
            return CompletableFuture.completedStage(given);
        }
        waitForServer();
        return result;
    }

    // --- of the server

    /** Asks once by itself, which is enough for a lock that is free, and then waits. */
    private Optional<LockHold> ask() {
        KeywrightException.Unavailable away = null;
        Possession possession = begin();
        long askedAt = Lease.now();
        try {
            Reply reply = lock.keys
                    .acquire(owner, lock.options.lease(), possession.tokens(), Duration.ZERO, 0)
                    .call(locks.lessee.connection(), deadline());
            Optional<LockHold> hold = read(possession, reply, askedAt);
            if (hold.isPresent()) {
                return hold;
            }
        } catch (KeywrightException.Unavailable e) {
            away = e;
        } catch (KeywrightException e) {
            locks.lessee.leases().forget(possession.lease);
            possession.passTurn();
            throw e;
        }
        locks.lessee.leases().forget(possession.lease);
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (left() > 0 && !interrupted) {
            waitForServer();
            return awaitResult();
        }
        if (away != null && away.outcomeUnknown()) {
            locks.freeLater(lock.keys, name, false, lock.options);
        }
        possession.passTurn();
        if (away != null) {
            throw away;
        }
        if (left() > 0) {
            throw Gate.interrupted(lock.keys, new InterruptedException());
        }
        return Optional.empty();
    }

    private Optional<LockHold> awaitResult() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            abandoned = true;
            CompletionStage<Void> unused = result.thenAccept(hold -> hold.ifPresent(LockHold::releaseQuietly));
            if (bell != null) {
                bell.ring();
            }
            throw Gate.interrupted(lock.keys, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException why) {
                throw why;
            }
            throw new IllegalStateException(e);
        }
    }

    private Possession begin() {
        Possession possession = new Possession(locks, lock.keys, lock.options, name, gate);
        locks.lessee.leases().watch(possession.lease);
        return possession;
    }

    /** The hold that was granted; empty when another one has the lock. */
    private Optional<LockHold> read(Possession possession, Reply reply, long askedAt) {
        List<Reply> items = lock.keys.checked(reply).items();
        if (items.get(0).number() == 0) {
            holderLeft = TimeUnit.MILLISECONDS.toNanos(items.get(1).number());
            since = items.get(2).number();
            return Optional.empty();
        }
        LockHold hold = possession.granted(items.get(1).number(), askedAt);
        if (hold.isHeld()) {
            return Optional.of(hold);
        }
        possession.abandon(hold);
        if (locks.lessee.leases().isClosed()) {
            throw closed();
        }
        throw new KeywrightException.Misused("The lease of "
                + lock.options.lease().toMillis() + " ms was over when the answer came (" + lock.keys.where()
                + "). Give a lease many times as long as a round trip.");
    }

    // --- waiting

    private void waitForServer() {
        bell = locks.lessee.bells().bell(name);
        step();
    }

    private void step() {
        Possession possession = begin();
        long askedAt = Lease.now();
        Duration wait = waitNanos == 0 ? Duration.ZERO : PATIENCE;
        lock.keys
                .acquire(owner, lock.options.lease(), possession.tokens(), wait, since)
                .send(locks.lessee.connection(), deadline())
                .whenComplete((reply, failure) -> {
                    try {
                        answered(possession, askedAt, reply, failure);
                    } catch (RuntimeException e) {
                        end(possession, e);
                    }
                });
    }

    private Duration deadline() {
        Duration whole = locks.deadline(lock.options);
        Duration left = Duration.ofNanos(Math.max(left(), SHORTEST_DEADLINE));
        return waitNanos == 0 || left.compareTo(whole) > 0 ? whole : left;
    }

    private void answered(Possession possession, long askedAt, @Nullable Reply reply, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Optional<LockHold> hold = Optional.empty();
        try {
            hold = reply == null ? hold : read(possession, reply, askedAt);
        } catch (KeywrightException.Unavailable later) {
            cause = later;
        }
        if (cause != null) {
            holderLeft = 0; // nobody knows
            since = since == 0 && waitNanos > 0 ? UNKNOWN : since;
        }
        if (hold.isPresent()) {
            bell().close();
            result.complete(hold);
            return;
        }
        if (cause == null && locks.lessee.leases().isClosed()) {
            cause = closed();
        }
        boolean away = cause instanceof KeywrightException.Unavailable;
        if (left() == 0 || abandoned || locks.lessee.leases().isClosed() || cause != null && !away) {
            end(possession, cause);
            return;
        }
        locks.lessee.leases().forget(possession.lease);
        bell().next(holderLeft == 0 ? left() : Math.min(left(), holderLeft), this::step);
    }

    private KeywrightException.Unavailable closed() {
        return new KeywrightException.Unavailable(
                "The connection was closed while the lock was waited for (" + lock.keys.where() + ").", false);
    }

    private Bells.Bell bell() {
        return requireNonNull(bell);
    }

    /** Goes without the lock. One who was woken in the meantime passes that on, in the script. */
    private void end(Possession possession, @Nullable Throwable cause) {
        locks.lessee.leases().forget(possession.lease);
        bell().close();
        if (waitNanos > 0 || cause != null) {
            locks.freeLater(lock.keys, name, true, lock.options);
        }
        possession.passTurn();
        if (cause == null) {
            result.complete(Optional.empty());
        } else {
            result.completeExceptionally(cause);
        }
    }
}
