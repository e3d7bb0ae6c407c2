package dev.keywright.ops.scan;

/** Which server of a shard is read. */
public enum Source {
    /** A replica that is in sync; the master where there is none. */
    REPLICA,
    MASTER
}
