package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is put into a cache to the database, later and in batches. A put returns when Redis has the value and the change, which one
 * script stores; whatever happens to this process then, the change is written by it, or by another one that has the same cache open.
 * <ul>
 *   <li>Order: of a key only the newest change is written; a writer that compares {@link Change#version()} never goes back.
 *   <li>At least once: a process that dies between writing and acknowledging leaves a change that is written again.
 *   <li>One writer per key: a partition is written from by the process that holds its lease. A process that was stopped for longer than
 *       its lease in the middle of a write may finish it beside its successor; the version decides.
 *   <li>Failure: batches are tried again, then halved; what cannot be written by itself is laid aside with its cause.
 *   <li>Full: when too many changes wait, puts wait and are then refused. Nothing is dropped.
 *   <li>Redis: what its master has not handed on when it dies is lost, as every write is; see {@link WriteBehindOptions.Confirmation}.
 *   <li>Threads: any number may call; {@link WriteBehindOptions#workers()} of its own write.
 *   <li>Guarantees W2 to W7, tested in {@code WriteBehindTest} and its neighbours.
 * </ul>
 */
public final class WriteBehind<K, V> implements AutoCloseable {

    private final String name;
    private final KeyCodec<K> keys;
    private final Codec<V> codec;
    private final int schema;
    private final WriteBehindOptions options;
    private final ChangeLog log;
    private final Leases leases;
    private final Deliveries<K, V> deliveries;
    private final @Nullable Confirmations confirmations;
    private final Schedule schedule;
    private final PartitionedShelf shelf;
    private final List<Thread> workers = new ArrayList<>();
    private final Duration idle;
    private final Set<Integer> retired = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch drained;
    private volatile boolean draining;
    private volatile @Nullable String otherFailure; // than the writer's

    /**
     * Starts the workers.
     *
     * @param schema as in {@link CacheBuilder#schemaVersion}
     * @throws KeywrightException.Misused when other processes use another number of partitions
     */
    WriteBehind(
            Connection connection,
            String name,
            KeyCodec<K> keys,
            Codec<V> codec,
            int schema,
            Writer<K, V> writer,
            WriteBehindOptions options) {
        this.name = name;
        this.keys = keys;
        this.codec = codec;
        this.schema = schema;
        this.options = options;
        this.log = new ChangeLog(connection, name, options);
        log.agree();
        this.leases = new Leases(log, name, options);
        this.deliveries = new Deliveries<>(log, leases, keys, codec, schema, writer, options, closed::get);
        this.confirmations = options.confirmation()
                .map(wanted -> new Confirmations(connection, log, options.partitions(), wanted))
                .orElse(null);
        this.schedule = new Schedule(options.partitions());
        this.idle = options.lease().dividedBy(3);
        this.drained = new CountDownLatch(options.partitions());
        this.shelf = new PartitionedShelf(
                name, log, options, Entry.head(Entry.ABSENT, codec.format(), schema, false, 0, null), new Changes());
        for (int i = 0; i < options.workers(); i++) {
            Thread worker = new Thread(this::work, "keywright-behind-" + name + "-" + i);
            worker.setDaemon(true);
            workers.add(worker);
            worker.start();
        }
    }

    /** Where the cache keeps its entries, so that changes are kept beside them. */
    Shelf shelf() {
        return shelf;
    }

    /** What waits now, in all partitions; one round trip per node. */
    public Backlog backlog() {
        long depth = 0;
        long oldest = 0;
        long dead = 0;
        for (ChangeLog.Size size : log.sizes()) {
            depth += size.depth();
            oldest = Math.max(oldest, size.oldestMillis());
            dead += size.dead();
        }
        return new Backlog(
                depth,
                Duration.ofMillis(oldest),
                dead,
                deliveries.lag(),
                deliveries.written(),
                deliveries.lastFailure().or(() -> Optional.ofNullable(otherFailure)));
    }

    /** Changes that were laid aside because the database refuses them, at most so many; in no order. */
    public List<DeadLetter<K, V>> deadLetters(int most) {
        List<DeadLetter<K, V>> letters = new ArrayList<>();
        for (int partition = 0; partition < options.partitions() && letters.size() < most; partition++) {
            for (ChangeLog.Dead dead : log.dead(partition, most - letters.size())) {
                letters.add(letter(dead));
            }
        }
        return letters;
    }

    private DeadLetter<K, V> letter(ChangeLog.Dead dead) {
        Pending change = dead.change();
        K key = keys.key().apply(change.text);
        try {
            return new DeadLetter<>(
                    key, change.value(codec, schema), change.version(), change.attempts(), dead.cause(), true);
        } catch (IllegalArgumentException unreadable) {
            return new DeadLetter<>(key, Optional.empty(), change.version(), change.attempts(), dead.cause(), false);
        }
    }

    /** Gives a change that was laid aside back to be written; false when there is none of this key. */
    public boolean redrive(K key) {
        String text = keys.text().apply(key);
        boolean given = log.redrive(text);
        schedule.within(log.partitionOf(text), 0);
        return given;
    }

    /** Gives all changes that were laid aside back to be written; their number. */
    public int redriveAll() {
        int given = 0;
        for (int partition = 0; partition < options.partitions(); partition++) {
            for (ChangeLog.Dead dead : log.dead(partition, Integer.MAX_VALUE)) {
                given += log.redrive(dead.change().text) ? 1 : 0;
            }
            schedule.within(partition, 0);
        }
        return given;
    }

    /** Forgets a change that was laid aside; the database never gets it. False when there is none of this key. */
    public boolean discard(K key) {
        return log.discard(keys.text().apply(key));
    }

    /**
     * Writes what waits, for at most {@link WriteBehindOptions#drain()}, and ends the workers. What is left stays in Redis, for the next
     * process that opens the cache.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long end = System.nanoTime() + options.drain().toNanos();
        draining = true;
        for (int partition = 0; partition < options.partitions(); partition++) {
            schedule.within(partition, 0);
        }
        try {
            drained.await(options.drain().toNanos(), TimeUnit.NANOSECONDS);
            schedule.close();
            for (Thread worker : workers) {
                worker.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                worker.interrupt();
            }
        } catch (InterruptedException e) {
            schedule.close();
            workers.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
        leases.close();
        if (confirmations != null) {
            confirmations.close();
        }
    }

    // --- workers

    private void work() {
        for (int partition = schedule.next(); partition != Schedule.CLOSED; partition = schedule.next()) {
            serve(partition);
        }
    }

    private void serve(int partition) {
        boolean last = draining;
        Duration pause;
        try {
            pause = write(partition, last);
            otherFailure = null;
        } catch (Throwable e) { // an Error too: whatever happens, the worker goes on and the partition is free
            otherFailure = e.getClass().getSimpleName() + ": " + e.getMessage();
            pause = idle();
        } finally {
            leases.drop(partition);
        }
        if (last && !pause.isZero()) {
            schedule.retire(partition);
            if (retired.add(partition)) {
                drained.countDown();
            }
        } else {
            schedule.done(partition, pause.toNanos());
        }
    }

    /** Writes one batch of what the partition has; how long it should be left alone then. */
    private Duration write(int partition, boolean eager) {
        long end = leases.endOfNew();
        ChangeLog.Taken taken = log.take(partition, eager);
        if (taken.changes().isEmpty()) {
            Duration wait = Duration.ofMillis(taken.waitMillis());
            return taken.waitMillis() > 0 && wait.compareTo(idle) < 0 ? wait : idle();
        }
        leases.hold(partition, end);
        Duration pause;
        try {
            pause = deliveries.deliver(partition, taken.changes());
        } catch (Error e) {
            log.release(partition); // another process may have the class, or the memory
            throw e;
        }
        if (!pause.isZero()) {
            log.release(partition);
        }
        return pause;
    }

    /** Until the next look at a partition where nothing is known to happen; that somebody died shows then. */
    private Duration idle() {
        return idle.multipliedBy(ThreadLocalRandom.current().nextInt(512, 1024)).dividedBy(1024);
    }

    @Override
    public String toString() {
        return "write-behind of the cache " + name;
    }

    /** What the shelf tells. */
    private final class Changes implements PartitionedShelf.Ear {

        @Override
        public void changed(int partition, long depth) {
            schedule.within(
                    partition,
                    depth >= options.batchSize() ? 0 : options.delay().toNanos());
        }

        @Override
        public CompletionStage<Void> confirmed(int partition) {
            return confirmations == null ? CompletableFuture.completedFuture(null) : confirmations.of(partition);
        }
    }
}
