package dev.keywright.ops.config;

/** What a server is for; it decides whether losing keys is an accident. */
public enum Role {
    /** Every key can be made again. */
    CACHE,
    /** The only place of its data. */
    STORE,
    /** Jobs and messages: the only place, and short-lived. */
    QUEUE;

    boolean keepsData() {
        return this != CACHE;
    }
}
