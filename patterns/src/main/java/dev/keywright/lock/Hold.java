package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A lock that is held. The handle is the owner, not the thread: any thread may use it, release it and ask it. Threads: any number.
 *
 * <p>It ends with {@link #release()} or {@link #close()}, or by loss, which is pushed through {@link #lost()}. Loss is told by the clock
 * of this process, which only runs forward, from before Redis was asked, a tenth of the lease early (a second at most), with Redis away
 * as well. A process that was paused learns of it only afterwards: what must not be written late is written with {@link #token()}, and
 * the store refuses lower ones.
 */
public interface Hold extends AutoCloseable {

    /** Higher than that of every hold of this lock before; a fencing token. */
    long token();

    /** Whether the lock is held, by the clock of this process; asks no server. */
    boolean isHeld();

    /** What is left of the lease, less the margin; zero when it is over, lost or released. Asks no server. */
    Duration remaining();

    /** Completes, on a thread of its own, when the hold is lost; never when it is released before. */
    CompletionStage<Lost> lost();

    /** @throws KeywrightException.Lost when it is not held any more */
    void requireHeld();

    /**
     * Lets the lease last at least so long from now; never shortens it.
     *
     * @return false when it is lost or released
     * @throws KeywrightException.Unavailable when Redis did not answer; it lasts as long as before, or as asked
     */
    boolean extend(Duration lease);

    /**
     * Frees the lock; never one that another hold has. One in the same process who waits may get it without a word to the server.
     *
     * @return whether it was held until now; false the second time, and when it was lost
     * @throws KeywrightException.Unavailable when Redis did not answer; it is not renewed any more, and ends with its lease at the latest
     */
    boolean release();

    /** As {@link #release()}, without blocking. */
    CompletionStage<Boolean> releaseAsync();

    /** As {@link #release()}, without a word on loss, or when Redis is away: then the lock ends with its lease. */
    @Override
    void close();
}
