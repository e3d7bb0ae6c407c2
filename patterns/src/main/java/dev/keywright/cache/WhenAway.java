package dev.keywright.cache;

/** What reading a cache does when Redis does not answer within the deadline, or cannot serve. Writing always throws then. */
public enum WhenAway {
    /** The loader is asked, once at a time per key in this process; what it brings is not stored. Without a loader nothing is found. */
    LOAD,
    /** {@link dev.keywright.KeywrightException.Unavailable} is thrown; the caller decides. */
    RAISE
}
