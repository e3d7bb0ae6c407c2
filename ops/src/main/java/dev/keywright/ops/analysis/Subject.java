package dev.keywright.ops.analysis;

import dev.keywright.ops.analysis.Patterns.Learned;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.MemoryModel;
import java.util.List;

/**
 * What rules look at: all keys counted, their patterns, and where they are.
 *
 * @param scale from keys read to keys there: 1 unless they are a sample
 * @param usedBytes memory of the server, or predicted
 * @param explainedBytes keys and known parts
 */
record Subject(
        Origin origin,
        KeyTally tally,
        List<Learned> patterns,
        MemoryModel model,
        double scale,
        long keys,
        long keyBytes,
        long expiring,
        long usedBytes,
        long explainedBytes) {

    private static final int ENTRY_BYTES = 24;
    private static final int OBJECT_BYTES = 16;
    private static final int TABLE_BYTES = 56;
    /** Of a small table; a power of two, as of any. */
    private static final int SLOTS_BYTES = 64;

    /** Of so many among the keys read: how many among all. */
    long scaled(long read) {
        return Math.round((double) read * scale);
    }

    /** Of so many among all: how many among those read. */
    long read(long all) {
        return Math.round((double) all / scale);
    }

    /** What the block of a table's entry is larger than MEMORY USAGE says. */
    static long entryRounding(Allocator allocator) {
        return rounding(allocator, ENTRY_BYTES);
    }

    /** The same of an object and the hash table in it, its slots included and its entries not. */
    static long tableRounding(Allocator allocator) {
        return rounding(allocator, OBJECT_BYTES) + rounding(allocator, TABLE_BYTES) + rounding(allocator, SLOTS_BYTES);
    }

    private static long rounding(Allocator allocator, int bytes) {
        return allocator.size(bytes) - bytes;
    }

    /** Less than this is not worth a finding of a pattern. */
    double worthBytes() {
        return (double) keyBytes * 0.001;
    }
}
