package dev.keywright.election;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.lease.Holding;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A term that the server gave. */
final class HeldTerm implements Term {

    private final Holding holding;
    private final long number;
    private final String where;

    HeldTerm(Holding holding, long number, String where) {
        this.holding = holding;
        this.number = number;
        this.where = where;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean isLeader() {
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
    public CompletionStage<Void> ended() {
        return holding.ended();
    }

    @Override
    public void requireLeader() {
        if (!isLeader()) {
            throw new KeywrightException.Lost(
                    "Term " + number + " is over: resigned, or lost (" + where + "). Stop; another one may lead.");
        }
    }

    /** Leads no more, but keeps others from it until {@link #handOver()}. */
    boolean stop() {
        return holding.stop();
    }

    /** Once after {@link #stop()}. */
    void handOver() {
        CompletionStage<Boolean> unused = holding.giveBack();
    }

    @Override
    public boolean resign() {
        return holding.release();
    }

    @Override
    public CompletionStage<Boolean> resignAsync() {
        return holding.releaseAsync();
    }

    @Override
    public void close() {
        holding.close();
    }

    @Override
    public String toString() {
        return "term " + number + " of " + where;
    }
}
