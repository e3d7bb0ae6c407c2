package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One of the holds of a {@link Possession}. */
final class LockHold implements Hold {

    private final Possession possession;
    private final long token;
    private final CompletableFuture<Lost> loss = new CompletableFuture<>();

    LockHold(Possession possession, long token) {
        this.possession = possession;
        this.token = token;
    }

    Possession possession() {
        return possession;
    }

    @Override
    public long token() {
        return token;
    }

    @Override
    public boolean isHeld() {
        return possession.lease.remaining() > 0 && possession.isCurrent(this);
    }

    @Override
    public Duration remaining() {
        return possession.isCurrent(this) ? Duration.ofNanos(possession.lease.remaining()) : Duration.ZERO;
    }

    @Override
    public CompletionStage<Lost> lost() {
        return loss.minimalCompletionStage();
    }

    void lost(Lost why) {
        loss.complete(why);
    }

    @Override
    public void requireHeld() {
        if (!isHeld()) {
            throw possession.keys.lost(token);
        }
    }

    @Override
    public boolean extend(Duration lease) {
        LockOptions.checkLease(lease);
        if (!possession.isCurrent(this)) {
            return false;
        }
        possession.extend(lease);
        return isHeld();
    }

    @Override
    public boolean release() {
        boolean held = isHeld();
        return switch (possession.giveBack(this)) {
            case NOT_HELD -> false;
            case HANDED_ON -> true;
            case FREED -> {
                if (!possession.options.releaseWithoutWaiting()) {
                    yield possession.free();
                }
                possession.freeUnawaited();
                yield held;
            }
        };
    }

    @Override
    public CompletionStage<Boolean> releaseAsync() {
        return switch (possession.giveBack(this)) {
            case NOT_HELD -> CompletableFuture.completedStage(false);
            case HANDED_ON -> CompletableFuture.completedStage(true);
            case FREED -> possession.freeLater();
        };
    }

    /** For one who does not wait for the answer. */
    void releaseQuietly() {
        if (possession.giveBack(this) == Possession.Return.FREED) {
            possession.freeUnawaited();
        }
    }

    @Override
    public void close() {
        try {
            release();
        } catch (KeywrightException.Unavailable away) {
            // it is not renewed any more, and ends with its lease
        }
    }

    @Override
    public String toString() {
        return "hold " + token + " of " + possession.keys.where();
    }
}
