package dev.keywright.semaphore;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.lease.Holding;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Permits that the server gave. */
final class HeldPermits implements Permits {

    private final Holding holding;
    private final int count;
    private final String where;

    HeldPermits(Holding holding, int count, String where) {
        this.holding = holding;
        this.count = count;
        this.where = where;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public boolean isHeld() {
        return holding.isHeld();
    }

    @Override
    public Duration remaining() {
        return holding.remaining();
    }

    @Override
    public CompletionStage<Lost> lost() {
        return holding.lost();
    }

    @Override
    public void requireHeld() {
        if (!isHeld()) {
            throw lost(where);
        }
    }

    static KeywrightException.Lost lost(String where) {
        return new KeywrightException.Lost(
                "The permits are not held any more: released, or lost (" + where + "). Stop; others may have them.");
    }

    @Override
    public boolean release() {
        return holding.release();
    }

    @Override
    public CompletionStage<Boolean> releaseAsync() {
        return holding.releaseAsync();
    }

    @Override
    public void close() {
        holding.close();
    }

    @Override
    public String toString() {
        return count + " of " + where;
    }
}
