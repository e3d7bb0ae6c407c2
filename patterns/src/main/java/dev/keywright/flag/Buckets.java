package dev.keywright.flag;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Which of 100,000 buckets of a flag a user is in: the same in every process, every release and every language that computes
 *
 * <pre>
 * mix(x): x ^= x >>> 30; x *= 0xBF58476D1CE4E5B9; x ^= x >>> 27; x *= 0x94D049BB133111EB; x ^= x >>> 31
 * hash = mix(mix(FNV-1a(salt)) ^ mix(user))
 * bucket = (hash >>> 32) * 100000 >>> 32
 * </pre>
 *
 * in 64 bits, where a user is a number, or FNV-1a of its text, and texts are UTF-8. This is kept for ever: another hash would hand out
 * all rollouts anew.
 */
final class Buckets {

    static final int COUNT = 100_000;

    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long LOW = 0xffffffffL;

    private Buckets() {}

    static long salted(String salt) {
        return mix(digest(salt));
    }

    static long hash(long salted, long user) {
        return mix(salted ^ mix(user));
    }

    static int bucket(long hash) {
        return (int) ((hash >>> 32) * COUNT >>> 32);
    }

    /** A number below the bound that has nothing to do with the bucket. */
    static int point(long hash, int bound) {
        return (int) ((hash & LOW) * bound >>> 32);
    }

    /** FNV-1a of the text. */
    static long digest(String text) {
        long hash = FNV_START;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter >= 0x80) {
                return digest(text.getBytes(UTF_8));
            }
            hash = (hash ^ letter) * FNV_PRIME;
        }
        return hash;
    }

    private static long digest(byte[] text) {
        long hash = FNV_START;
        for (byte each : text) {
            hash = (hash ^ each & 0xff) * FNV_PRIME;
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
