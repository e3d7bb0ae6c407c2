package dev.keywright.ops.hot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent items of a stream in bounded memory: Space-Saving (Metwally, Agrawal and El Abbadi 2005). Of n items, each counter
 * is too high by at most its own error, which is at most n divided by the number of counters; whatever came more often than that is in
 * the table. Counters of equal count hang together, so an item costs constant time. For one thread.
 *
 * @param <T> an item, with equals and hashCode
 */
final class TopKeys<T> {

    /** A counter; {@code tags} says how often the item came with each tag since it took the counter over. */
    static final class Counter<T> {
        private T item;
        private long error;
        private long[] tags;
        private Bucket<T> bucket;
        private @Nullable Counter<T> before;
        private @Nullable Counter<T> after;

        private Counter(T item, int tags, Bucket<T> bucket) {
            this.item = item;
            this.tags = new long[tags];
            this.bucket = bucket;
        }

        T item() {
            return item;
        }

        long count() {
            return bucket.count;
        }

        long error() {
            return error;
        }

        long tag(int tag) {
            return tags[tag];
        }
    }

    /** Counters of one count, in a list ordered by count. */
    private static final class Bucket<T> {
        private final long count;
        private @Nullable Counter<T> first;
        private @Nullable Bucket<T> lower;
        private @Nullable Bucket<T> higher;

        private Bucket(long count) {
            this.count = count;
        }
    }

    private final int capacity;
    private final int tags;
    private final Map<T, Counter<T>> counters;
    private @Nullable Bucket<T> lowest;
    private long total;

    /**
     * @param tags how many sums are kept beside each count
     */
    TopKeys(int capacity, int tags) {
        this.capacity = capacity;
        this.tags = tags;
        this.counters = new HashMap<>(capacity * 2);
    }

    /** Counts an item and adds to one of its sums. */
    void add(T item, int tag, long amount) {
        total++;
        Counter<T> counter = counters.get(item);
        if (counter == null) {
            counter = counters.size() < capacity ? fresh(item) : taken(item);
        } else {
            raise(counter);
        }
        counter.tags[tag] += amount;
    }

    /** Adds to another sum of the item, if it is still in the table. */
    void sum(T item, int tag, long amount) {
        Counter<T> counter = counters.get(item);
        if (counter != null) {
            counter.tags[tag] += amount;
        }
    }

    long total() {
        return total;
    }

    /** How much too high a count may be at most; nothing that came more often is missing. */
    long bound() {
        return counters.size() < capacity || lowest == null ? 0 : lowest.count;
    }

    /** The most frequent first. */
    List<Counter<T>> top(int most) {
        List<Counter<T>> all = new ArrayList<>(counters.values());
        all.sort(Comparator.comparingLong((Counter<T> counter) -> counter.count())
                .reversed());
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    private Counter<T> fresh(T item) {
        Bucket<T> bucket = lowest;
        if (bucket == null || bucket.count != 1) {
            bucket = new Bucket<>(1);
            insert(bucket, null, lowest);
        }
        Counter<T> counter = new Counter<>(item, tags, bucket);
        attach(counter, bucket);
        counters.put(item, counter);
        return counter;
    }

    /** The item with the lowest count gives its counter to the new one, which may have come as often before. */
    private Counter<T> taken(T item) {
        Counter<T> counter = lowest == null ? null : lowest.first;
        if (counter == null) {
            throw new IllegalStateException("a full table has a lowest counter");
        }
        counters.remove(counter.item);
        counter.error = counter.bucket.count;
        counter.item = item;
        counter.tags = new long[tags];
        counters.put(item, counter);
        raise(counter);
        return counter;
    }

    private void raise(Counter<T> counter) {
        Bucket<T> from = counter.bucket;
        Bucket<T> to = from.higher;
        if (to == null || to.count != from.count + 1) {
            Bucket<T> between = new Bucket<>(from.count + 1);
            insert(between, from, to);
            to = between;
        }
        detach(counter, from);
        attach(counter, to);
        if (from.first == null) {
            remove(from);
        }
    }

    private void insert(Bucket<T> bucket, @Nullable Bucket<T> lower, @Nullable Bucket<T> higher) {
        bucket.lower = lower;
        bucket.higher = higher;
        if (lower == null) {
            lowest = bucket;
        } else {
            lower.higher = bucket;
        }
        if (higher != null) {
            higher.lower = bucket;
        }
    }

    private void remove(Bucket<T> bucket) {
        if (bucket.lower == null) {
            lowest = bucket.higher;
        } else {
            bucket.lower.higher = bucket.higher;
        }
        if (bucket.higher != null) {
            bucket.higher.lower = bucket.lower;
        }
    }

    private static <T> void attach(Counter<T> counter, Bucket<T> bucket) {
        counter.bucket = bucket;
        counter.before = null;
        counter.after = bucket.first;
        if (bucket.first != null) {
            bucket.first.before = counter;
        }
        bucket.first = counter;
    }

    private static <T> void detach(Counter<T> counter, Bucket<T> bucket) {
        if (counter.before == null) {
            bucket.first = counter.after;
        } else {
            counter.before.after = counter.after;
        }
        if (counter.after != null) {
            counter.after.before = counter.before;
        }
    }
}
