package dev.keywright.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Tracking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies of values in this process's memory, each good until the server tells of a change.
 *
 * <p>The order in which a reply, the news of a change and the keeping of a copy meet does not matter:
 * <ul>
 *   <li><b>Watches.</b> Redis keys are spread over a table. Who is about to read one takes the {@link Watched} of its place, and the copy
 *       is added to it later. A change, told by the server or made here, takes it out of the table and ends it: its copies are dead at
 *       once, and none can be added any more. So what was overwritten between the reply and {@link Attempt#keep} is refused (N1).
 *       Another key in the same place shares its fate; that costs a read, and there are {@value #PLACES_PER_ENTRY} places for every entry.
 *   <li><b>Bonds.</b> A copy carries the {@link Tracking.Bond} of the connection that it was read over; that ends with the connection,
 *       with FLUSHALL, with a failover, and all its copies with it (N2, N4).
 *   <li><b>Time.</b> A copy ends before its value does: the server's remaining time counts from before the read was sent (N3).
 * </ul>
 * A dead copy lets its value go at once, and is itself removed when it is met or when room is needed. Threads: any number;
 * {@link #invalidated} is made for the transport's. A hit allocates nothing and asks no clock.
 */
final class Near<K, V> implements Tracking.Listener, AutoCloseable {

    private static final int PLACES_PER_ENTRY = 4;
    private static final int MOST_PLACES = 1 << 22;
    private static final int LEAST_PLACES = 1 << 12;
    /** What a copy takes beside the value: the objects around it. */
    private static final int OVERHEAD_BYTES = 200;

    /**
     * What copies did.
     *
     * @param hits reads answered from memory, near enough
     * @param invalidations changes told by servers
     * @param refused values that were not kept, because something changed while they were read or nobody would tell
     * @param entries copies held, those included that are good no longer and were not met yet
     */
    record Stats(long hits, long invalidations, long refused, long entries) {}

    private final Cache<K, Copy<V>> copies;
    private final AtomicReferenceArray<@Nullable Watched> places;
    private final int leastWeight;
    private final long maxBytes;
    private final long maxAgeNanos;
    private final Hits hits = new Hits();
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Near(NearOptions options) {
        this.places = new AtomicReferenceArray<>(places(options.maxEntries()));
        this.maxBytes = options.maxBytes();
        this.leastWeight =
                (int) Math.min(Integer.MAX_VALUE, (maxBytes + options.maxEntries() - 1) / options.maxEntries());
        this.maxAgeNanos = options.maxAge().toNanos();
        this.copies = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((K key, Copy<V> copy) -> copy.weight)
                .removalListener((@Nullable K key, @Nullable Copy<V> copy, RemovalCause cause) -> leave(copy))
                .executor(Runnable::run) // in its pool, the books of a full cache cost four times as much
                .build();
        NearClock.start();
    }

    /** A power of two. */
    private static int places(int maxEntries) {
        long wanted = Math.max(LEAST_PLACES, Math.min(MOST_PLACES, (long) maxEntries * PLACES_PER_ENTRY));
        return Integer.highestOneBit((int) wanted - 1) << 1;
    }

    private static void leave(@Nullable Copy<?> copy) {
        if (copy != null) {
            copy.leave();
        }
    }

    /** @throws KeywrightException.Misused when Caffeine is missing */
    static <K, V> Near<K, V> of(NearOptions options) {
        try {
            return new Near<>(options);
        } catch (NoClassDefFoundError missing) {
            throw new KeywrightException.Misused(
                    "A near cache needs Caffeine, which is not on the class path. Add"
                            + " com.github.ben-manes.caffeine:caffeine, version 3.",
                    missing);
        }
    }

    // --- reading

    /** The copy, if there is one and it is good. */
    @Nullable
    V getIfPresent(K key) {
        Copy<V> copy = copies.getIfPresent(key);
        if (copy == null) {
            return null;
        }
        V value = copy.good();
        if (value == null) {
            copies.asMap().remove(key, copy);
            return null;
        }
        hits.add();
        return value;
    }

    /** A value, and what it is good for. Small, since a hit reads it where Caffeine alone would be done. */
    private static class Copy<V> {

        private volatile @Nullable V value;
        private final Tracking.Bond bond;
        private final Watched watched;
        private final long until;
        private final int weight;

        Copy(V value, long until, Tracking.Bond bond, Watched watched, int weight) {
            this.value = value;
            this.until = until;
            this.bond = bond;
            this.watched = watched;
            this.weight = weight;
        }

        /** The value, or null when it is good no longer. */
        @Nullable
        V good() {
            return bond.holds() && until - NearClock.now() > 0 ? value : null;
        }

        /** Joins those that end with the first change. */
        void join() {
            watched.add(this);
        }

        final void end() {
            value = null;
        }

        final boolean isDead() {
            return value == null;
        }

        void leave() {
            end();
            watched.remove(this);
        }
    }

    /** A value read with others, and good as long as they all are. */
    private static final class Joint<V> extends Copy<V> {

        private final List<Tracking.Bond> bonds;
        private final List<Watched> others;

        Joint(V value, long until, List<Tracking.Bond> bonds, List<Watched> watched, int weight) {
            super(value, until, bonds.get(0), watched.get(0), weight);
            this.bonds = bonds.stream().distinct().skip(1).toList();
            this.others = watched.subList(1, watched.size());
        }

        @Override
        @Nullable
        V good() {
            for (Tracking.Bond each : bonds) {
                if (!each.holds()) {
                    return null;
                }
            }
            return super.good();
        }

        @Override
        void join() {
            super.join();
            others.forEach(each -> each.add(this));
        }

        @Override
        void leave() {
            super.leave();
            others.forEach(each -> each.remove(this));
        }
    }

    /**
     * Counts hits, some places apart for different threads. Two threads that share a place may lose a hit to each other; an exact count
     * would cost a fifth of what it counts.
     */
    private static final class Hits {

        private static final int PLACES = 64;
        private static final int APART = 8; // a cache line

        private final AtomicLongArray counts = new AtomicLongArray(PLACES * APART);

        void add() {
            int place = ((int) Thread.currentThread().getId() & (PLACES - 1)) * APART;
            counts.setOpaque(place, counts.getOpaque(place) + 1);
        }

        long sum() {
            long sum = 0;
            for (int place = 0; place < counts.length(); place += APART) {
                sum += counts.getOpaque(place);
            }
            return sum;
        }
    }

    // --- keeping

    /** Call before the read of this Redis key is sent. */
    Attempt begin(byte[] redisKey) {
        return new Attempt(watch(redisKey));
    }

    /** A value that is being read, and may be kept unless something changes meanwhile. Threads: one at a time. */
    final class Attempt {

        private final long begun = System.nanoTime();
        private List<Watched> watched;

        private Attempt(Watched first) {
            this.watched = List.of(first);
        }

        /** Names another key that is read with it, after which the value is good no longer when it changes. */
        void also(byte[] redisKey) {
            watched =
                    Stream.concat(watched.stream(), Stream.of(watch(redisKey))).toList();
        }

        /**
         * Keeps a copy.
         *
         * @param bonds those of the reads, first that of the value
         * @param remaining how long the value has to live by the server, asked with it or after it
         * @return whether it was kept
         */
        boolean keep(K key, V value, long sizeBytes, Duration remaining, List<Tracking.Bond> bonds) {
            boolean bounded = remaining.compareTo(Duration.ofNanos(maxAgeNanos)) <= 0;
            long until = begun + (bounded ? remaining.toNanos() : maxAgeNanos) - NearClock.BEHIND_NANOS;
            long weight = Math.max(leastWeight, sizeBytes + OVERHEAD_BYTES);
            if (weight <= maxBytes && until - System.nanoTime() > 0) {
                Copy<V> copy = copy(value, until, bonds, (int) Math.min(Integer.MAX_VALUE, weight));
                copy.join();
                if (copy.good() != null) {
                    copies.put(key, copy);
                    return true;
                }
                copy.leave();
            }
            refused.increment();
            return false;
        }

        private Copy<V> copy(V value, long until, List<Tracking.Bond> bonds, int weight) {
            return watched.size() == 1 && bonds.size() == 1
                    ? new Copy<>(value, until, bonds.get(0), watched.get(0), weight)
                    : new Joint<>(value, until, bonds, watched, weight);
        }
    }

    // --- forgetting

    /** What was read, or is being read, of the keys of one place; it ends with the first change of one of them. */
    private static final class Watched {

        private static final Object ENDED = new Object();

        /** Nothing, one {@link Copy}, a {@link Crowd} of them, or {@link #ENDED}. */
        private @Nullable Object held;

        /** A copy that comes too late is dead. */
        synchronized void add(Copy<?> copy) {
            if (held == null || held instanceof Copy<?> other && other.isDead()) {
                held = copy;
            } else if (held instanceof Copy<?> other) {
                held = new Crowd(other, copy);
            } else if (held instanceof Crowd crowd) {
                crowd.add(copy);
            } else {
                copy.end();
            }
        }

        synchronized void end() {
            if (held instanceof Copy<?> copy) {
                copy.end();
            } else if (held instanceof Crowd crowd) {
                crowd.copies.forEach(Copy::end);
            }
            held = ENDED;
        }

        /** Where there are many, the dead go together, when room is needed. */
        synchronized void remove(Copy<?> dead) {
            if (held == dead) {
                held = null;
            }
        }
    }

    /** Copies that end together. */
    private static final class Crowd {

        private final List<Copy<?>> copies = new ArrayList<>(4);
        private int roomy = 4;

        Crowd(Copy<?> one, Copy<?> other) {
            copies.add(one);
            copies.add(other);
        }

        void add(Copy<?> copy) {
            if (copies.size() == roomy) {
                copies.removeIf(Copy::isDead);
                roomy = Math.max(4, copies.size() * 2);
            }
            copies.add(copy);
        }
    }

    private int place(byte[] redisKey) {
        int hash = Arrays.hashCode(redisKey) * 0x9E3779B9;
        return (hash ^ hash >>> 15) & places.length() - 1;
    }

    private Watched watch(byte[] redisKey) {
        int place = place(redisKey);
        while (true) {
            Watched known = places.get(place);
            if (known != null) {
                return known;
            }
            Watched mine = new Watched();
            if (places.compareAndSet(place, null, mine)) {
                return mine;
            }
        }
    }

    /** Makes copies of this Redis key worthless, also one that is being read. For a write of one's own: call it before and after. */
    void forget(byte[] redisKey) {
        forget(place(redisKey));
    }

    /** Ends first and unlinks then: who finds nothing here may rely on it that the copies are dead. */
    private void forget(int place) {
        Watched watched = places.get(place);
        if (watched != null) {
            watched.end();
            places.compareAndSet(place, watched, null);
        }
    }

    /** Makes all copies worthless, also those that are being read. */
    void forgetAll() {
        for (int place = 0; place < places.length(); place++) {
            forget(place);
        }
        copies.invalidateAll();
    }

    @Override
    public void invalidated(byte[] redisKey) {
        forget(redisKey);
        invalidations.increment();
    }

    /** Lets go what fell with a bond, so that it takes no room. */
    @Override
    public void ended() {
        copies.asMap().values().removeIf(copy -> copy.good() == null);
    }

    Stats stats() {
        return new Stats(hits.sum(), invalidations.sum(), refused.sum(), copies.estimatedSize());
    }

    /** After the {@link Tracking} that it listens to. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            forgetAll();
            NearClock.stop();
        }
    }
}
