package dev.keywright.semaphore;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Permits that are held, together. The handle is the owner, not the thread: any thread may use it, release it and ask it. Threads: any
 * number.
 *
 * <p>They end with {@link #release()} or {@link #close()}, or by loss, which is pushed through {@link #lost()}: by the clock of this
 * process, from before Redis was asked, a tenth of the lease early (a second at most), with Redis away as well. A process that was
 * paused learns of it only afterwards.
 */
public interface Permits extends AutoCloseable {

    /** How many. */
    int count();

    /** Whether they are held, by the clock of this process; asks no server. */
    boolean isHeld();

    /** What is left of the lease, less the margin; zero when it is over, lost or released. Asks no server. */
    Duration remaining();

    /** Completes, on a thread of its own, when they are lost; never when they are released before. */
    CompletionStage<Lost> lost();

    /** @throws KeywrightException.Lost when they are not held any more */
    void requireHeld();

    /**
     * Frees them; never what another one has.
     *
     * @return whether they were held until now; false the second time, and when they were lost
     * @throws KeywrightException.Unavailable when Redis did not answer; they are freed in the background, or end with their lease
     */
    boolean release();

    /** As {@link #release()}, without blocking. */
    CompletionStage<Boolean> releaseAsync();

    /** As {@link #release()}, without a word on loss, or when Redis is away: then they end with their lease. */
    @Override
    void close();
}
