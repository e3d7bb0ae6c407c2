package dev.keywright.lease;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What one owner has under a lease: renewed, told when it is lost, given back once. The handles of patterns stand on it. Threads: any
 * number.
 */
public final class Holding {

    private final Lessee lessee;
    private final Goal<?> goal;
    private final Lease lease;
    private final CompletableFuture<Lost> loss = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** Watched from now on, for the answer that may bring it. */
    Holding(Lessee lessee, Goal<?> goal) {
        this.lessee = lessee;
        this.goal = goal;
        this.lease = new Lease(goal.lease(), goal.renewFor(), goal::renewal, this::lost);
        lessee.leases().watch(lease);
    }

    /** The server gave it, asked at that time; false when it is over already, and then it is given back. */
    boolean begin(long askedAt) {
        lease.granted(askedAt);
        lessee.leases().granted(lease);
        if (lease.remaining() > 0) {
            return true;
        }
        lease.end();
        abandon(false);
        return false;
    }

    /** It did not come. */
    void forget() {
        lessee.leases().forget(lease);
    }

    /** As {@link #forget()}; what the owner may have nevertheless is given back in the background. */
    void abandon(boolean waited) {
        forget();
        lessee.freeLater(goal.giveBack(waited), goal.deadline(), goal.lease());
    }

    private void lost(Lost why) {
        lessee.executor()
                .execute(
                        () -> { // listeners may take their time
                            loss.complete(why);
                            end.complete(null);
                        });
    }

    public boolean isHeld() {
        return lease.remaining() > 0;
    }

    public Duration remaining() {
        return Duration.ofNanos(lease.remaining());
    }

    /** Completes, on a thread of its own, when it is lost; never when it is given back before. */
    public CompletionStage<Lost> lost() {
        return loss.minimalCompletionStage();
    }

    /** Completes, on a thread of its own, when it is lost or given back. */
    public CompletionStage<Void> ended() {
        return end.minimalCompletionStage();
    }

    /**
     * Gives it back.
     *
     * @return whether it was held until now
     * @throws KeywrightException.Unavailable when Redis did not answer; it is given back in the background
     */
    public boolean release() {
        if (!stop()) {
            return false;
        }
        try {
            return isGivenBack(goal.giveBack(false).call(lessee.connection(), goal.deadline()));
        } catch (KeywrightException.Unavailable away) {
            abandon(false);
            throw away;
        } finally {
            lessee.executor().execute(() -> end.complete(null));
        }
    }

    /** As {@link #release()}, without blocking. */
    public CompletionStage<Boolean> releaseAsync() {
        return stop() ? giveBack() : CompletableFuture.completedStage(false);
    }

    /**
     * The first half of a release: from now on it is not held in this process, and not renewed. Others do not get it before
     * {@link #giveBack()}, or the end of the lease.
     *
     * @return whether it was held until now
     */
    public boolean stop() {
        if (!lease.end()) {
            return false;
        }
        forget();
        return true;
    }

    /** The second half of a release, once after {@link #stop()}; does not block. */
    public CompletionStage<Boolean> giveBack() {
        return goal.giveBack(false)
                .send(lessee.connection(), goal.deadline())
                .thenApply(reply -> reply.orThrow(goal.where()))
                .whenComplete((reply, away) -> {
                    if (away != null) {
                        abandon(false);
                    }
                    lessee.executor().execute(() -> end.complete(null));
                })
                .thenApplyAsync(this::isGivenBack, lessee.executor());
    }

    /** As {@link #release()}, without a word on loss or when Redis is away. */
    public void close() {
        try {
            release();
        } catch (KeywrightException.Unavailable away) {
            // it is not renewed any more, and ends with its lease
        }
    }

    private boolean isGivenBack(Reply reply) {
        return reply.orThrow(goal.where()).number() == 1;
    }
}
