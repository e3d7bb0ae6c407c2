package dev.keywright.lock;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One lock for all processes that use the same name.
 *
 * <pre>{@code
 * try (Hold hold = kw.lock("invoices").acquire(Duration.ofSeconds(5))) {
 *     write(rows, hold.token());
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Promise: while Redis keeps the key, one hold at a time, and every hold has a higher token than all before. A holder is told of
 *       its loss before the lease ends, with Redis away as well.
 *   <li>No promise: that a holder that lost the lock stops. A paused process, or a write that is under way, acts late; a failover, an
 *       eviction or FLUSHALL lose the lock. Where that does harm the store has to refuse lower tokens; no lock on Redis does without.
 *   <li>Commands: acquire and release are one EVALSHA each, 2 round trips and 7 commands together inside the server. Renewal is one
 *       EVALSHA each third of the lease.
 *   <li>Waiting: first in this process, one after the other, so that a process waits once; then for the server, which wakes one who waits
 *       per release. What was missed is made up for by looking: after 50 ms, doubling to 1 s, and at the end of the holder's lease.
 *   <li>Handing on: unless fair, or with a lease that is not renewed, a process hands the lock on to its own threads without the server,
 *       up to 64 times and 20 ms; then others have their chance.
 *   <li>Failure: while the wait lasts a server that does not answer is asked again. What may have been acquired although no answer came
 *       is released in the background, or else ends with its lease.
 *   <li>Clock: the server's for leases between processes, this process's monotonic one for what it holds. Threads: any number.
 * </ul>
 */
public interface DistributedLock {

    /**
     * Work done under a lock.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    interface Action<T, X extends Exception> {
        T run(Hold hold) throws X;
    }

    String name();

    /**
     * Asks once.
     *
     * @return the hold; empty when another one has it
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    default Optional<Hold> tryAcquire() {
        return tryAcquire(Duration.ZERO);
    }

    /**
     * Waits so long at most.
     *
     * @return the hold; empty when others had it all the time
     * @throws KeywrightException.Unavailable when Redis did not answer, also at the end of the wait, or the thread was interrupted
     */
    Optional<Hold> tryAcquire(Duration wait);

    /**
     * Waits so long at most.
     *
     * @throws KeywrightException.Unavailable when others had it all the time, or as {@link #tryAcquire(Duration)}
     */
    Hold acquire(Duration wait);

    /** As {@link #tryAcquire(Duration)}, without blocking; never reentrant. Completes on a thread of the lock's own. */
    CompletionStage<Optional<Hold>> tryAcquireAsync(Duration wait);

    /**
     * Runs the action with the lock held.
     *
     * @throws KeywrightException.Unavailable when the lock was not acquired in that time; the action did not run
     * @throws KeywrightException.Lost when the action ended, and had lost the lock before
     */
    <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X;
}
