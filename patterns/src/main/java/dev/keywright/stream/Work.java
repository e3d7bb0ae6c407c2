package dev.keywright.stream;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What is in hand, the threads that handle it, and what becomes of it. */
final class Work<T> {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LAST_WORDS = Duration.ofMillis(500); // of handlers that are interrupted
    private static final long BURY_AGAIN_MILLIS = 1_000;

    final Membership membership;
    final WorkerOptions options;
    final Hand<T> hand;
    final WorkTally tally = new WorkTally();
    final ScheduledThreadPoolExecutor clock;
    final Acknowledgements acknowledgements;
    private final Codec<T> codec;
    private final BatchHandler<T> handler;
    private final int batch;
    private final BooleanSupplier gate;
    private final ExecutorService threads;
    private final AtomicInteger busy = new AtomicInteger();
    private final Object quiet = new Object();
    private final Object recovery = new Object();
    private final AtomicBoolean misses = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean toldToEnd;

    Work(
            Membership membership,
            Codec<T> codec,
            WorkerOptions options,
            BatchHandler<T> handler,
            int batch,
            BooleanSupplier gate) {
        this.gate = gate;
        this.membership = membership;
        this.codec = codec;
        this.options = options;
        this.handler = handler;
        this.batch = batch;
        this.hand = new Hand<>(options.prefetch() + options.threads() * batch, options.keepsKeyOrder());
        this.clock = new ScheduledThreadPoolExecutor(1, daemons("keywright-stream-upkeep"));
        clock.setRemoveOnCancelPolicy(true);
        this.acknowledgements = new Acknowledgements(membership, clock);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                options.threads(),
                options.threads(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                options.threadFactory().orElseGet(() -> daemons("keywright-stream")));
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    boolean mayBegin() {
        return gate.getAsBoolean();
    }

    // --- what comes

    /** Of entries that were never delivered before. */
    void take(List<Entry> entries, long askedAt) {
        long until = askedAt + options.idle().toNanos();
        for (Entry entry : entries) {
            add(entry, 1, until);
        }
        begin();
    }

    /**
     * Takes up what the server says this consumer has, and this worker does not. Not while an answer with new entries is on its way.
     *
     * @param counts whether it had begun with them, before a crash; if not, they were lost on the way
     * @return all that it has, of this page
     */
    List<Membership.Pending> takeUp(EventId from, int most, boolean counts) {
        synchronized (recovery) { // else what a claim brings now would seem unknown, and be handled twice
            long askedAt = System.nanoTime();
            List<Membership.Pending> page = membership.own(from, most);
            Map<EventId, Integer> unknown = new LinkedHashMap<>();
            for (Membership.Pending each : page) {
                if (hand.find(each.id()).isEmpty() && !acknowledgements.contains(each.id())) {
                    unknown.put(each.id(), Math.max(1, each.deliveries() + (counts ? 1 : 0)));
                }
            }
            if (!unknown.isEmpty()) {
                recover(membership.again(unknown), askedAt);
            }
            return page;
        }
    }

    /** One step through what is idle for too long; answers where to go on. */
    String claim(String cursor, int most) {
        synchronized (recovery) {
            try {
                long askedAt = System.nanoTime();
                Membership.Claimed claimed = membership.claim(cursor, most);
                recover(claimed.recovered(), askedAt);
                return claimed.cursor();
            } catch (KeywrightException.Unavailable away) {
                misses.set(true); // it may be this consumer's now
                throw away;
            }
        }
    }

    /** Whether this consumer may have what this worker does not know of; asked once. */
    boolean missesSome() {
        return misses.getAndSet(false);
    }

    /** Of entries that were delivered before, to this one or another. */
    private void recover(Membership.Recovered recovered, long askedAt) {
        long until = askedAt + options.idle().toNanos();
        for (Membership.Got got : recovered.taken()) {
            EventId id = got.entry().id();
            Taken<T> before = hand.find(id).orElse(null);
            if (before != null && before.isResting()) {
                hand.replace(before, new Taken<>(got.entry().event(codec, got.attempt()), until));
            } else if (before != null && before.isOverdue()) {
                tally.lost.add(before.lose() ? 1 : 0);
                hand.replace(before, new Taken<>(got.entry().event(codec, got.attempt()), until));
            } else if (before == null && !acknowledgements.contains(id)) {
                add(got.entry(), got.attempt(), until);
                tally.claimed.increment();
            }
        }
        recovered.buried().forEach(id -> gone(id, true));
        tally.dead.add(recovered.buried().size());
        recovered.deleted().forEach(id -> gone(id, false));
        tally.deleted.add(recovered.deleted().size());
        recovered.gone().forEach(id -> gone(id, true));
        begin();
    }

    private void add(Entry entry, int attempt, long until) {
        if (entry.isDeleted()) {
            tally.deleted.increment();
            acknowledgements.add(entry.id());
        } else {
            boolean unused = hand.add(new Taken<>(entry.event(codec, attempt), until));
        }
    }

    /** It is not this worker's any more. */
    void gone(EventId id, boolean toAnother) {
        hand.find(id).ifPresent(taken -> {
            if (taken.isRunning() && !toAnother) {
                return; // it was deleted; its handler may finish
            }
            if (taken.lose()) {
                tally.lost.increment();
            }
            hand.remove(taken);
            begin();
        });
    }

    // --- handling

    /** Sees to it that as many threads are busy as there is to do. */
    private void begin() {
        while (!stopped && hand.hasReady()) {
            int now = busy.get();
            if (now >= options.threads()) {
                return;
            }
            if (busy.compareAndSet(now, now + 1)) {
                try {
                    threads.execute(this::handleAll);
                } catch (RejectedExecutionException | OutOfMemoryError noThread) {
                    busy.decrementAndGet();
                    return;
                }
            }
        }
    }

    /** Those that could not begin may try again. */
    void unpark() {
        hand.unpark();
        begin();
    }

    private void handleAll() {
        try {
            List<Taken<T>> next = stopped ? List.of() : hand.next(batch);
            while (!next.isEmpty()) {
                handle(next);
                next = stopped ? List.of() : hand.next(batch);
            }
        } finally {
            if (busy.decrementAndGet() == 0) {
                synchronized (quiet) {
                    quiet.notifyAll();
                }
            }
        }
        begin(); // what came while this thread was about to end
    }

    private void handle(List<Taken<T>> taken) {
        List<Taken<T>> begun = new ArrayList<>(taken.size());
        List<Event<T>> events = new ArrayList<>(taken.size());
        for (Taken<T> each : taken) {
            if (!mayBegin() || !each.begin(System.nanoTime())) {
                hand.park(each); // until a sign of life went out, or it turns out that another one has it
            } else if (each.event.isReadable()) {
                begun.add(each);
                events.add(each.event);
            } else {
                boolean unused = each.end();
                tally.undecodable.increment();
                bury(each, "cannot be read: " + each.event.problem().orElse(""));
            }
        }
        if (!begun.isEmpty()) {
            Throwable failure = failureOf(events);
            begun.forEach(each -> settle(each, failure, begun.size() > 1));
            begin(); // those that failed together may go on apart
        }
    }

    private @Nullable Throwable failureOf(List<Event<T>> events) {
        try {
            handler.handle(events);
            return null;
        } catch (Throwable e) { // also errors: the next event may be a better one
            return e;
        }
    }

    private void settle(Taken<T> taken, @Nullable Throwable failure, boolean together) {
        boolean counts = taken.end();
        boolean unused = Thread.interrupted(); // it was meant for this event
        if (!counts) {
            hand.remove(taken);
        } else if (failure == null) {
            acknowledgements.add(taken.id());
            hand.remove(taken);
            tally.handled.increment();
        } else {
            tally.failed.increment();
            if (together) { // nobody knows which of them it was
                hand.replace(taken, taken.alone());
            } else {
                failed(taken, failure);
            }
        }
    }

    private void failed(Taken<T> taken, Throwable failure) {
        String cause = taken.isLate() ? "took longer than " + options.timeout() + ": " + failure : failure.toString();
        if (toldToEnd) {
            return; // it may be why it failed; it comes again elsewhere
        }
        if (taken.event.attempt() >= options.attempts() || isHopeless(failure)) {
            bury(taken, cause);
        } else if (hand.rest(taken)) {
            later(
                    () -> again(taken),
                    jittered(StreamWorker.pause(taken.event.attempt(), options.backoff(), LONGEST_PAUSE)));
        }
    }

    private boolean isHopeless(Throwable failure) {
        try {
            return options.hopeless().test(failure);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Up to a fifth more, so that what failed together does not come together. */
    private static long jittered(Duration pause) {
        long millis = pause.toMillis();
        return millis + ThreadLocalRandom.current().nextLong(millis / 5 + 1);
    }

    private void again(Taken<T> taken) {
        long askedAt = System.nanoTime();
        if (stopped || hand.find(taken.id()).orElse(null) != taken) {
            return;
        }
        try {
            recover(membership.again(Map.of(taken.id(), taken.event.attempt() + 1)), askedAt);
        } catch (KeywrightException away) {
            tally.keeping(away);
            later(() -> again(taken), BURY_AGAIN_MILLIS);
        }
    }

    /** It stays in hand until it is among the dead letters. */
    private void bury(Taken<T> taken, String cause) {
        membership.bury(taken.id(), cause).whenComplete((state, failure) -> {
            if (failure != null) {
                tally.keeping(failure.getCause() == null ? failure : failure.getCause());
                later(() -> bury(taken, cause), BURY_AGAIN_MILLIS);
                return;
            }
            if (state == 1) {
                tally.dead.increment();
            } else if (state == 2) {
                tally.deleted.increment();
            }
            hand.remove(taken);
            begin();
        });
    }

    private void later(Runnable task, long millis) {
        if (!stopped) {
            try {
                ScheduledFuture<?> unused = clock.schedule(task, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException over) {
                // it comes again elsewhere
            }
        }
    }

    // --- the end

    /** Begins nothing more. */
    void refuse() {
        stopped = true;
        hand.close();
    }

    /** Tells the handlers that are busy to end. */
    void interrupt() {
        toldToEnd = true;
        hand.all().forEach(Taken::interrupt);
    }

    /** Waits for what was begun. */
    void finish(Duration grace) throws InterruptedException {
        if (!awaitQuiet(grace)) {
            interrupt();
            boolean unused = awaitQuiet(LAST_WORDS);
        }
        if (membership.stream.connection.isClosed()) {
            return; // others take over what is not acknowledged
        }
        acknowledgements.goAtOnce();
        acknowledgements.await(membership.stream.deadline.toNanos());
    }

    /** Waits until no thread is busy, not even with what becomes of what it handled; at most so long. */
    private boolean awaitQuiet(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        synchronized (quiet) {
            while (busy.get() > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                quiet.wait(left);
            }
        }
        return true;
    }

    /** How many of its attempts count, of one that others may have; empty when a handler is busy with it, or it was handled. */
    OptionalInt attemptsOf(Membership.Pending pending) {
        Optional<Taken<T>> taken = hand.find(pending.id());
        if (acknowledgements.contains(pending.id())
                || taken.filter(Taken::isRunning).isPresent()) {
            return OptionalInt.empty();
        }
        boolean begun = taken.filter(each -> !each.isUntouched()).isPresent();
        return OptionalInt.of(begun ? pending.deliveries() : Math.max(0, pending.deliveries() - 1));
    }

    void end() {
        threads.shutdown();
        clock.shutdownNow();
    }
}
