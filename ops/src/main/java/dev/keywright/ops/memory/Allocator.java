package dev.keywright.ops.memory;

/**
 * What a memory request really takes; the same data differs by up to 28 % between these.
 * <ul>
 *   <li>jemalloc hands out blocks of fixed classes, four to each doubling (its manual, "Implementation notes"). The smallest
 *       distance between two classes is the quantum: 8 bytes as Redis and Valkey build it, 16 as Debian does. INFO calls
 *       both by the same name.
 *   <li>The C library of the embedded server tells no block sizes, so the server counts what it asked for and the 8 bytes
 *       in which it remembers that ({@code zmalloc.c}).
 * </ul>
 */
public enum Allocator {
    /** jemalloc with a quantum of 8 bytes: Redis and Valkey built from source, official container images. */
    JEMALLOC_8(8),
    /** jemalloc with a quantum of 16 bytes: Debian's and Ubuntu's packages. */
    JEMALLOC_16(16),
    /** The C library of the embedded server: no size classes, 8 bytes on top of each request. */
    LIBC(0);

    private static final int SMALLEST = 8;
    private static final int CLASSES_PER_DOUBLING_LOG = 2;

    private final int quantum;

    Allocator(int quantum) {
        this.quantum = quantum;
    }

    /** Bytes that {@code used_memory} grows by for a request of {@code bytes}. */
    public long size(long bytes) {
        return quantum == 0 ? bytes + SMALLEST : sizeClass(bytes);
    }

    /** Bytes the server may write to after a request of {@code bytes}: strings use the rest of their block to grow. */
    long usable(long bytes) {
        return quantum == 0 ? bytes : sizeClass(bytes);
    }

    private long sizeClass(long bytes) {
        if (bytes <= SMALLEST) {
            return SMALLEST;
        }
        int log = Long.SIZE - Long.numberOfLeadingZeros(bytes - 1);
        long step = Math.max(quantum, 1L << Math.max(0, log - CLASSES_PER_DOUBLING_LOG - 1));
        return bytes + step - 1 & -step;
    }
}
