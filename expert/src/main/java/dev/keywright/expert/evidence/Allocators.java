package dev.keywright.expert.evidence;

import dev.keywright.ops.memory.Allocator;

/** Tells allocators apart that INFO gives one name. */
final class Allocators {

    private Allocators() {}

    /** @param statistics what MEMORY MALLOC-STATS answers; says the quantum of the size classes */
    static Allocator jemalloc(String statistics) {
        return statistics.lines().anyMatch(line -> line.matches("\\s*Quantum size:\\s*16\\s*"))
                ? Allocator.JEMALLOC_16
                : Allocator.JEMALLOC_8;
    }
}
