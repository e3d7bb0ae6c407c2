package dev.keywright.ops.scan;

/**
 * How closely values are looked at, beyond the facts that cost their keys nothing. Commands that look at a value reset its key's
 * idle time, unless the server knows {@code CLIENT NO-TOUCH} (7.2).
 */
public enum Depth {
    /** Not at all: type, encoding, bytes, idle time and TTL are all there is. No key is touched. */
    FACTS,
    /** Of one key in a hundred, of at least a thousand, and of the big ones: how many elements, and what they look like. */
    SAMPLE,
    /** As a sample; and of every key how many elements it has. One more command per key. */
    COUNTS
}
