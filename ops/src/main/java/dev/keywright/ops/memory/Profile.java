package dev.keywright.ops.memory;

/**
 * What of a server decides how much memory given data takes there.
 *
 * @param limits up to where collections stay compact
 * @param slots how many hash slots a node of a cluster serves; 0 outside of one
 * @param sharesIntegers whether texts 0 to 9999 take nothing: so unless {@code maxmemory} is set with an LRU or LFU policy
 */
public record Profile(Allocator allocator, Version version, Limits limits, int slots, boolean sharesIntegers) {

    public static final int ALL_SLOTS = 16_384;

    /** A single server with default limits and without {@code maxmemory}. */
    public static Profile of(Allocator allocator, Version version) {
        return new Profile(allocator, version, Limits.DEFAULTS, 0, true);
    }

    public Profile withLimits(Limits other) {
        return new Profile(allocator, version, other, slots, sharesIntegers);
    }

    public Profile withSlots(int served) {
        return new Profile(allocator, version, limits, served, sharesIntegers);
    }

    public Profile withSharedIntegers(boolean shared) {
        return new Profile(allocator, version, limits, slots, shared);
    }

    boolean has(Trait trait) {
        return version.has(trait);
    }

    boolean clustered() {
        return slots > 0;
    }

    @Override
    public String toString() {
        return version + ", "
                + switch (allocator) {
                    case JEMALLOC_8 -> "jemalloc with a quantum of 8 bytes";
                    case JEMALLOC_16 -> "jemalloc with a quantum of 16 bytes";
                    case LIBC -> "the C library's allocator";
                };
    }
}
