package dev.keywright.election;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The time of one leader. Threads: any number.
 *
 * <p>It ends with {@link #resign()} or {@link #close()}, or by loss, which is pushed through {@link #lost()}: by the clock of this process,
 * from before Redis was asked, a tenth of the lease early (a second at most), with Redis away as well. A process that was paused learns
 * of it only afterwards: what a former leader must not do is done with {@link #number()}, and whoever is told to do it refuses lower ones.
 */
public interface Term extends AutoCloseable {

    /** Higher than that of every term of this election before; a fencing token. */
    long number();

    /** Whether this one leads, by the clock of this process; asks no server. */
    boolean isLeader();

    /** What is left of the lease, less the margin; zero when it is over. Asks no server. */
    Duration remaining();

    /** Completes, on a thread of its own, when the term is lost; never when it is resigned before. */
    CompletionStage<Lost> lost();

    /** Completes, on a thread of its own, when the term is over: lost or resigned. */
    CompletionStage<Void> ended();

    /** @throws KeywrightException.Lost when it is over */
    void requireLeader();

    /**
     * Ends the term, and hands over to the candidate that waited longest; never ends that of another one.
     *
     * @return whether it lasted until now; false the second time, and when it was lost
     * @throws KeywrightException.Unavailable when Redis did not answer; it is tried again in the background, or ends with its lease
     */
    boolean resign();

    /** As {@link #resign()}, without blocking. */
    CompletionStage<Boolean> resignAsync();

    /** As {@link #resign()}, without a word on loss, or when Redis is away: then the term ends with its lease. */
    @Override
    void close();
}
