package dev.keywright.session.servlet;

import dev.keywright.codec.Codec;
import java.util.Optional;

/**
 * How a {@link SessionFilter} behaves.
 *
 * @param cookie that carries the id
 * @param whenAway what happens to requests that need their session while Redis does not answer
 * @param comparing the codec of the store, to find attributes that were changed without {@code setAttribute}: each that a request has
 *     got is encoded when it gets it and again at the end, and saved when the bytes differ. When absent, and that is the default, an
 *     attribute is saved when it was set
 */
public record SessionFilterOptions(SessionCookie cookie, WhenAway whenAway, Optional<Codec<Object>> comparing) {

    /** What happens to requests that need their session while Redis does not answer. Other requests never notice. */
    public enum WhenAway {
        /** They are answered with 503. */
        FAIL,
        /**
         * They go on as if nobody had a session: {@code getSession(false)} is null, {@code getSession()} one that ends with the request,
         * and what cannot be saved is lost. Ending a session and changing its id fail all the same.
         */
        GO_ON
    }

    /** The default cookie; 503 when Redis is away, since else users seem logged out and lose what they did; attributes saved when set. */
    public static final SessionFilterOptions DEFAULTS =
            new SessionFilterOptions(SessionCookie.DEFAULTS, WhenAway.FAIL, Optional.empty());

    public SessionFilterOptions withCookie(SessionCookie cookie) {
        return new SessionFilterOptions(cookie, whenAway, comparing);
    }

    public SessionFilterOptions withWhenAway(WhenAway whenAway) {
        return new SessionFilterOptions(cookie, whenAway, comparing);
    }

    /** Saves attributes that were changed without being set again; costs two encodings of each that a request gets. */
    public SessionFilterOptions withComparing(Codec<Object> codec) {
        return new SessionFilterOptions(cookie, whenAway, Optional.of(codec));
    }
}
