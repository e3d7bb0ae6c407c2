package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.lease.Delivery;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A lock whose holds are handles; see {@link Request} for how it is acquired. */
final class ServerLock implements DistributedLock {

    final Locks locks;
    final LockScripts keys;
    final LockOptions options;

    ServerLock(Locks locks, LockScripts keys, LockOptions options) {
        this.locks = locks;
        this.keys = keys;
        this.options = options;
    }

    @Override
    public String name() {
        return keys.name();
    }

    @Override
    public Optional<Hold> tryAcquire(Duration wait) {
        LockOptions.checkWait(wait);
        return new Request(this, wait).await().map(locks::confirmed);
    }

    @Override
    public CompletionStage<Optional<Hold>> tryAcquireAsync(Duration wait) {
        LockOptions.checkWait(wait);
        CompletionStage<Optional<LockHold>> given = new Request(this, wait)
                .later()
                .thenApplyAsync(hold -> hold.map(locks::confirmed), locks.lessee.executor());
        return Delivery.of(given, LockHold::releaseQuietly);
    }

    @Override
    public Hold acquire(Duration wait) {
        return tryAcquire(wait).orElseThrow(() -> tooLong(wait));
    }

    KeywrightException.Unavailable tooLong(Duration wait) {
        return new KeywrightException.Unavailable(
                "Others had the lock for all of the " + wait.toMillis() + " ms that were waited (" + keys.where()
                        + "). Try again later, or wait longer.",
                false);
    }

    @Override
    public <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X {
        return withHold(acquire(wait), action);
    }

    <T, X extends Exception> T withHold(Hold hold, Action<T, X> action) throws X {
        try (hold) {
            T result = action.run(hold);
            if (!released(hold)) {
                throw keys.lost(hold.token());
            }
            return result;
        }
    }

    private static boolean released(Hold hold) {
        boolean held = hold.isHeld();
        try {
            return hold.release();
        } catch (KeywrightException.Unavailable away) {
            return held; // the action was over in time; the lock ends with its lease
        }
    }

    @Override
    public String toString() {
        return keys.where();
    }
}
