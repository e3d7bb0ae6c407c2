package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Reads whose answers may be copied into this process, because the server tells when a copy is true no longer: client-side
 * caching of RESP3, CLIENT TRACKING. Made by {@link Connection#tracking}.
 * <ul>
 *   <li>Connections: one of its own to each master, for reads only; a read goes to the node that serves its key.
 *   <li>Bonds: a copy is good while the {@link Bond} that came with it holds and no key it was made from was told to be
 *       {@linkplain Listener#invalidated invalidated} since the read was sent. A bond ends at once, and all that was read
 *       under it is worthless in the same moment: when its connection breaks, the node empties a database, ceases to be the
 *       master, serves the slot no longer, or is silent.
 *   <li>Away: a broken connection is opened and armed again in the background, after pauses that grow to
 *       {@link ConnectionOptions#reconnectEvery()}. Reads go through the shared connection meanwhile, without a bond.
 *   <li>Silence: every node is asked for its role four times within {@link ConnectionOptions#timeout()}, at least every
 *       second. One that is silent for longer than the timeout loses its bond; so where news is lost in the network, a copy
 *       is shown for the timeout and a quarter at most.
 *   <li>Rights: {@code client|tracking}, {@code client|caching}; {@code role} and {@code cluster|info} where they are given.
 * </ul>
 */
public sealed interface Tracking extends AutoCloseable permits TrackingNodes {

    /** What a server remembers in order to tell of changes. */
    sealed interface Mode {

        /**
         * Every key that is read here: the server keeps a table of them, and tells each change once. {@code CLIENT CACHING YES}
         * goes before each read.
         */
        record OptIn() implements Mode {}

        /**
         * Nothing but these prefixes, which must not begin one another: the server tells every change of every such key, whether
         * it was read here or not.
         */
        record Broadcast(List<String> prefixes) implements Mode {
            public Broadcast {
                prefixes = List.copyOf(prefixes);
                if (prefixes.isEmpty()) {
                    throw new IllegalArgumentException("no prefix; give one, or an empty one for all keys");
                }
            }
        }
    }

    /** Is told what changed. */
    interface Listener {

        /**
         * The key was changed, removed, or is remembered by the server no longer. Runs on a transport thread, in order with the
         * answers of that connection: it may mark or remove what was kept and must do nothing else. What it throws ends the bond.
         */
        void invalidated(byte[] key);

        /** Some bond ended, and what was read under it may be let go. Runs on the callbacks executor. */
        default void ended() {}
    }

    /** Holds while the server would tell of changes of what was read under it; once it ended it stays so. */
    final class Bond {

        /** That of a read whose changes nobody will tell. */
        static final Bond NONE = new Bond();

        static {
            NONE.end();
        }

        private volatile boolean holds = true;

        Bond() {}

        public boolean holds() {
            return holds;
        }

        void end() {
            holds = false;
        }
    }

    /** An answer, and how long a copy of it is good. */
    record Tracked(Reply reply, Bond bond) {}

    /**
     * Sends a read and waits for its answer.
     *
     * @param read has a key and may be sent twice
     * @throws KeywrightException.Unavailable when no answer came in time
     */
    Tracked call(Command read, Duration timeout);

    /** Sends a read; the stage completes on the callbacks executor. */
    CompletionStage<Tracked> send(Command read, Duration timeout);

    /** Sends many reads in one flush per node and waits for all; reads of the same key belong side by side. */
    List<Tracked> batch(List<Command> reads, Duration timeout);

    /** Ends all bonds. */
    @Override
    void close();
}
