package dev.keywright.semaphore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Wish;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Permits that all processes share which use the same name: so many at a time and no more.
 *
 * <pre>{@code
 * DistributedSemaphore exports = kw.semaphore("exports", 5);
 * try (Permits permits = exports.acquire(Duration.ofSeconds(10))) {
 *     export(report);
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Promise: while Redis keeps the keys, not more are held than there are. Permits of a holder that died come back with its lease,
 *       without anything that sweeps. A holder is told of its loss before the lease ends, with Redis away as well.
 *   <li>No promise: that a holder that lost its permits stops; a failover, an eviction or FLUSHALL lose them, and then others get them.
 *       A semaphore bounds a load; it guards nothing.
 *   <li>Order: first come, first served, in all processes. One who asks gets permits only when there are enough also for all who came
 *       earlier and wait, so one who wants many waits for them and for nobody who came later.
 *   <li>Commands: acquire and release are one EVALSHA each, 2 round trips and some 15 commands together inside the server. Renewal is one
 *       EVALSHA each third of the lease.
 *   <li>Waiting: who frees permits wakes those for whom there are enough now. What was missed is made up for by looking: after 50 ms,
 *       doubling to 1 s, and when a lease is over.
 *   <li>Failure: while the wait lasts a server that does not answer is asked again. What may have been acquired although no answer came
 *       is freed in the background, or else ends with its lease.
 *   <li>Clock: the server's for leases between processes, this process's monotonic one for what it holds. Threads: any number.
 * </ul>
 */
public final class DistributedSemaphore {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "GET",
                            "GETEX",
                            "SET",
                            "DEL",
                            "EXISTS",
                            "PTTL",
                            "PEXPIRE",
                            "HGET",
                            "HMGET",
                            "HSET",
                            "HDEL",
                            "HEXISTS",
                            "HLEN",
                            "HINCRBY",
                            "ZADD",
                            "ZCARD",
                            "ZRANGE",
                            "ZREM",
                            "PUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE"),
                    List.of("sem:*"))
            .withChannels(Lessee.CHANNELS)
            .thatLast();

    /** How many permits there may be. */
    public static final int MOST = 1_000_000;

    /**
     * Work done with permits.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Action<T, X extends Exception> {
        T run(Permits permits) throws X;
    }

    final Lessee lessee;
    final SemaphoreKeys keys;
    final SemaphoreOptions options;

    /** Users call {@code Keywright.semaphore}. */
    public DistributedSemaphore(Lessee lessee, String name, int permits, SemaphoreOptions options) {
        check(permits, "permits");
        this.lessee = lessee;
        this.keys = new SemaphoreKeys(name, permits);
        this.options = options;
    }

    private static void check(int permits, String what) {
        if (permits < 1 || permits > MOST) {
            throw new IllegalArgumentException(what + " is " + permits + "; give 1 to " + MOST);
        }
    }

    public String name() {
        return keys.stem.name();
    }

    /** As {@link #tryAcquire(int, Duration)}, one permit, asking once. */
    public Optional<Permits> tryAcquire() {
        return tryAcquire(1, Duration.ZERO);
    }

    /** As {@link #tryAcquire(int, Duration)}, asking once. */
    public Optional<Permits> tryAcquire(int wanted) {
        return tryAcquire(wanted, Duration.ZERO);
    }

    /**
     * Waits so long at most, for all of them or none.
     *
     * @return the permits; empty when others had too many of them all the time
     * @throws KeywrightException.Misused when there are fewer in all
     * @throws KeywrightException.Unavailable when Redis did not answer, also at the end of the wait, or the thread was interrupted
     */
    public Optional<Permits> tryAcquire(int wanted, Duration wait) {
        return wish(wanted, wait).await();
    }

    /** As {@link #acquire(int, Duration)}, one permit. */
    public Permits acquire(Duration wait) {
        return acquire(1, wait);
    }

    /**
     * Waits so long at most, for all of them or none.
     *
     * @throws KeywrightException.Misused when there are fewer in all
     * @throws KeywrightException.Unavailable when others had too many of them all the time, or as {@link #tryAcquire(int, Duration)}
     */
    public Permits acquire(int wanted, Duration wait) {
        return tryAcquire(wanted, wait)
                .orElseThrow(() -> new KeywrightException.Unavailable(
                        "Others had too many permits for all of the " + wait.toMillis() + " ms that were waited for "
                                + wanted + " (" + this + "). Try again later, or wait longer.",
                        false));
    }

    /** As {@link #tryAcquire(int, Duration)}, without blocking. Completes on a thread of the semaphore's own. */
    public CompletionStage<Optional<Permits>> tryAcquireAsync(int wanted, Duration wait) {
        return wish(wanted, wait).later();
    }

    private Wish<Permits> wish(int wanted, Duration wait) {
        check(wanted, "wanted");
        SemaphoreOptions.checkWait(wait);
        return new Wish<>(lessee, new Bid(this, wanted), wait);
    }

    /**
     * Runs the action with permits held.
     *
     * @throws KeywrightException.Unavailable when they were not acquired in that time; the action did not run
     * @throws KeywrightException.Lost when the action ended, and had lost them before
     */
    public <T, X extends Exception> T withPermits(int wanted, Duration wait, Action<T, X> action) throws X {
        try (Permits permits = acquire(wanted, wait)) {
            T result = action.run(permits);
            if (!released(permits)) {
                throw HeldPermits.lost(toString());
            }
            return result;
        }
    }

    private static boolean released(Permits permits) {
        boolean held = permits.isHeld();
        try {
            return permits.release();
        } catch (KeywrightException.Unavailable away) {
            return held; // the action was over in time
        }
    }

    /**
     * Stores how many permits there are: from now on for all processes, whatever they were made with, until it is changed again or nobody
     * asked for 30 days. Nothing is taken from those who hold permits now; when there are fewer, others wait until enough are back.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public void changePermits(int permits) {
        check(permits, "permits");
        lessee.connection().call(keys.store(permits), deadline()).orThrow(toString());
        wakeAll();
    }

    /**
     * Forgets what {@link #changePermits} stored; what each process was made with counts again.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public void resetPermits() {
        lessee.connection().call(keys.forget(), deadline()).orThrow(toString());
        wakeAll();
    }

    /** The release of one who has nothing wakes those for whom there are enough. */
    private void wakeAll() {
        keys.release(lessee.newOwner().getBytes(US_ASCII), false)
                .repeatable()
                .call(lessee.connection(), deadline())
                .orThrow(toString());
    }

    /**
     * How many permits there are and are held.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Usage usage() {
        List<Reply> answer = keys.usage()
                .call(lessee.connection(), deadline())
                .orThrow(toString())
                .items();
        return new Usage(
                Math.toIntExact(answer.get(0).number()),
                Math.toIntExact(answer.get(1).number()),
                Math.toIntExact(answer.get(2).number()));
    }

    Duration deadline() {
        return lessee.deadline(options.deadline());
    }

    @Override
    public String toString() {
        return keys.stem.toString();
    }
}
