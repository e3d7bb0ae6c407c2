package dev.keywright.counter;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sums that wait to be written, and batches of them that are under way. A sum leaves the map in one step and goes into a batch; a batch is
 * sent, with the same number, until its outcome is known. The server remembers the last number per subject, so batches of one subject go
 * one after the other, and none is added twice.
 */
final class Outbox {

    /** How long the server remembers the number of a batch; far longer than a batch is sent again. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final Duration TRIED = Duration.ofMinutes(30);
    private static final int PAIRS_AT_ONCE = 120;
    private static final int CALLS_AT_ONCE = 256;

    private final Connection connection;
    private final CounterKeys keys;
    private final CounterOptions options;
    private final Duration deadline;
    private final String where;
    private final String mark = "i:" + Long.toString(UUID.randomUUID().getMostSignificantBits(), 36);
    private final ConcurrentHashMap<Cell, Long> cells = new ConcurrentHashMap<>();
    private final BiFunction<Long, Long, Long> summing = this::sum;
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile @Nullable String problem;

    private final ReentrantLock flushing = new ReentrantLock();
    private final Map<String, Deque<Batch>> lanes = new LinkedHashMap<>(); // by subject; under the lock
    private long numbers;

    Outbox(Connection connection, CounterKeys keys, CounterOptions options, Duration deadline, String where) {
        this.connection = connection;
        this.keys = keys;
        this.options = options;
        this.deadline = deadline;
        this.where = where;
    }

    private static final class Batch {

        final Script.Invocation call;
        final int cells;
        long sent; // nanoTime, of the last time
        long unknownSince; // nanoTime of the first sending whose outcome is unknown; 0 when there is none

        Batch(Script.Invocation call, int cells) {
            this.call = call;
            this.cells = cells;
        }
    }

    /** @return whether there was room */
    boolean add(Cell cell, long amount) {
        if (waiting() >= options.mostWaiting() && !cells.containsKey(cell)) {
            return false;
        }
        long unused = cells.merge(cell, amount, summing);
        return true;
    }

    private long sum(long before, long amount) {
        long sum = before + amount; // both are far from the end of a long
        if (sum > Cell.MOST || sum < -Cell.MOST) {
            throw new KeywrightException.Misused("More than 2^53 - 1 was counted before it could be written (" + where
                    + "). The last call counted nothing; write it after a flush, or count in bigger units.");
        }
        return sum;
    }

    long waiting() {
        return cells.mappingCount() + underWay.get();
    }

    CounterStats stats() {
        return new CounterStats(waiting(), written.get(), lost.get(), Optional.ofNullable(problem));
    }

    /**
     * Writes all that waits.
     *
     * @throws KeywrightException.Unavailable when some is still not known to be written; it is sent again with the next flush
     * @throws KeywrightException.Misused when some was lost, because the server refused it for good
     */
    void flush() {
        flushing.lock();
        try {
            Trouble trouble = new Trouble();
            boolean more;
            do {
                more = gather();
                while (trouble.away == null && !lanes.isEmpty()) {
                    sendHeads(trouble);
                }
            } while (more && trouble.away == null);
            KeywrightException worst = trouble.refused == null ? trouble.away : trouble.refused;
            problem = worst == null ? null : worst.getMessage();
            if (worst != null) {
                throw worst;
            }
        } finally {
            flushing.unlock();
        }
    }

    /**
     * Makes batches of what waits. Sums of subjects that have batches under way stay where they are, and grow: while Redis is away, no more
     * batches come up.
     *
     * @return whether some stayed
     */
    private boolean gather() {
        boolean stayed = false;
        Map<String, Map<Cell, Long>> bySubject = new HashMap<>();
        Map<String, Integer> pairs = new HashMap<>();
        Set<String> busy = Set.copyOf(lanes.keySet());
        for (Cell cell : cells.keySet()) {
            String subject = cell.subject();
            if (busy.contains(subject)) {
                stayed = true;
                continue;
            }
            underWay.incrementAndGet(); // before it leaves the map, so that it is never missing from the number of
            // those that wait
            Long amount = cells.remove(cell);
            if (amount == null) {
                underWay.decrementAndGet();
                continue;
            }
            bySubject.computeIfAbsent(subject, each -> new LinkedHashMap<>()).put(cell, amount);
            if (pairs.merge(subject, keys.pairs(cell), Integer::sum) > PAIRS_AT_ONCE) {
                enqueue(subject, bySubject.remove(subject));
                pairs.remove(subject);
            }
        }
        bySubject.forEach(this::enqueue);
        return stayed;
    }

    private void enqueue(String subject, @Nullable Map<Cell, Long> some) {
        if (some != null) {
            Script.Invocation call = keys.add(subject, some, mark, ++numbers, REMEMBERED);
            lanes.computeIfAbsent(subject, each -> new ArrayDeque<>()).add(new Batch(call, some.size()));
        }
    }

    /** What went wrong in a flush, the one of each kind. */
    private static final class Trouble {

        KeywrightException.@Nullable Unavailable away;
        KeywrightException.@Nullable Misused refused;
    }

    /**
     * Sends the first batch of each subject, some hundred at a time. When a deadline has passed and some found no answer the rest has to
     * wait for the next flush, and comes first then.
     */
    private void sendHeads(Trouble trouble) {
        long begun = System.nanoTime();
        List<String> subjects = List.copyOf(lanes.keySet());
        for (int from = 0; from < subjects.size(); from += CALLS_AT_ONCE) {
            if (trouble.away != null && System.nanoTime() - begun >= deadline.toNanos()) {
                return;
            }
            List<String> some = subjects.subList(from, Math.min(subjects.size(), from + CALLS_AT_ONCE));
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            for (String subject : some) {
                replies.add(send(lane(subject).element()));
            }
            for (int i = 0; i < some.size(); i++) {
                Deque<Batch> lane = lane(some.get(i));
                Batch head = lane.element();
                if (isSettled(head, replies.get(i), trouble)) {
                    lane.remove();
                    underWay.addAndGet(-head.cells);
                }
                lanes.remove(some.get(i));
                if (!lane.isEmpty()) {
                    lanes.put(some.get(i), lane); // behind all others
                }
            }
        }
    }

    private Deque<Batch> lane(String subject) {
        return Objects.requireNonNull(lanes.get(subject));
    }

    /** Sends a batch, unless the server may soon forget its number: then it would add it twice. */
    private CompletableFuture<Reply> send(Batch batch) {
        batch.sent = System.nanoTime();
        if (batch.unknownSince != 0 && batch.sent - batch.unknownSince > TRIED.toNanos()) {
            return CompletableFuture.failedFuture(
                    new KeywrightException.Misused("nobody knows whether they were added, for " + TRIED + " now"));
        }
        return batch.call.send(connection, deadline).toCompletableFuture();
    }

    /** Whether a batch is done with: written, or lost. */
    private boolean isSettled(Batch batch, CompletableFuture<Reply> answer, Trouble trouble) {
        try {
            long unused = answer.join().orThrow(where).number();
            written.addAndGet(batch.cells);
            return true;
        } catch (RuntimeException e) {
            RuntimeException cause =
                    e instanceof CompletionException && e.getCause() instanceof RuntimeException inner ? inner : e;
            if (cause instanceof KeywrightException.Unavailable away) {
                if (away.outcomeUnknown() && batch.unknownSince == 0) {
                    batch.unknownSince = batch.sent;
                }
                trouble.away = trouble.away == null ? away : trouble.away;
                return false;
            }
            lost.addAndGet(batch.cells);
            trouble.refused = new KeywrightException.Misused(
                    "Counts of " + batch.cells + " minutes are lost (" + where + "): " + cause.getMessage(), cause);
            return true;
        }
    }
}
