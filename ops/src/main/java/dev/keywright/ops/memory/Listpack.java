package dev.keywright.ops.memory;

/** Sizes in a listpack: an encoding, the bytes, and the length once more to walk backwards. Source: {@code listpack.c}. */
final class Listpack {

    /** Total length, number of entries, end mark. */
    static final int FRAME = 7;

    private Listpack() {}

    static long entry(Content.Piece piece) {
        return piece.integer() ? integer(piece.number()) : text(piece.bytes());
    }

    static long text(long bytes) {
        long encoding = bytes < 64 ? 1 : bytes < 4096 ? 2 : 5;
        return withBackLength(encoding + bytes);
    }

    static long integer(long number) {
        if (number >= 0 && number <= 127) {
            return withBackLength(1);
        }
        int bits = Long.SIZE + 1 - Long.numberOfLeadingZeros(number < 0 ? ~number : number);
        return withBackLength(bits <= 13 ? 2 : bits <= 16 ? 3 : bits <= 24 ? 4 : bits <= 32 ? 5 : 9);
    }

    private static long withBackLength(long body) {
        return body + (body <= 127 ? 1 : body < 16_383 ? 2 : body < 2_097_151 ? 3 : body < 268_435_455 ? 4 : 5);
    }
}
