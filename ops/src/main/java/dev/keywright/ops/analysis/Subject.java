package dev.keywright.ops.analysis;

import dev.keywright.ops.analysis.Patterns.Learned;
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

    /** Of so many among the keys read: how many among all. */
    long scaled(long read) {
        return Math.round((double) read * scale);
    }

    /** Of so many among all: how many among those read. */
    long read(long all) {
        return Math.round((double) all / scale);
    }

    /** Less than this is not worth a finding of a pattern. */
    double worthBytes() {
        return (double) keyBytes * 0.001;
    }
}
