package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One row of a database, its cached value, readers and writers in several clients, and a schedule that a seed gives: which of them takes
 * the next step. Readers stop before and after they read the row, writers before and after they change it. Whatever the order, no reader
 * may get a value older than the last one whose writer had come back before the reader began, and no such value may stay in the cache.
 */
final class StaleFillModel implements AutoCloseable {

    private static final int READERS = 3;
    private static final int WRITERS = 2;
    private static final int AT_ONCE = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What writers do after, or with, the change of the row. */
    enum Habit {
        INVALIDATE,
        INVALIDATE_AGED,
        INVALIDATE_TAG,
        PUT_THROUGH
    }

    private static final ThreadLocal<Walker> WALKING = new ThreadLocal<>();

    private final List<Keywright> clients = new ArrayList<>();
    private final ExecutorService threads;

    StaleFillModel(String uri, ExecutorService threads) {
        this.threads = threads;
        for (int i = 0; i < READERS; i++) {
            clients.add(Keywright.connect(uri));
        }
    }

    /** What went wrong in so many rounds, several at a time; empty when nothing did. */
    static List<String> hunt(String uri, Habit habit, long firstSeed, int rounds) {
        ExecutorService threads = Executors.newCachedThreadPool();
        Semaphore places = new Semaphore(AT_ONCE);
        Queue<String> findings = new ConcurrentLinkedQueue<>();
        try (StaleFillModel model = new StaleFillModel(uri, threads)) {
            for (long seed = firstSeed; seed < firstSeed + rounds && findings.isEmpty(); seed++) {
                long number = seed;
                places.acquireUninterruptibly();
                CompletableFuture<Void> unused = CompletableFuture.supplyAsync(() -> model.run(number, habit), threads)
                        .handle((finding, failure) -> failure == null ? finding : failure.toString())
                        .thenAccept(finding -> {
                            if (!finding.isEmpty()) {
                                findings.add(finding);
                            }
                            places.release();
                        });
            }
            places.acquireUninterruptibly(AT_ONCE);
        } finally {
            threads.shutdownNow();
        }
        return List.copyOf(findings);
    }

    /** What went wrong, or an empty text. */
    private String run(long seed, Habit habit) {
        try (Round round = new Round(seed, habit)) {
            return round.run();
        }
    }

    @Override
    public void close() {
        clients.forEach(Keywright::close);
    }

    /** Somebody who is let go from stop to stop. */
    private abstract class Walker {

        private final Semaphore leave = new Semaphore(0);
        private final Semaphore arrived = new Semaphore(0);
        private CompletableFuture<Void> walk = CompletableFuture.completedFuture(null);
        private boolean walking;

        final void stop() {
            arrived.release();
            leave.acquireUninterruptibly();
        }

        abstract void walk() throws Exception;

        /** Whether somebody else has to move first. */
        abstract boolean isWaiting();

        final void step() {
            if (walking && walk.isDone()) {
                walking = false;
                walk.join();
            }
            if (!walking) {
                begin();
                walking = true;
                walk = CompletableFuture.runAsync(
                        () -> {
                            try {
                                walk();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads);
            } else if (arrived.availablePermits() > 0) {
                arrived.acquireUninterruptibly();
                leave.release();
            }
            settle();
        }

        abstract void begin();

        /** Until it stands at a stop, is done, or waits for somebody. */
        private void settle() {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (arrived.availablePermits() == 0 && !walk.isDone() && !isWaiting()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("stuck");
                }
                LockSupport.parkNanos(50_000);
            }
        }

        final void finish() {
            leave.release(1_000);
            walk.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private final class Round implements AutoCloseable {

        private final Random random;
        private final Habit habit;
        private final String key;
        private final String tag;
        private final List<Cache<String, String>> caches = new ArrayList<>();
        private final List<Walker> walkers = new ArrayList<>();
        private final List<String> findings = new ArrayList<>();
        private final List<String> steps = new ArrayList<>();
        private volatile int row;
        private volatile int written;

        Round(long seed, Habit habit) {
            this.random = new Random(seed);
            this.habit = habit;
            this.key = "row" + seed + habit;
            this.tag = "tag" + seed;
            for (Keywright client : clients) {
                CacheBuilder<String, String> builder = client.cache("fill", KeyCodec.STRING, Codecs.string())
                        .readThrough(any -> load())
                        .ttl(Duration.ofMinutes(1));
                caches.add(
                        switch (habit) {
                            case INVALIDATE -> builder.build();
                            case INVALIDATE_AGED ->
                                builder.refreshAhead(Duration.ofSeconds(59))
                                        .staleIfError(Duration.ofMinutes(1))
                                        .build();
                            case INVALIDATE_TAG ->
                                builder.tags(any -> List.of(tag, "all")).build();
                            case PUT_THROUGH ->
                                builder.writeThrough(this::change).build();
                        });
            }
            for (int i = 0; i < READERS; i++) {
                walkers.add(reader(caches.get(i)));
            }
            for (int i = 0; i < WRITERS; i++) {
                walkers.add(writer(caches.get(i)));
            }
        }

        private String load() {
            Walker walker = WALKING.get();
            if (walker == null) { // a refresh, on a thread of the cache's
                return Integer.toString(row);
            }
            walker.stop();
            String value = Integer.toString(row);
            walker.stop();
            return value;
        }

        private void change(List<Change<String, String>> changes) {
            Walker walker = WALKING.get();
            walker.stop();
            synchronized (this) {
                row = Math.max(row, Integer.parseInt(changes.get(0).value().orElseThrow()));
            }
            walker.stop();
        }

        private Walker reader(Cache<String, String> cache) {
            return new Walker() {
                private long waitsBefore;

                @Override
                void begin() {
                    waitsBefore = cache.stats().waits();
                }

                @Override
                void walk() {
                    WALKING.set(this);
                    int known = written;
                    int got = Integer.parseInt(cache.get(key));
                    if (got < known) {
                        findings.add("a reader got " + got + " after " + known + " was written");
                    }
                }

                @Override
                boolean isWaiting() {
                    return cache.stats().waits() > waitsBefore;
                }
            };
        }

        private Walker writer(Cache<String, String> cache) {
            return new Walker() {
                @Override
                void begin() {}

                @Override
                void walk() {
                    WALKING.set(this);
                    int mine;
                    if (habit == Habit.PUT_THROUGH) {
                        mine = next();
                        cache.put(key, Integer.toString(mine));
                    } else {
                        stop();
                        mine = next();
                        synchronized (Round.this) {
                            row = Math.max(row, mine);
                        }
                        stop();
                        if (habit == Habit.INVALIDATE_TAG) {
                            cache.invalidateTag(tag);
                        } else {
                            cache.invalidate(key);
                        }
                    }
                    synchronized (Round.this) {
                        written = Math.max(written, mine);
                    }
                }

                @Override
                boolean isWaiting() {
                    return false;
                }
            };
        }

        private int last;

        private synchronized int next() {
            return ++last;
        }

        String run() {
            for (int i = 0; i < 30; i++) {
                int who = random.nextInt(walkers.size() + 1);
                steps.add(Integer.toString(who));
                if (who == walkers.size()) {
                    meddle();
                } else {
                    walkers.get(who).step();
                }
            }
            walkers.forEach(walker -> walker.leave.release(1_000));
            walkers.forEach(Walker::finish);
            String left = caches.get(0).getIfPresent(key);
            if (left != null && Integer.parseInt(left) < written) {
                findings.add("the cache keeps " + left + " after " + written + " was written");
            }
            return findings.isEmpty() ? "" : key + ' ' + findings + ' ' + steps;
        }

        /** What operators, memory pressure and time do. */
        private void meddle() {
            String name = "cache:fill:" + key;
            Command command = switch (random.nextInt(5)) {
                case 0 -> Command.named("DEL").key(name).build();
                case 1 -> Command.named("PEXPIRE").key(name).argument(1).build();
                case 2 -> Command.named("SCRIPT").argument("FLUSH").build();
                case 3 -> Command.named("DEL").key("cache:fill!tag:" + tag).build();
                default ->
                    Command.named("PUBLISH")
                            .argument("cache:fill!wake")
                            .argument(key.getBytes(UTF_8))
                            .build();
            };
            clients.get(0).connection().call(command).orThrow("meddling");
        }

        @Override
        public void close() {
            caches.forEach(Cache::close);
        }
    }
}
