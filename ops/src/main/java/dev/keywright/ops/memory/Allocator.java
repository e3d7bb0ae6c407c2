package dev.keywright.ops.memory;

/** What a memory request really takes; the same data differs by up to 28 % between these. */
public enum Allocator {
    /** jemalloc with a quantum of 8 bytes: Redis built from source, official container images. */
    JEMALLOC_8(8),
    /** jemalloc with a quantum of 16 bytes: Debian's and Ubuntu's packages. */
    JEMALLOC_16(16),
    /** The C library of the embedded server: no size classes, 8 bytes on top of each request. */
    LIBC(0);

    private final int quantum;

    Allocator(int quantum) {
        this.quantum = quantum;
    }

    /** Bytes used for a request of {@code bytes}. */
    public double size(double bytes) {
        if (quantum == 0) {
            return Math.ceil(bytes) + 8;
        }
        if (bytes <= 8) {
            return 8;
        }
        long request = (long) Math.ceil(bytes);
        int log = 64 - Long.numberOfLeadingZeros(request - 1);
        long step = Math.max(quantum, 1L << Math.max(0, log - 3));
        return (request + step - 1) / step * step;
    }
}
