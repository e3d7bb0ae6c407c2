package dev.keywright.session;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A session that has ended, as it was then.
 *
 * @param <V> of its attributes
 * @param handle of the session
 * @param reason why it ended
 * @param created when, by the server's clock; empty when its record is gone, which is when nobody listened for {@link SessionOptions#keep()}
 *     after its end, or it was evicted. Then nothing but the handle is known
 * @param accessed when it was touched or saved last
 * @param indexes such as the user
 * @param attributes the last ones; without those that the codec cannot read
 */
public record EndedSession<V>(
        SessionHandle handle,
        Reason reason,
        Optional<Instant> created,
        Optional<Instant> accessed,
        Map<String, String> indexes,
        Map<String, V> attributes) {

    /** Why a session ended. */
    public enum Reason {
        /** It was idle for too long, or its lifetime was over; also when the reason is not known any more. */
        EXPIRED,
        /** It was deleted, as by logging out. */
        DELETED,
        /** It made room for another one, see {@link SessionLimit.WhenFull#END_OLDEST}. */
        DISPLACED
    }

    public EndedSession {
        indexes = Map.copyOf(indexes);
        attributes = Map.copyOf(attributes);
    }

    /** Without attributes, which may be secret. */
    @Override
    public String toString() {
        return "session " + handle + ", " + reason;
    }
}
