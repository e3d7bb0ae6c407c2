package dev.keywright.lock;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Several locks that are held together, or not at all.
 *
 * <pre>{@code
 * try (MultiHold hold = kw.multiLock(List.of("account:1", "account:2")).acquire(Duration.ofSeconds(5))) {
 *     transfer(hold.token("account:1"), hold.token("account:2"));
 * }
 * }</pre>
 *
 * <ul>
 *   <li>What: the locks of {@code Keywright.lock} with these names and options, so it keeps out who holds one of them alone.
 *   <li>Order: acquired one after the other, sorted by name, each once; so two that want the same locks never wait for each other. That
 *       is no longer so for who holds one of them, or another lock, already.
 *   <li>All or none: one wait for all of them. When it ends, or Redis does not answer, those that were acquired are released. What was
 *       lost while others were waited for is given up with the rest, and all are asked for again while the wait lasts.
 *   <li>Commands: those of each lock; a release sends all at once. On a Cluster the locks may lie on any masters.
 *   <li>Lost as soon as one of them is. Threads: any number.
 * </ul>
 */
public interface DistributedMultiLock {

    /**
     * Work done under the locks.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    interface Action<T, X extends Exception> {
        T run(MultiHold hold) throws X;
    }

    /** In the order in which they are acquired. */
    List<String> names();

    /**
     * Asks each of them once.
     *
     * @return the hold; empty when another one has one of them
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    default Optional<MultiHold> tryAcquire() {
        return tryAcquire(Duration.ZERO);
    }

    /**
     * Waits so long at most, for all together.
     *
     * @return the hold; empty when others had one of them all the time
     * @throws KeywrightException.Unavailable when Redis did not answer, also at the end of the wait, or the thread was interrupted
     */
    Optional<MultiHold> tryAcquire(Duration wait);

    /**
     * Waits so long at most, for all together.
     *
     * @throws KeywrightException.Unavailable when others had one of them all the time, or as {@link #tryAcquire(Duration)}
     */
    MultiHold acquire(Duration wait);

    /** As {@link #tryAcquire(Duration)}, without blocking; never reentrant. Completes on a thread of the locks' own. */
    CompletionStage<Optional<MultiHold>> tryAcquireAsync(Duration wait);

    /**
     * Runs the action with all of them held.
     *
     * @throws KeywrightException.Unavailable when they were not acquired in that time; the action did not run
     * @throws KeywrightException.Lost when the action ended, and had lost one of them before
     */
    <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X;
}
