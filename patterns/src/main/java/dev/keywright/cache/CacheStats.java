package dev.keywright.cache;

/**
 * What a cache did in this process since it was made.
 *
 * @param hits calls answered from Redis, absent values that were remembered included
 * @param nearHits calls answered from this process's memory
 * @param misses calls that found nothing
 * @param loads loads begun in this process
 * @param loadFailures loads that threw
 * @param waits calls that waited for somebody else's load
 * @param staleServed values shown after their time because nothing newer could be had
 * @param refreshes loads ahead of expiry
 * @param refusedFills loaded values that were not stored because the key was written or invalidated meanwhile
 * @param undecodable entries that could not be read and were loaded anew
 * @param away calls that Redis did not answer
 */
public record CacheStats(
        long hits,
        long nearHits,
        long misses,
        long loads,
        long loadFailures,
        long waits,
        long staleServed,
        long refreshes,
        long refusedFills,
        long undecodable,
        long away) {

    /** Share of calls answered without a load, 0 to 1; 1 when nobody asked. */
    public double hitRatio() {
        long answered = hits + nearHits;
        return answered + misses == 0 ? 1 : (double) answered / (answered + misses);
    }
}
