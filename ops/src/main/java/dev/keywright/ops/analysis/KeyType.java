package dev.keywright.ops.analysis;

/** The types of values, as TYPE tells them. */
public enum KeyType {
    STRING,
    LIST,
    SET,
    ZSET,
    HASH,
    STREAM,
    /** A value of a module. */
    MODULE
}
