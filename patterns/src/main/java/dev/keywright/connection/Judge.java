package dev.keywright.connection;

import org.jspecify.annotations.Nullable;

/** Knows, of the way nodes belong together, what trouble of one call means for its next sending. */
interface Judge {

    /** Every error reply is the caller's. */
    Judge AS_IT_IS = new Judge() {};

    /** What the caller gets; null when the server did not run the command and will, or another one will, before long. */
    default @Nullable Reply judge(Reply.Failure failure) {
        return failure;
    }

    /** A node was silent: another one may have taken its place. */
    default void silence() {}
}
