package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.util.concurrent.CompletionStage;

/**
 * Published messages as they come, at most once.
 * <ul>
 *   <li>Connections: one for all channels and patterns. In a Cluster, sharded channels have one more for each master that serves some.
 *   <li>Away: a broken connection is opened again in the background, after pauses that grow to
 *       {@link ConnectionOptions#reconnectEvery()}; a sharded channel follows its slot, and everything follows a master that changed.
 *       Once the server confirmed anew, receivers are told that messages may be missing.
 *   <li>Silence: every connection is asked for a sign of life four times within {@link ConnectionOptions#timeout()}, at least every
 *       second, and given up when it is silent for longer than the timeout.
 * </ul>
 */
public sealed interface PubSub permits PubSubNodes {

    /** What a name stands for. */
    enum Kind {
        /** SUBSCRIBE: one channel, which reaches every node of a Cluster. */
        CHANNEL,
        /** PSUBSCRIBE: all channels whose names fit, such as {@code news:*}. */
        PATTERN,
        /** SSUBSCRIBE: one channel, which only the nodes of its hash slot carry. */
        SHARDED
    }

    /** Why messages may be missing. */
    enum Loss {
        /** The connection broke, or fell silent. */
        BROKEN,
        /** Another node serves the channel now. */
        MOVED
    }

    /**
     * Is told what comes, in order, on a transport thread: it may note it down and must do nothing else. It throws nothing.
     */
    interface Receiver {

        /** The arrays belong to all receivers and must not be changed. */
        void message(byte[] channel, byte[] payload);

        /** Between what came before and what comes from now on, messages may be missing. */
        void lost(Loss loss);
    }

    /**
     * Subscribes; a receiver that subscribed to that name before gets nothing twice. Closing what the stage gives ends that, and no message begins to be handed over afterwards.
     *
     * @return completes once the server confirmed, on the callbacks executor; while no server can be reached it waits. Fails with
     *     {@link KeywrightException.Misused} when the server does not allow it
     */
    CompletionStage<Subscription> subscribe(Kind kind, byte[] name, Receiver receiver);

    /** Whether the answer to PUBLISH counts all who got the message; in a Cluster each node counts its own. */
    boolean countsAll();

    /** Gives up those of this receiver; those that are not confirmed yet fail with {@link KeywrightException.Misused}. */
    void unsubscribe(Kind kind, byte[] name, Receiver receiver);
}
