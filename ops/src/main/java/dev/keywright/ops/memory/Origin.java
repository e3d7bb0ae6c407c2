package dev.keywright.ops.memory;

/** Where a figure comes from. */
public enum Origin {
    /** Said by whoever asks. */
    ASKED,
    /** Follows from what was said. */
    DERIVED,
    /** Read off a real server or real data. */
    SEEN,
    /** Said by nobody; the usual. */
    ASSUMED
}
