package dev.keywright.ops.memory;

/** How a value lies in memory. */
public enum Layout {
    /** A string that is a 64-bit integer. */
    INTEGER,
    /** A string in one block with its object. */
    EMBEDDED,
    RAW,
    LISTPACK,
    /** Also what else is compact: fields and the time each expires. */
    LISTPACK_TTL,
    INTSET,
    HASH_TABLE,
    SKIP_LIST,
    /** Listpacks in a chain. */
    QUICKLIST,
    STREAM,
    /** A module's own. */
    MODULE
}
