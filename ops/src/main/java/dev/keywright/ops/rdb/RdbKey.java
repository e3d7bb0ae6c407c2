package dev.keywright.ops.rdb;

import java.util.Arrays;

/** A key of the file that is being read. It is one object for all keys: what it says holds until the call returns. */
public final class RdbKey {

    /** Longer names are cut to this; {@link #nameBytes} tells how long they are. */
    public static final int NAME_LIMIT = 64 * 1024;

    public static final long NEVER = -1;
    public static final int UNKNOWN = -1;

    long offset;
    int database;
    byte[] name = new byte[RdbValue.HEAD_LIMIT];
    int namePart;
    long nameBytes;
    long expiresAtMillis = NEVER;
    long idleSeconds = UNKNOWN;
    int frequency = UNKNOWN;
    RdbKind kind = RdbKind.STRING;

    RdbKey() {}

    /** Where its record begins: the byte that tells its kind. */
    public long offset() {
        return offset;
    }

    public int database() {
        return database;
    }

    /** Copied; at most {@link #NAME_LIMIT} bytes of it. */
    public byte[] name() {
        return Arrays.copyOf(name, namePart);
    }

    public long nameBytes() {
        return nameBytes;
    }

    /** Since 1970; {@link #NEVER} without a TTL. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /** Since its last use when the file was written; {@link #UNKNOWN} unless the server evicts by LRU. */
    public long idleSeconds() {
        return idleSeconds;
    }

    /** The counter of LFU, 0 to 255; {@link #UNKNOWN} unless the server evicts by LFU. */
    public int frequency() {
        return frequency;
    }

    public RdbKind kind() {
        return kind;
    }
}
