package dev.keywright.cache;

import java.util.concurrent.atomic.LongAdder;

/** What a cache has done so far; see {@link CacheStats}. */
final class Tally {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder refusedFills = new LongAdder();
    final LongAdder undecodable = new LongAdder();
    final LongAdder away = new LongAdder();

    CacheStats stats(long nearHits) {
        return new CacheStats(
                hits.sum(),
                nearHits,
                misses.sum(),
                loads.sum(),
                loadFailures.sum(),
                waits.sum(),
                staleServed.sum(),
                refreshes.sum(),
                refusedFills.sum(),
                undecodable.sum(),
                away.sum());
    }
}
