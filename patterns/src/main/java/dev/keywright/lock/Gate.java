package dev.keywright.lock;

import dev.keywright.KeywrightException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of this process queue for one lock, so that one at a time asks the server for all of them. Who is at the front has the
 * turn: to ask, then to hold. A turn ends once, and goes to the next one, with the lock where it can be handed on. A gate that nobody
 * stands at is gone, so that names that are used once leave nothing behind.
 */
final class Gate {

    /** One who stands at the gate. */
    static final class Place {

        /** Completes with the lock, or without it and then it is this one's turn to ask; cancelled when it went away before. */
        final CompletableFuture<Optional<LockHold>> turn = new CompletableFuture<>();
    }

    private final Consumer<Gate> gone;
    private final Queue<Place> queue = new ArrayDeque<>();
    private boolean taken;
    private boolean closed;

    Gate(Consumer<Gate> gone) {
        this.gone = gone;
    }

    /**
     * Takes a place; it may be the first one's turn at once.
     *
     * @return null when this gate is gone and another one has to be found
     */
    synchronized @Nullable Place enter() {
        if (closed) {
            return null;
        }
        Place place = new Place();
        if (taken) {
            queue.add(place);
        } else {
            taken = true;
            place.turn.complete(Optional.empty());
        }
        return place;
    }

    synchronized boolean isWaitedAt() {
        return !queue.isEmpty();
    }

    /** Gives the place up; false when its turn has come. */
    boolean withdraw(Place place) {
        if (!place.turn.cancel(false)) {
            return false;
        }
        synchronized (this) {
            queue.remove(place);
        }
        return true;
    }

    /** Gives the place up; what it was given in the meantime goes to the next one. */
    void leave(Place place) {
        if (!withdraw(place)) {
            place.turn.join().ifPresentOrElse(LockHold::releaseQuietly, this::pass);
        }
    }

    /** Ends the turn. */
    void pass() {
        synchronized (this) {
            for (Place next = queue.poll(); next != null; next = queue.poll()) {
                if (next.turn.complete(Optional.empty())) {
                    return;
                }
            }
            taken = false;
            closed = true;
        }
        gone.accept(this);
    }

    /** Hands the lock on; false when nobody in this process waits for it. */
    synchronized boolean handOn(LockHold hold) {
        for (Place next = queue.poll(); next != null; next = queue.poll()) {
            if (next.turn.complete(Optional.of(hold))) {
                return true;
            }
        }
        return false;
    }

    /** Waits for the turn; false when it did not come in time. */
    static boolean await(Place place, long nanos, LockScripts where) {
        try {
            place.turn.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(where, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // a turn only comes
        }
    }

    static KeywrightException.Unavailable interrupted(LockScripts where, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KeywrightException.Unavailable(
                "Interrupted while waiting for the lock (" + where.where() + "). It was not acquired.", false, e);
    }
}
