package dev.keywright.ops.memory;

/** Which form values of a dump have in the server they are reckoned for. */
public enum Encodings {
    /** That which the file holds them in: a hash saved as a table is one, even if it shrank. */
    STORED,
    /** That which a server gives them when it loads the file: compact up to its limits. */
    BY_LIMITS
}
