package dev.keywright.once;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Work that is asked for many times, by retries and redeliveries, and has one recorded outcome per key, which all of them get.
 *
 * <pre>{@code
 * Once<Receipt> payments = kw.once("payment", Codecs.json(Receipt.class));
 * Receipt receipt = payments.run(idempotencyKey, requestBody, attempt -> charge(order, attempt.token()));
 * }</pre>
 *
 * <ul>
 *   <li>Promise: per key one outcome is recorded, and nobody gets another one until it expires. While an attempt has the key no other
 *       one begins. One that crashed loses the key with its lease, the next one gets a higher token, and what the old one still wants
 *       to record is refused.
 *   <li>No promise: that the effect happens once. An attempt can die between its effect and the record, be paused beyond its lease, or
 *       lose its record by a failover, an eviction or FLUSHALL; then the work runs again. It is once only when the effect itself is
 *       guarded: by the token, or in one transaction with the key, see {@link dev.keywright.once.jdbc.OnceTable}.
 *   <li>Commands: begin and end are one EVALSHA each, 2 round trips together; a completed key 1. Long attempts send a sign of life every
 *       third of their lease.
 *   <li>Waiting: the end of an attempt is published to those who wait; they also look by themselves, after 20 ms doubling to 500 ms.
 *   <li>Lost answers: every call carries the attempt's own random name, so it is sent again within its deadline and recognises itself. A
 *       begin whose outcome stays unknown is freed in the background, or else ends with its lease.
 *   <li>Fingerprint: what is asked for, such as the request's body. Its SHA-256 is stored; the same key with another one is refused.
 *   <li>Memory: one hash per key, some 250 bytes and the result, from the begin until lease and retention are over.
 *   <li>Clock: the server's for leases between processes, the process's monotonic one for what it holds. Threads: any number.
 * </ul>
 */
public final class Once<V> {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "HMGET",
                            "HSET",
                            "PEXPIRE",
                            "PUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE"),
                    List.of("once:*"))
            .withChannels(List.of("once:*"))
            .thatLast();

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Records<V> records;
    private final LifeSigns signs;
    private final Wakes wakes;

    /**
     * The work of one key.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Action<V, X extends Exception> {

        /** Does the work. It may end the attempt itself, as with {@link Attempt#fail}; what it returns or throws then only passes. */
        V run(Attempt<V> attempt) throws X;
    }

    /** Users call {@code Keywright.once}. */
    public Once(Connection connection, String name, OnceOptions options, Codec<V> codec) {
        this.records = new Records<>(connection, name, options, codec);
        this.signs = new LifeSigns(name);
        this.wakes = new Wakes(connection, records.channel());
    }

    // --- the whole of it

    /**
     * Runs the action, or gives what came of it before. Waits {@link OnceOptions#patience()} for another attempt. While the action runs,
     * signs of life go out. What it throws is thrown, and frees the key: it counts as not done, and the next retry runs it anew.
     *
     * @return the recorded result, of this run or an earlier one
     * @throws KeywrightException.Misused when it failed for good before, or the key belongs to a request with another fingerprint
     * @throws KeywrightException.Unavailable when Redis did not answer, or only when the lease was over, or another attempt took too
     *     long. If {@link KeywrightException.Unavailable#outcomeUnknown()} the action was done, and nobody knows whether that was recorded.
     * @throws KeywrightException.Lost when the action was done, and another attempt had taken over in the meantime
     */
    public <X extends Exception> V run(String key, String fingerprint, Action<V, X> action) throws X {
        Begin<V> begin = begin(key, fingerprint, records.options.patience());
        if (!(begin instanceof Attempt<V> attempt)) {
            return outcome(begin);
        }
        requireLease(attempt);
        attempt.keepAlive();
        try {
            V result = done(action, attempt);
            if (!attempt.isFinished()) {
                record(attempt, result);
            }
            return result;
        } finally {
            attempt.quiet();
        }
    }

    private static <V, X extends Exception> V done(Action<V, X> action, Attempt<V> attempt) throws X {
        try {
            return action.run(attempt);
        } catch (Throwable e) {
            if (!attempt.isFinished()) {
                attempt.abandon();
            }
            throw e;
        }
    }

    /** The work is done, so its record is worth more than one try. */
    private static <V> void record(Attempt<V> attempt, V result) {
        for (long pause = SHORTEST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            try {
                attempt.complete(result);
                return;
            } catch (KeywrightException.Unavailable away) {
                if (Thread.currentThread().isInterrupted()) {
                    recordInterrupted(attempt, result);
                    return;
                }
                if (!attempt.isHeld()) {
                    throw unrecorded(away);
                }
            }
            LockSupport.parkNanos(pause);
        }
    }

    /** An interrupt asks to stop soon, and not to forget what was done: one more try, which no interrupt ends. */
    private static <V> void recordInterrupted(Attempt<V> attempt, V result) {
        try {
            attempt.completeAsync(result).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof KeywrightException.Unavailable away
                    ? unrecorded(away)
                    : e.getCause() instanceof RuntimeException other ? other : e;
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    private void requireLease(Attempt<V> attempt) {
        if (!attempt.isHeld()) {
            attempt.abandon();
            throw new KeywrightException.Unavailable(
                    "The answer came when the lease of "
                            + records.options.lease().toMillis() + " ms was over (" + records.where()
                            + "). Nothing was done. Try again, or give a longer lease.",
                    false);
        }
    }

    /** {@link #run} without waiting; the action runs on the connection's callbacks executor and should not block it. */
    public CompletionStage<V> runAsync(
            String key, String fingerprint, Function<? super Attempt<V>, ? extends CompletionStage<V>> action) {
        return beginAsync(key, fingerprint, records.options.patience()).thenCompose(begin -> {
            if (!(begin instanceof Attempt<V> attempt)) {
                return CompletableFuture.completedStage(outcome(begin));
            }
            requireLease(attempt);
            attempt.keepAlive();
            return started(action, attempt)
                    .handle((result, failure) -> {
                        if (failure == null) {
                            return attempt.isFinished()
                                    ? CompletableFuture.completedStage(result)
                                    : recordLater(attempt, result, SHORTEST_PAUSE);
                        }
                        if (!attempt.isFinished()) {
                            attempt.abandon();
                        }
                        return CompletableFuture.<V>failedStage(cause(failure));
                    })
                    .thenCompose(Function.identity())
                    .whenComplete((over, failure) -> attempt.quiet());
        });
    }

    private static <V> CompletionStage<V> started(
            Function<? super Attempt<V>, ? extends CompletionStage<V>> action, Attempt<V> attempt) {
        try {
            return Objects.requireNonNull(action.apply(attempt), "The action gave no CompletionStage");
        } catch (Throwable e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static <V> CompletionStage<V> recordLater(Attempt<V> attempt, V result, long pause) {
        return attempt.completeAsync(result)
                .handle((done, failure) -> {
                    Throwable cause = cause(failure);
                    if (cause == null) {
                        return CompletableFuture.completedStage(result);
                    }
                    if (!(cause instanceof KeywrightException.Unavailable away)) {
                        return CompletableFuture.<V>failedStage(cause);
                    }
                    if (!attempt.isHeld()) {
                        return CompletableFuture.<V>failedStage(unrecorded(away));
                    }
                    Executor later = CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS);
                    return CompletableFuture.runAsync(() -> {}, later)
                            .thenCompose(now -> recordLater(attempt, result, Math.min(pause * 2, LONGEST_PAUSE)));
                })
                .thenCompose(Function.identity());
    }

    private static KeywrightException unrecorded(KeywrightException.Unavailable away) {
        return new KeywrightException.Unavailable(
                "The action was done, and nobody knows whether its result was recorded: " + away.getMessage(),
                true,
                away);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private V outcome(Begin<V> begin) {
        if (begin instanceof Begin.Completed<V> completed) {
            return completed.result();
        }
        if (begin instanceof Begin.Failed<V> failed) {
            throw new KeywrightException.Misused(
                    "This has failed for good before: " + failed.reason() + " (" + records.where() + ")");
        }
        if (begin instanceof Begin.Running<V> running) {
            throw new KeywrightException.Unavailable(
                    "Another attempt has been under way for "
                            + running.since().toMillis() + " ms (" + records.where()
                            + "). Ask again later, with the same key.",
                    false);
        }
        throw new KeywrightException.Misused("This key was used for a request with another fingerprint ("
                + records.where() + "). Use a new key for a new request.");
    }

    // --- step by step

    /** {@link #begin(String, String, Duration)} that does not wait. */
    public Begin<V> begin(String key, String fingerprint) {
        return begin(key, fingerprint, Duration.ZERO);
    }

    /**
     * Asks for the right to do the work of this key.
     *
     * @param key of the request; the client makes it, and sends the same one with every retry
     * @param fingerprint what the request asks for, as a text
     * @param wait how long to wait for the end of an attempt that is under way, zero for not at all
     * @return the attempt, whose lease runs from now, or what the key says instead
     * @throws KeywrightException.Unavailable when Redis did not answer; if an attempt began nevertheless, it is freed or ends with its
     *     lease
     */
    public Begin<V> begin(String key, String fingerprint, Duration wait) {
        Asking asking = new Asking(key, fingerprint, wait);
        Begin<V> begin = asking.ask(false);
        if (!(begin instanceof Begin.Running) || asking.left() == 0) {
            return begin;
        }
        try (Wakes.Waiter waiter = wakes.waiter(key)) {
            begin = asking.ask(true);
            while (begin instanceof Begin.Running<V> running && asking.left() > 0) {
                await(waiter.next(asking.pause(running)));
                begin = asking.ask(true);
            }
            return begin;
        }
    }

    /** {@link #begin(String, String, Duration)} without blocking. */
    public CompletionStage<Begin<V>> beginAsync(String key, String fingerprint, Duration wait) {
        Asking asking = new Asking(key, fingerprint, wait);
        return asking.askLater(false).thenCompose(begin -> {
            if (!(begin instanceof Begin.Running) || asking.left() == 0) {
                return CompletableFuture.completedStage(begin);
            }
            Wakes.Waiter waiter = wakes.waiter(key);
            return asking.askUntilOver(waiter).whenComplete((over, failure) -> waiter.close());
        });
    }

    private void await(CompletableFuture<@Nullable Void> bell) {
        try {
            bell.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting for another attempt (" + records.where() + "). Nothing was begun.",
                    false,
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // a bell only rings
        }
    }

    /** One begin, which may have to ask several times; as the same owner, so that it never stands in its own way. */
    private final class Asking {

        private final String key;
        private final byte[] owner = Records.newOwner();
        private final byte[] request;
        private final long start = System.nanoTime();
        private final long waitNanos;

        Asking(String key, String fingerprint, Duration wait) {
            OnceOptions.checkWait(wait);
            this.key = key;
            this.request = Records.digest(fingerprint);
            this.waitNanos = wait.toNanos();
        }

        long left() {
            return Math.max(0, waitNanos - (System.nanoTime() - start));
        }

        /** No longer than until the wait or the other one's lease is over. */
        long pause(Begin.Running<V> running) {
            return Math.min(left(), running.leaseLeft().toNanos());
        }

        Begin<V> ask(boolean waits) {
            long askedAt = System.nanoTime();
            try {
                return read(
                        records.begin(key, owner, request, waits).call(records.connection, records.deadline), askedAt);
            } catch (KeywrightException.Unavailable e) {
                throw abandoned(e);
            }
        }

        CompletionStage<Begin<V>> askLater(boolean waits) {
            long askedAt = System.nanoTime();
            return records.begin(key, owner, request, waits)
                    .send(records.connection, records.deadline)
                    .thenApply(reply -> read(reply, askedAt))
                    .whenComplete((begin, failure) -> {
                        if (cause(failure) instanceof KeywrightException.Unavailable e) {
                            abandoned(e);
                        }
                    });
        }

        CompletionStage<Begin<V>> askUntilOver(Wakes.Waiter waiter) {
            return askLater(true).thenCompose(begin -> {
                if (!(begin instanceof Begin.Running<V> running) || left() == 0) {
                    return CompletableFuture.completedStage(begin);
                }
                return waiter.next(pause(running)).thenComposeAsync(rung -> askUntilOver(waiter));
            });
        }

        private KeywrightException.Unavailable abandoned(KeywrightException.Unavailable e) {
            if (e.outcomeUnknown()) {
                Attempt.abandon(records, key, owner);
            }
            return e;
        }

        private Begin<V> read(Reply reply, long askedAt) {
            List<Reply> items = reply.orThrow(records.where()).items();
            return switch (items.get(0).text()) {
                case "began" ->
                    new Attempt<>(records, signs, key, owner, items.get(1).number(), askedAt);
                case "running" ->
                    new Begin.Running<>(
                            Duration.ofMillis(items.get(2).number()),
                            Duration.ofMillis(items.get(1).number()));
                case "done" -> new Begin.Completed<>(records.result(items.get(1).bytes()));
                case "failed" -> new Begin.Failed<>(items.get(1).text());
                default -> new Begin.OtherRequest<>();
            };
        }
    }

    @Override
    public String toString() {
        return records.where();
    }
}
