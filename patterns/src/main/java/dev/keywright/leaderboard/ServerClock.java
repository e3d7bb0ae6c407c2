package dev.keywright.leaderboard;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What time it is on the server that has the board: asked at first, in the background once in a while afterwards, and counted on by this
 * process's monotonic clock in between. Only the first look waits for an answer. Threads: any number.
 */
final class ServerClock extends Clock {

    private static final Script TIME = Script.beside(ServerClock.class, "time.lua");
    private static final byte[] MILLIS = {'1', '0', '0', '0'};
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Reading(long millis, long nanos) {}

    private final Connection connection;
    private final byte[] key;
    private final Duration deadline;
    private final String where;
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private volatile @Nullable Reading last;

    ServerClock(Connection connection, byte[] key, Duration deadline, String where) {
        this.connection = connection;
        this.key = key;
        this.deadline = deadline;
        this.where = where;
    }

    @Override
    public long millis() {
        Reading reading = last;
        if (reading == null) {
            long asked = System.nanoTime();
            reading = read(question().call(connection, deadline), asked);
        } else if (System.nanoTime() - reading.nanos > FRESH_NANOS && isAsking.compareAndSet(false, true)) {
            askAgain();
        }
        return reading.millis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - reading.nanos);
    }

    private void askAgain() {
        long asked = System.nanoTime();
        var unused = question().send(connection, deadline).handle((reply, failure) -> {
            isAsking.set(false);
            return reply instanceof Reply.Failure || reply == null ? null : read(reply, asked); // else at the next look
        });
    }

    private Script.Invocation question() {
        return TIME.with(key, MILLIS).repeatable();
    }

    /** The answer is taken for made half way between question and now. */
    private Reading read(Reply reply, long asked) {
        Reading reading = new Reading(reply.orThrow(where).number(), asked + (System.nanoTime() - asked) / 2);
        last = reading;
        return reading;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("A board's window has its own zone");
    }
}
