package dev.keywright.ops.memory;

/** How the data came into the server; some room is left over from growing. */
public enum History {
    /** Written piece by piece, and since then idle. */
    GROWN,
    /** Read from a snapshot, as after a restart or by a new replica. */
    LOADED
}
