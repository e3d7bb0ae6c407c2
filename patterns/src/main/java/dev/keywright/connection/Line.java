package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisChannelWriter;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls over one Lettuce writer, blocking and asynchronous, with the rules of {@link Connection}.
 *
 * <p>Lettuce is told to reject commands while it is disconnected, which also keeps it from replaying what it had written.
 * So every sending ends in one of three ways: a reply; broken after it was written (outcome unknown); broken before
 * (nothing happened). The last one, the second for repeatable commands, and a reply that the {@link Judge} calls passing, are
 * tried again here, within the call's deadline, after a pause that grows from 1 to 32 ms. A blocking call waits on its own
 * thread and passes through no future.
 */
final class Line {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(32);

    private final RedisChannelWriter writer;
    private final String where;
    private final ConnectionOptions options;
    private final HashedWheelTimer timer;
    private final Plant plant;
    private final Tally tally;
    private final Judge judge;
    private final boolean reconnects;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closed;

    Line(RedisChannelWriter writer, String where, Plant plant, Tally tally, Judge judge, boolean reconnects) {
        this.writer = writer;
        this.where = where;
        this.options = plant.options;
        this.timer = plant.timer;
        this.plant = plant;
        this.tally = tally;
        this.judge = judge;
        this.reconnects = reconnects;
    }

    int waiting() {
        return waiting.get();
    }

    void close() {
        closed = true;
    }

    // --- blocking

    /** A call whose caller stands and waits. */
    static final class Blocking extends Call {

        private volatile @Nullable Thread waiter;

        Blocking(Command command) {
            super(command);
        }

        @Override
        void settled() {
            Thread thread = waiter;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }

        /** The outcome, or null when the deadline passed or the thread was interrupted. */
        @Nullable
        Object await(long deadline) {
            if (outcome() == null) {
                waiter = Thread.currentThread();
                while (outcome() == null) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0 || Thread.currentThread().isInterrupted()) {
                        break;
                    }
                    LockSupport.parkNanos(this, left);
                }
                waiter = null;
            }
            return outcome();
        }
    }

    Reply call(Command command, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (Thread.currentThread().isInterrupted()) {
            throw Failures.interrupted(command, false);
        }
        tally.calls.increment();
        Blocking call = new Blocking(command);
        writer.write(call);
        if (call.await(deadline) instanceof Reply reply && !(reply instanceof Reply.Failure)) {
            tally.answered.increment();
            return reply;
        }
        return callAgain(call, deadline, timeout);
    }

    /** Apart from the fast path, so that it stays small. */
    private Reply callAgain(Blocking first, long deadline, Duration timeout) {
        try {
            Reply reply = finish(first, deadline, timeout);
            tally.answered.increment();
            return reply;
        } catch (KeywrightException e) {
            tally.failed(e);
            throw e;
        }
    }

    /** The reply, after as many sendings as it takes and the deadline allows. */
    private Reply finish(Blocking first, long deadline, Duration timeout) {
        Command command = first.command;
        Blocking call = first;
        long pause = SHORTEST_PAUSE;
        boolean unknown = false;
        while (true) {
            Object outcome = call.await(deadline);
            if (outcome == null) {
                boolean interrupted = Thread.currentThread().isInterrupted();
                call.cancel();
                if (!(call.outcome() instanceof Reply lastMoment)) {
                    throw interrupted
                            ? Failures.interrupted(command, true)
                            : silent(Failures.noAnswer(command, timeout));
                }
                outcome = lastMoment;
            }
            Reply answer = answer(outcome);
            if (answer != null) {
                return answer;
            }
            unknown |= outcome instanceof Call.Broken broken && broken.written();
            KeywrightException verdict = verdict(command, outcome);
            if (verdict == null) {
                verdict = pause(pause, deadline, command, outcome, timeout);
            }
            if (verdict != null) {
                throw unknown ? Failures.broken(command, cause(outcome)) : verdict;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            tally.sentAgain.increment();
            call = new Blocking(command);
            writer.write(call);
        }
    }

    private KeywrightException silent(KeywrightException.Unavailable noAnswer) {
        tally.timedOut();
        judge.silence();
        return noAnswer;
    }

    /** Waits for the connection, or the node, to return; what ends the call instead, or null. */
    private @Nullable KeywrightException pause(
            long nanos, long deadline, Command command, Object outcome, Duration timeout) {
        if (!enterWaiting()) {
            return Failures.tooMany(command, options.maxWaiting(), "wait for the connection to return");
        }
        try {
            long until = System.nanoTime() + nanos;
            if (until + nanos - deadline >= 0) { // what is sent at the last moment may run, and nobody would know
                until = deadline;
            }
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                if (Thread.currentThread().isInterrupted()) {
                    return Failures.interrupted(command, false);
                }
                LockSupport.parkNanos(this, left);
            }
            return until == deadline ? late(command, outcome, timeout) : null;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private boolean enterWaiting() {
        if (waiting.incrementAndGet() > options.maxWaiting()) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    /** The reply to hand out; null when there is none, or one that another sending may better. */
    private @Nullable Reply answer(Object outcome) {
        if (outcome instanceof Reply.Failure failure) {
            return judge.judge(failure);
        }
        return outcome instanceof Reply reply ? reply : null;
    }

    /** What a sending without an answer ends in, or null when it may be tried again. */
    private @Nullable KeywrightException verdict(Command command, Object outcome) {
        if (!(outcome instanceof Call.Broken broken)) {
            return null;
        }
        if (broken.written()) {
            return command.repeatable() && reconnects && !closed ? null : Failures.broken(command, broken.cause());
        }
        if (closed) {
            return Failures.closed(command);
        }
        if (isBacklog(broken.cause())) {
            return Failures.tooMany(command, options.maxInFlight(), "wait for an answer");
        }
        return reconnects ? null : Failures.notConnected(command, Duration.ZERO, where);
    }

    /** What a call says that may be sent again and has no time left for it. */
    private KeywrightException late(Command command, Object outcome, Duration timeout) {
        return outcome instanceof Reply.Failure failure
                ? Failures.of(failure, command.name())
                : Failures.notConnected(command, timeout, where);
    }

    private static @Nullable Throwable cause(Object outcome) {
        return outcome instanceof Call.Broken broken ? broken.cause() : null;
    }

    /** Lettuce has no type for "too many commands in flight", only these words. */
    private static boolean isBacklog(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message != null && message.contains("size exceeded");
    }

    // --- many at once

    List<Reply> batch(List<Command> commands, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<Blocking> calls = new ArrayList<>(commands.size());
        for (Command command : commands) {
            calls.add(new Blocking(command));
        }
        tally.calls.add(calls.size());
        try {
            writer.write(calls);
        } catch (RuntimeException e) { // a node of a Cluster that cannot be reached; others may have got theirs
            calls.forEach(call -> call.settle(new Call.Broken(e, true)));
        }
        for (int i = calls.size() - 1; i >= 0; i--) { // the last answer comes last: wait for that one first
            calls.get(i).await(deadline);
        }
        List<Reply> replies = new ArrayList<>(calls.size());
        try {
            for (Blocking call : calls) {
                replies.add(callAgain(call, deadline, timeout));
            }
        } catch (KeywrightException e) {
            calls.subList(replies.size() + 1, calls.size()).forEach(rest -> forget(rest, e));
            throw e;
        }
        return replies;
    }

    /** Counts a call whose reply nobody gets, because another one of its batch failed. */
    private void forget(Blocking call, KeywrightException why) {
        if (call.outcome() instanceof Reply) {
            tally.answered.increment();
        } else {
            tally.failed(why);
        }
    }

    // --- asynchronous

    CompletionStage<Reply> send(Command command, Duration timeout) {
        if (closed) {
            return CompletableFuture.failedStage(Failures.closed(command));
        }
        tally.calls.increment();
        CompletableFuture<Reply> future = new CompletableFuture<>();
        new Attempts(command, timeout, future).write();
        return future;
    }

    /** The sendings of one asynchronous call, under one deadline. */
    private final class Attempts {

        private final Command command;
        private final Duration timeout;
        private final CompletableFuture<Reply> future;
        private final long deadline;
        private final Timeout alarm;
        private long pause = SHORTEST_PAUSE;
        private boolean unknown;
        private volatile @Nullable Async current;

        Attempts(Command command, Duration timeout, CompletableFuture<Reply> future) {
            this.command = command;
            this.timeout = timeout;
            this.future = future;
            this.deadline = System.nanoTime() + timeout.toNanos();
            this.alarm = timer.newTimeout(ring -> timedOut(), timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        void write() {
            Async call = new Async(this);
            current = call;
            if (deadline - System.nanoTime() <= 0) { // the alarm may have rung between two attempts
                timedOut();
            } else {
                writer.write(call);
            }
        }

        private void timedOut() {
            Async call = current;
            if (call != null && call.outcome() == null) {
                call.settle(new Call.Broken(Failures.noAnswer(command, timeout), true));
            }
        }

        void settled(Object outcome) {
            Reply answer = answer(outcome);
            if (answer != null) {
                alarm.cancel();
                tally.answered.increment();
                deliver(() -> future.complete(answer));
                return;
            }
            if (cause(outcome) instanceof KeywrightException.Unavailable timedOut) {
                fail(silent(timedOut));
                return;
            }
            unknown |= outcome instanceof Call.Broken broken && broken.written();
            KeywrightException verdict = verdict(command, outcome);
            if (verdict == null && deadline - System.nanoTime() <= 2 * pause) {
                verdict = late(command, outcome, timeout);
            }
            if (verdict == null && !enterWaiting()) {
                verdict = Failures.tooMany(command, options.maxWaiting(), "wait for the connection to return");
            }
            if (verdict != null) {
                fail(unknown ? Failures.broken(command, cause(outcome)) : verdict);
                return;
            }
            timer.newTimeout(
                    ring -> {
                        waiting.decrementAndGet();
                        tally.sentAgain.increment();
                        write();
                    },
                    pause,
                    TimeUnit.NANOSECONDS);
            pause = Math.min(pause * 2, LONGEST_PAUSE);
        }

        private void deliver(Runnable answer) {
            Deliveries.execute(plant.callbacks, answer);
        }

        private void fail(KeywrightException exception) {
            alarm.cancel();
            tally.failed(exception);
            deliver(() -> future.completeExceptionally(exception));
        }
    }

    /** A call whose caller went on. */
    private static final class Async extends Call {

        private final Attempts attempts;

        Async(Attempts attempts) {
            super(attempts.command);
            this.attempts = attempts;
        }

        @Override
        @SuppressWarnings("NullAway") // settled: the outcome is there
        void settled() {
            attempts.settled(outcome());
        }
    }
}
