package dev.keywright.lease;

import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/**
 * What one owner wishes for, and has for a while when a server gives it; see {@link Wish} and {@link Holding}. All its scripts are safe
 * to send twice.
 *
 * @param <T> the handle that users get
 */
public interface Goal<T> {

    /** Of {@link Lessee#newOwner()}, the same all the time. */
    String owner();

    /**
     * Asks for it. The answer is {@code {1, ...}} for yes and {@code {0, ms left, since}} for no: how long others have it at most, zero
     * when nobody knows, and since when the owner waits.
     *
     * @param patience how long the owner is taken for alive while it waits, zero when it does not wait
     * @param since as answered before, zero at first
     */
    Script.Invocation question(Duration patience, long since);

    /** The handle, after the answer yes; it is held from then on. */
    T given(Holding holding, List<Reply> answer);

    /** Lets the lease begin anew; its answer is 1, or 0 when it is lost. */
    Script.Invocation renewal(Duration lease);

    /**
     * Gives back what the owner has, if anything; its answer is 1, or 0 when it has nothing.
     *
     * @param waited whether the owner may be registered as waiting
     */
    Script.Invocation giveBack(boolean waited);

    Duration lease();

    /** How long the lease is renewed in all, zero for not at all. */
    Duration renewFor();

    /** Of every command. */
    Duration deadline();

    /** For messages, such as {@code semaphore a}. */
    String where();
}
