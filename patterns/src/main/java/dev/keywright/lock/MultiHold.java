package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Several locks that are held together; see {@link Hold} for what is known of each. After the loss of one the others stay held until the
 * release, so that nobody else starts on what was left half done. Threads: any number.
 */
public interface MultiHold extends AutoCloseable {

    /** The fencing token of each lock, by name. */
    Map<String, Long> tokens();

    /**
     * The fencing token of one of the locks.
     *
     * @throws IllegalArgumentException when that name is none of them
     */
    long token(String name);

    /** Whether all of them are held, by the clock of this process; asks no server. */
    boolean isHeld();

    /** What is left until the first of them is over; see {@link Hold#remaining()}. */
    Duration remaining();

    /** Completes when the first of them is lost; never when they are released before. */
    CompletionStage<Lost> lost();

    /** @throws KeywrightException.Lost when one of them is not held any more */
    void requireHeld();

    /**
     * Lets the leases last so long from now, one after the other.
     *
     * @return false when one of them is lost, or all are released
     * @throws KeywrightException.Unavailable when Redis did not answer; what was held before is still held
     */
    boolean extend(Duration lease);

    /**
     * Frees those that are still held.
     *
     * @return whether all were held until now; false the second time
     * @throws KeywrightException.Unavailable when Redis did not answer for one of them; none is renewed any more
     */
    boolean release();

    /** As {@link #release()}, without blocking. */
    CompletionStage<Boolean> releaseAsync();

    /** As {@link #release()}, without a word on loss, or when Redis is away: then the locks end with their leases. */
    @Override
    void close();
}
