package dev.keywright.cache;

import dev.keywright.codec.Codec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A change as it lies in the change log: version, milliseconds to live, attempts made, and the entry unless it is a removal. */
final class Pending {

    private static final int ATTEMPTS_AT = 16;
    private static final int ENTRY_AT = 17;

    final String text;
    final long ageMillis;
    private final byte[] change;

    Pending(String text, byte[] change, long ageMillis) {
        this.text = text;
        this.change = change;
        this.ageMillis = ageMillis;
    }

    long version() {
        return ByteBuffer.wrap(change).getLong();
    }

    byte[] versionBytes() {
        return Arrays.copyOf(change, Long.BYTES);
    }

    int attempts() {
        return change[ATTEMPTS_AT] & 0xff;
    }

    boolean isRemoval() {
        return change.length == ENTRY_AT;
    }

    /**
     * What the change holds; nothing when it is a removal.
     *
     * @param schema that the codec reads
     * @throws IllegalArgumentException when it was written under another one, or the codec cannot read it
     */
    <V> Optional<V> value(Codec<V> codec, int schema) {
        if (isRemoval()) {
            return Optional.empty();
        }
        Entry entry = Entry.of(Arrays.copyOfRange(change, ENTRY_AT, change.length));
        if (entry == null) {
            throw new IllegalArgumentException("The change holds no entry; it is damaged");
        }
        if (entry.schema() != schema) {
            throw new IllegalArgumentException(
                    "The change has schema version " + entry.schema() + " and this process reads " + schema
                            + ". Redrive it where the older program runs, or discard it.");
        }
        return Optional.of(codec.decode(entry.format(), entry.bytes(), entry.payloadAt(), entry.payloadLength()));
    }
}
