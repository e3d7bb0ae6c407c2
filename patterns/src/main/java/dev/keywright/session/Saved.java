package dev.keywright.session;

/** What became of a {@linkplain StoredSession#save() save}. */
public enum Saved {
    /** All of it is stored; or there was nothing to store. */
    DONE,
    /** Nothing is stored: the session has ended, or its id was changed by somebody else. It is not brought back. */
    ENDED,
    /** Nothing of it is stored: there are as many sessions with that value as the {@link SessionLimit} allows, and it refuses more. */
    FULL
}
