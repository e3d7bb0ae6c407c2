package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What one master said to one question.
 *
 * @param number the token it proposes with a yes
 * @param node which process it was; empty where that does not matter
 * @param why for messages
 * @param open whether the owner may have the lock there
 */
record Vote(Kind kind, long number, String node, String why, boolean open) {

    enum Kind {
        YES,
        /** Another one has the lock there. */
        TAKEN,
        /** It cannot say, or grants nothing now; later it may. */
        AWAY,
        /** It can never serve as things stand. */
        NEVER
    }

    static final Vote PENDING = new Vote(Kind.AWAY, 0, "", "had not answered yet", true);

    /** What {@code acquire.lua} answered. */
    static Vote ofAcquire(Reply reply, String where) {
        List<Reply> items = reply.orThrow(where).items();
        long number = items.get(1).number();
        String node = items.get(2).text();
        return switch ((int) items.get(0).number()) {
            case 1 -> new Vote(Kind.YES, number, node, "", true);
            case 0 -> new Vote(Kind.TAKEN, 0, node, "another one has it, for " + number + " ms unless renewed", false);
            default ->
                new Vote(
                        Kind.AWAY,
                        0,
                        node,
                        "was started " + number + " s ago and may have forgotten who has it; see restartDelay",
                        false);
        };
    }

    /** What {@code keep.lua} or {@code release.lua} answered. */
    static Vote ofOwner(Reply reply, String where) {
        return reply.orThrow(where).number() == 1
                ? new Vote(Kind.YES, 0, "", "", true)
                : new Vote(Kind.TAKEN, 0, "", "another one has it, or it is over", false);
    }

    static Vote ofFailure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof KeywrightException.Unavailable away) {
            return new Vote(Kind.AWAY, 0, "", sentence(away), away.outcomeUnknown());
        }
        if (cause instanceof KeywrightException) {
            return new Vote(Kind.NEVER, 0, "", sentence(cause), false);
        }
        if (cause instanceof TimeoutException) {
            return new Vote(Kind.AWAY, 0, "", "not connected yet", false);
        }
        return new Vote(Kind.NEVER, 0, "", cause.toString(), true);
    }

    private static String sentence(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The same server as another master: it has one vote. */
    Vote sameAs(String other) {
        return new Vote(Kind.NEVER, 0, node, "is the same server as " + other, open);
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }
}
