package dev.keywright.ops.drill;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a client knows about an operation of its own. */
public enum Outcome {
    /** The server said that it was done. */
    ACKNOWLEDGED,
    /** It was never sent, or the server refused it: it had no effect. */
    NOT_EXECUTED,
    /** It was sent and no answer came, or too few replicas confirmed it: it had its effect or not. */
    UNKNOWN;

    static Outcome of(@Nullable Reply reply, @Nullable Throwable failure) {
        if (failure == null) {
            return reply instanceof Reply.Failure ? NOT_EXECUTED : ACKNOWLEDGED;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean certain = cause instanceof KeywrightException.Unavailable unavailable
                ? !unavailable.outcomeUnknown()
                : cause instanceof KeywrightException;
        return certain ? NOT_EXECUTED : UNKNOWN;
    }
}
