package dev.keywright.ops.analysis;

/** How a value lies in memory, as OBJECT ENCODING tells it. */
public enum Encoding {
    INT,
    EMBSTR,
    RAW,
    LISTPACK,
    /** A hash whose fields may have a TTL, still compact. */
    LISTPACKEX,
    /** Before 7.0. */
    ZIPLIST,
    INTSET,
    HASHTABLE,
    QUICKLIST,
    SKIPLIST,
    STREAM,
    UNKNOWN
}
