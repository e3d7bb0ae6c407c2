package dev.keywright.session;

/** A {@link SessionListener} that is being told, until this or the connection is closed. */
public interface Listening extends AutoCloseable {

    /** Ends it; a call that is under way goes on to its end. */
    @Override
    void close();
}
