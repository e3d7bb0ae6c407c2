package dev.keywright.ops.memory;

/** The bytes of one value as {@code used_memory} grows by them, and as MEMORY USAGE counts them. Not for several threads. */
final class Tally {

    private final Allocator allocator;
    private double used;
    private double usage;

    Tally(Allocator allocator) {
        this.allocator = allocator;
    }

    void clear() {
        used = 0;
        usage = 0;
    }

    /** A block whose real size MEMORY USAGE looks up. */
    void block(long bytes) {
        sized(allocator.size(bytes));
    }

    /** As {@link #block}, the allocator's share included. */
    void sized(long bytes) {
        used += bytes;
        usage += bytes;
    }

    /** As {@link #sized(long)}, where it is an expected value. */
    void sized(double bytes) {
        used += bytes;
        usage += bytes;
    }

    /** Structures that MEMORY USAGE counts as if the allocator gave what it was asked for. */
    void structures(long count, long bytes) {
        used += count * allocator.size(bytes);
        usage += count * bytes;
    }

    /** As {@link #structures}, of which there may be some. */
    void likely(double count, long bytes) {
        used += count * allocator.size(bytes);
        usage += count * bytes;
    }

    /** What MEMORY USAGE leaves out. */
    void unseen(double bytes) {
        used += bytes;
    }

    /** What MEMORY USAGE counts and is not so. */
    void claimed(long bytes) {
        usage += bytes;
    }

    double used() {
        return used;
    }

    double usage() {
        return usage;
    }
}
