package dev.keywright.ops.analysis;

import org.jspecify.annotations.Nullable;

/**
 * What a source tells of one key.
 *
 * @param database its number
 * @param name any bytes
 * @param bytes what it takes as MEMORY USAGE counts: name, entry in the key table and value; no share of the table, no entry for
 *     its TTL
 * @param elements fields, members, entries; the length in bytes of a string; {@link #UNKNOWN} for modules
 * @param expiresAtMillis since 1970; {@link #NEVER} without a TTL
 * @param idleSeconds since its last use; {@link #UNKNOWN} where the source does not say
 * @param frequency the counter of LFU, 0 to 255; {@link #UNKNOWN} where the source does not say
 * @param shape what its value looks like; null when nobody looked
 */
public record Key(
        int database,
        ByteString name,
        KeyType type,
        Encoding encoding,
        long bytes,
        long elements,
        long expiresAtMillis,
        long idleSeconds,
        int frequency,
        @Nullable Shape shape) {

    public static final int UNKNOWN = -1;
    public static final long NEVER = -1;

    public boolean expires() {
        return expiresAtMillis != NEVER;
    }
}
