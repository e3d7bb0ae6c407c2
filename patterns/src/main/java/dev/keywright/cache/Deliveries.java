package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings batches of a change log to the writer, and decides what a failure means.
 *
 * <p>A batch that fails is tried once more as it is, after a pause. If it fails again it is halved, and what fails halved again, down to the
 * changes that fail by themselves; the others are written. What fails by itself is put off, longer each time, and the others go on without
 * it. After some attempts it is laid aside, but only if the writer took something else meanwhile: a database that is away refuses
 * everything, and then everything has to wait. So a batch of which nothing can be written is given up after a few tries.
 *
 * <p>An interrupt ends the work when the cache is closed. Any other is the writer's own: what it threw is a failure as others are.
 *
 * <p>{@link KeywrightException.Misused} says that a change can never be written: it is laid aside at once.
 */
final class Deliveries<K, V> {

    private static final int LONGEST_CAUSE = 500;
    private static final int LONE_FAILURES = 3;

    private final ChangeLog log;
    private final Leases leases;
    private final KeyCodec<K> keys;
    private final Codec<V> codec;
    private final int schema;
    private final Writer<K, V> writer;
    private final WriteBehindOptions options;
    private final BooleanSupplier closed;
    private final AtomicIntegerArray failures;
    private final AtomicLong written = new AtomicLong();
    private volatile long lastSuccess = System.nanoTime() - Duration.ofDays(1).toNanos();
    private volatile long lagMillis;
    private volatile @Nullable String lastFailure;

    /** A change with the key and value of it. */
    private record Item<K, V>(Pending pending, Change<K, V> change) {}

    Deliveries(
            ChangeLog log,
            Leases leases,
            KeyCodec<K> keys,
            Codec<V> codec,
            int schema,
            Writer<K, V> writer,
            WriteBehindOptions options,
            BooleanSupplier closed) {
        this.log = log;
        this.leases = leases;
        this.keys = keys;
        this.codec = codec;
        this.schema = schema;
        this.writer = writer;
        this.options = options;
        this.closed = closed;
        this.failures = new AtomicIntegerArray(options.partitions());
    }

    long written() {
        return written.get();
    }

    Duration lag() {
        return Duration.ofMillis(lagMillis);
    }

    Optional<String> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** How long the partition should be left alone now; zero when it can go on. */
    Duration deliver(int partition, List<Pending> changes) {
        List<Item<K, V>> batch = readable(partition, changes);
        if (batch.isEmpty()) {
            return Duration.ZERO;
        }
        Throwable failure = write(partition, batch);
        if (failure != null) {
            int failed = failures.incrementAndGet(partition);
            boolean again = batch.size() > 1 && failed == 1 && !isRefusal(failure);
            if (again || !split(partition, batch, failure)) {
                return pause(failed);
            }
        }
        failures.set(partition, 0);
        return Duration.ZERO;
    }

    private List<Item<K, V>> readable(int partition, List<Pending> changes) {
        List<Item<K, V>> batch = new ArrayList<>(changes.size());
        for (Pending pending : changes) {
            try {
                Optional<V> value = pending.value(codec, schema);
                batch.add(new Item<>(pending, new Change<>(keys.key().apply(pending.text), value, pending.version())));
            } catch (RuntimeException e) {
                layAside(partition, pending, pending.attempts(), e);
            }
        }
        return batch;
    }

    /** What the writer threw, or null. Nothing is written once the lease is over. */
    private @Nullable Throwable write(int partition, List<Item<K, V>> batch) {
        if (!leases.isHeld(partition)) {
            throw new KeywrightException.Lost(
                    "The lease of partition " + partition + " is over; somebody else writes.");
        }
        Throwable failure = thrownBy(batch);
        boolean interrupted = Thread.interrupted() || failure instanceof InterruptedException;
        if (interrupted && closed.getAsBoolean()) {
            Thread.currentThread().interrupt();
            if (failure != null) {
                throw new KeywrightException.Lost("Closed while partition " + partition + " was written.");
            }
        }
        if (failure != null) {
            lastFailure = words(failure);
            return failure;
        }
        lastSuccess = System.nanoTime();
        lastFailure = null;
        log.acknowledge(partition, batch.stream().map(Item::pending).toList());
        written.addAndGet(batch.size());
        lagMillis =
                batch.stream().mapToLong(item -> item.pending().ageMillis).max().orElse(0);
        return null;
    }

    private @Nullable Throwable thrownBy(List<Item<K, V>> batch) {
        try {
            writer.write(batch.stream().map(Item::change).toList());
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Writes what can be written of a batch that failed; false when that is nothing. */
    private boolean split(int partition, List<Item<K, V>> batch, Throwable failure) {
        if (batch.size() == 1) {
            failedAlone(partition, batch.get(0).pending(), failure, false);
            return true;
        }
        Deque<List<Item<K, V>>> parts = new ArrayDeque<>();
        pushHalves(batch, parts);
        boolean any = false;
        int alone = 0;
        while (!parts.isEmpty() && alone < LONE_FAILURES) {
            List<Item<K, V>> part = parts.pop();
            Throwable partFailure = write(partition, part);
            if (partFailure == null) {
                any = true;
            } else if (part.size() > 1) {
                pushHalves(part, parts);
            } else {
                failedAlone(partition, part.get(0).pending(), partFailure, any);
                alone += any || isRefusal(partFailure) ? 0 : 1;
            }
            if (any) {
                alone = 0;
            }
        }
        return any || alone < LONE_FAILURES;
    }

    private static <T> void pushHalves(List<T> part, Deque<List<T>> parts) {
        int middle = part.size() / 2;
        parts.push(part.subList(middle, part.size()));
        parts.push(part.subList(0, middle));
    }

    private void failedAlone(int partition, Pending change, Throwable failure, boolean othersWereWritten) {
        int attempts = change.attempts() + 1;
        boolean othersAreWritten = othersWereWritten
                || System.nanoTime() - lastSuccess < backoff(change.attempts()).toNanos() / 2;
        if (isRefusal(failure) || attempts >= options.attempts() && othersAreWritten) {
            layAside(partition, change, attempts, failure);
        } else {
            log.postpone(partition, change, attempts, pause(attempts));
        }
    }

    private void layAside(int partition, Pending change, int attempts, Throwable cause) {
        if (!log.bury(partition, change, attempts, words(cause))) {
            log.postpone(partition, change, attempts, pause(Integer.MAX_VALUE));
        }
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof KeywrightException.Misused;
    }

    private Duration pause(int failed) {
        return backoff(failed)
                .multipliedBy(ThreadLocalRandom.current().nextInt(512, 1024))
                .dividedBy(1024);
    }

    private Duration backoff(int failed) {
        Duration doubled = options.backoff().multipliedBy(1L << Math.max(0, Math.min(failed - 1, 20)));
        return doubled.compareTo(options.longestBackoff()) < 0 ? doubled : options.longestBackoff();
    }

    private static String words(Throwable e) {
        String words = e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
        return words.length() > LONGEST_CAUSE ? words.substring(0, LONGEST_CAUSE) : words;
    }
}
