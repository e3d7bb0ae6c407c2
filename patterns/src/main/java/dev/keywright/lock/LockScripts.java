package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;

/** What is asked of the servers for one lock. */
interface LockScripts {

    /**
     * Answers 1 and the first token; or 0, the milliseconds that are left to who holds it, and when the owner came.
     *
     * @param patience how long the owner is taken for alive while it waits, zero when it does not wait
     * @param since when it came, as answered before; zero at first
     */
    Script.Invocation acquire(byte[] owner, Duration lease, int tokens, Duration patience, long since);

    /** @param waited whether the owner may be registered as waiting */
    Script.Invocation release(byte[] owner, boolean waited);

    Script.Invocation extend(byte[] owner, Duration lease);

    /** What the server answered; where it was asked is put into words only when it failed. */
    default Reply checked(Reply reply) {
        return reply instanceof Reply.Failure ? reply.orThrow(where()) : reply;
    }

    default boolean isGranted(Reply reply) {
        return checked(reply).number() == 1;
    }

    String name();

    /** Decides the node. */
    byte[] routingKey();

    /** Which lock, for messages. */
    String where();

    default KeywrightException.Lost lost(long token) {
        return new KeywrightException.Lost("The hold with token " + token + " is over: released, or lost (" + where()
                + "). Stop; another one may have the lock.");
    }
}
