package dev.keywright.lock;

import dev.keywright.Lost;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lock that a thread which has it may acquire again: same hold, same token, until it was released as often. */
class ReentrantLock implements DistributedLock {

    private final ServerLock lock;
    private final Nests nests;

    ReentrantLock(ServerLock lock, Nests nests) {
        this.lock = lock;
        this.nests = nests;
    }

    /** Whether the calling thread has it. */
    final boolean isHeldHere() {
        return nests.find(name()) != null;
    }

    @Override
    public String name() {
        return lock.name();
    }

    @Override
    public Optional<Hold> tryAcquire(Duration wait) {
        Nests.Nest nest = nests.find(name());
        if (nest == null || !nests.enter(nest)) {
            return lock.tryAcquire(wait).map(hold -> new Level(nests.first(name(), hold)));
        }
        Level level = new Level(nest);
        try {
            LockOptions.checkWait(wait);
            nest.hold.requireHeld(); // what is inside must not begin when what is around it has lost the lock
        } catch (RuntimeException e) {
            level.close();
            throw e;
        }
        return Optional.of(level);
    }

    @Override
    public CompletionStage<Optional<Hold>> tryAcquireAsync(Duration wait) {
        return lock.tryAcquireAsync(wait);
    }

    @Override
    public Hold acquire(Duration wait) {
        return tryAcquire(wait).orElseThrow(() -> lock.tooLong(wait));
    }

    @Override
    public <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X {
        return lock.withHold(acquire(wait), action);
    }

    @Override
    public String toString() {
        return lock.toString();
    }

    /** One of the levels at which the thread has the lock. */
    private final class Level implements Hold {

        private final Nests.Nest nest;
        private final AtomicBoolean over = new AtomicBoolean();

        Level(Nests.Nest nest) {
            this.nest = nest;
        }

        @Override
        public long token() {
            return nest.hold.token();
        }

        @Override
        public boolean isHeld() {
            return !over.get() && nest.hold.isHeld();
        }

        @Override
        public Duration remaining() {
            return over.get() ? Duration.ZERO : nest.hold.remaining();
        }

        @Override
        public CompletionStage<Lost> lost() {
            return nest.hold.lost();
        }

        @Override
        public void requireHeld() {
            if (!isHeld()) {
                throw lock.keys.lost(token());
            }
        }

        @Override
        public boolean extend(Duration lease) {
            return isHeld() && nest.hold.extend(lease);
        }

        @Override
        public boolean release() {
            if (!over.compareAndSet(false, true)) {
                return false;
            }
            return nests.leave(nest) ? nest.hold.release() : nest.hold.isHeld();
        }

        @Override
        public CompletionStage<Boolean> releaseAsync() {
            if (!over.compareAndSet(false, true)) {
                return CompletableFuture.completedStage(false);
            }
            return nests.leave(nest) ? nest.hold.releaseAsync() : CompletableFuture.completedStage(nest.hold.isHeld());
        }

        @Override
        public void close() {
            if (over.compareAndSet(false, true) && nests.leave(nest)) {
                nest.hold.close();
            }
        }

        @Override
        public String toString() {
            return nest.hold.toString();
        }
    }
}
