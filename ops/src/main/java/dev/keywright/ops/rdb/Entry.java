package dev.keywright.ops.rdb;

/** One key of an RDB file, with its value as DUMP would answer it. */
public final class Entry {

    public static final long NEVER = -1;

    private final int database;
    private final byte[] key;
    private final long expiresAt;
    private final byte[] payload;

    public Entry(int database, byte[] key, long expiresAt, byte[] payload) {
        this.database = database;
        this.key = key;
        this.expiresAt = expiresAt;
        this.payload = payload;
    }

    public int database() {
        return database;
    }

    public byte[] key() {
        return key;
    }

    /** As PEXPIRETIME tells it: milliseconds since 1970, -1 for never. */
    public long expiresAt() {
        return expiresAt;
    }

    public boolean expires() {
        return expiresAt != NEVER;
    }

    /** Whether its time is over at that moment. */
    public boolean isOver(long millis) {
        return expires() && expiresAt <= millis;
    }

    /** As DUMP answers. */
    public byte[] payload() {
        return payload;
    }

    /** Whether it is a hash some of whose fields have a TTL of their own. */
    public boolean hasFieldTtls() {
        return payload[0] >= RdbKind.HASH_TTL_FIRST.number() && payload[0] <= RdbKind.HASH_LISTPACK_TTL.number();
    }
}
