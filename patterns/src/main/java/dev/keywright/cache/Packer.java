package dev.keywright.cache;

import dev.keywright.codec.Codec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes entries of values, and says how long they live in Redis. */
final class Packer<V> {

    static final byte[] NOTHING = {};

    private final Codec<V> codec;
    private final int schema;
    private final boolean renewable;
    private final long ttlMillis;
    private final long absentMillis;
    private final long staleMillis;
    private final Jitter jitter;
    private final int maxValueBytes;
    private final byte[] bareHead;

    Packer(CacheBuilder<?, V> builder) {
        this.codec = builder.codec;
        this.schema = builder.schema;
        this.renewable = builder.isRenewable();
        this.ttlMillis = builder.ttl.toMillis();
        this.absentMillis = builder.absentTtl.toMillis();
        this.staleMillis = builder.staleIfError.toMillis();
        this.jitter = new Jitter(builder.jitter);
        this.maxValueBytes = builder.maxValueBytes;
        this.bareHead = Entry.head(Entry.VALUE, codec.format(), schema, false, 0, null);
    }

    byte[] head(long costMillis, byte @Nullable [] versions) {
        return !renewable && versions == null
                ? bareHead
                : Entry.head(Entry.VALUE, codec.format(), schema, renewable, costMillis, versions);
    }

    byte[] body(V value) {
        return codec.encode(value);
    }

    boolean isTooLarge(byte[] body) {
        return body.length > maxValueBytes;
    }

    /** @throws IllegalArgumentException when it is larger than the cache takes */
    byte[] checkedBody(V value) {
        byte[] body = body(value);
        if (isTooLarge(body)) {
            throw new IllegalArgumentException("The value has " + body.length + " bytes and the cache takes "
                    + maxValueBytes + "; raise maxValueBytes, or store less");
        }
        return body;
    }

    byte[] absent(byte @Nullable [] versions) {
        return Entry.head(Entry.ABSENT, codec.format(), schema, false, 0, versions);
    }

    boolean remembersAbsent() {
        return absentMillis > 0;
    }

    long absentLife() {
        return jitter.of(absentMillis);
    }

    long life() {
        return jitter.of(ttlMillis) + staleMillis;
    }

    long life(Duration ttl) {
        long millis = ttl.toMillis();
        if (millis < 1 || ttl.compareTo(CacheBuilder.LONGEST) > 0) {
            throw new IllegalArgumentException("ttl is " + ttl + "; give 1 ms to 10 years");
        }
        return jitter.of(millis) + staleMillis;
    }

    /** As long as any value lives that is stored without a ttl of its own. */
    long longestLife() {
        return Math.max(ttlMillis + staleMillis, absentMillis);
    }
}
