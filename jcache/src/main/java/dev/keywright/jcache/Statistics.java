package dev.keywright.jcache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.management.CacheStatisticsMXBean;

/** What was done with a cache in this process. Counts only while switched on. */
final class Statistics implements CacheStatisticsMXBean {

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private final LongAdder removals = new LongAdder();
    private final LongAdder getNanos = new LongAdder();
    private final LongAdder putNanos = new LongAdder();
    private final LongAdder removeNanos = new LongAdder();
    private volatile boolean on;

    void on(boolean on) {
        this.on = on;
    }

    void looked(boolean hit) {
        if (on) {
            (hit ? hits : misses).increment();
        }
    }

    void looked(long hitCount, long missCount) {
        if (on) {
            hits.add(hitCount);
            misses.add(missCount);
        }
    }

    void put() {
        put(1);
    }

    void put(long count) {
        if (on) {
            puts.add(count);
        }
    }

    void removed() {
        if (on) {
            removals.increment();
        }
    }

    void tookToGet(long since) {
        time(getNanos, since);
    }

    void tookToPut(long since) {
        time(putNanos, since);
    }

    void tookToRemove(long since) {
        time(removeNanos, since);
    }

    private void time(LongAdder sum, long since) {
        if (on) {
            sum.add(Math.max(1, System.nanoTime() - since));
        }
    }

    @Override
    public void clear() {
        for (LongAdder each : new LongAdder[] {hits, misses, puts, removals, getNanos, putNanos, removeNanos}) {
            each.reset();
        }
    }

    @Override
    public long getCacheHits() {
        return hits.sum();
    }

    @Override
    public float getCacheHitPercentage() {
        return percentage(getCacheHits());
    }

    @Override
    public long getCacheMisses() {
        return misses.sum();
    }

    @Override
    public float getCacheMissPercentage() {
        return percentage(getCacheMisses());
    }

    private float percentage(long part) {
        return getCacheGets() == 0 ? 0 : 100f * part / getCacheGets();
    }

    @Override
    public long getCacheGets() {
        return getCacheHits() + getCacheMisses();
    }

    @Override
    public long getCachePuts() {
        return puts.sum();
    }

    @Override
    public long getCacheRemovals() {
        return removals.sum();
    }

    /** Always 0: what the server evicts it counts itself, over all it holds ({@code evicted_keys}). */
    @Override
    public long getCacheEvictions() {
        return 0;
    }

    @Override
    public float getAverageGetTime() {
        return micros(getNanos, getCacheGets());
    }

    @Override
    public float getAveragePutTime() {
        return micros(putNanos, getCachePuts());
    }

    @Override
    public float getAverageRemoveTime() {
        return micros(removeNanos, getCacheRemovals());
    }

    private static float micros(LongAdder nanos, long count) {
        return count == 0 ? 0 : (float) nanos.sum() / TimeUnit.MICROSECONDS.toNanos(1) / count;
    }
}
