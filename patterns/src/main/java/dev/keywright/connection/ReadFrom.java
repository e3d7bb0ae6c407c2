package dev.keywright.connection;

/**
 * Which nodes answer commands that were built as read-only ({@link Command.Builder#buildReadOnly()}); all others go to the
 * master. A replica may answer with data that is older than the master's: {@link Connection#staleness()} says by how much.
 */
public enum ReadFrom {
    /** The master: never stale. */
    MASTER,
    /** A replica that follows the master, by what it says every second; the master when there is none. */
    REPLICA,
    /** Master and replicas alike. */
    ANY
}
