package dev.keywright.ops.scan;

/**
 * How closely values are looked at, beyond the facts that cost their keys nothing. Commands that look at a value reset its key's
 * idle time, unless the server can be told not to: from Redis 8.4 and Valkey 9.0 on.
 */
public enum Depth {
    /** Not at all: type, encoding, bytes, idle time and TTL are all there is. No key is touched. */
    FACTS,
    /**
     * How many elements, and what they look like: of one key in a hundred, but of a thousand at least (a hundred where that resets idle
     * times), and of the big ones.
     */
    SAMPLE,
    /** As a sample; and of every key how many elements it has. One more command per key. */
    COUNTS
}
