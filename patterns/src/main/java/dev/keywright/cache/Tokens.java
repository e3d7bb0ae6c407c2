package dev.keywright.cache;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Names that nobody else gives: 8 bytes, never all zero. */
final class Tokens {

    private static final long STEP = 0xD1342543DE82EF95L; // odd, so no number comes twice
    private static final AtomicLong NEXT = new AtomicLong(new SecureRandom().nextLong());

    private Tokens() {}

    static byte[] next() {
        long number = NEXT.getAndAdd(STEP);
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(number == 0 ? NEXT.getAndAdd(STEP) : number)
                .array();
    }
}
