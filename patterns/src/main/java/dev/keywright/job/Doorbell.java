package dev.keywright.job;

import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the inbox of a queue over a connection of its own. What it hears is only a hint; a connection that breaks is opened anew,
 * after a pause that grows.
 */
final class Doorbell implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final long SHORTEST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1_000;

    private final JobKeys keys;
    private final ScheduledExecutorService clock;
    private final Runnable ring;
    private @Nullable Session session;
    private long pauseMillis = SHORTEST_PAUSE;
    private boolean armed;
    private boolean closed;

    Doorbell(JobKeys keys, ScheduledExecutorService clock, Runnable ring) {
        this.keys = keys;
        this.clock = clock;
        this.ring = ring;
    }

    /** Rings once, when there is something in the inbox, or the wait is over, or the connection is broken. */
    void arm(Duration wait) {
        synchronized (this) {
            if (armed || closed) {
                return;
            }
            armed = true;
        }
        try {
            CompletionStage<Reply> answer = open().send(keys.await(wait), wait.plus(GRACE));
            CompletionStage<Reply> unused = answer.whenComplete((reply, failure) -> {
                if (failure == null && !(reply instanceof Reply.Failure)) {
                    heard();
                } else {
                    broken();
                }
            });
        } catch (RuntimeException e) { // away, or closed
            broken();
        }
    }

    private synchronized Session open() {
        if (session == null) {
            session = keys.connection().dedicated(keys.home());
        }
        return session;
    }

    private void heard() {
        synchronized (this) {
            armed = false;
            pauseMillis = SHORTEST_PAUSE;
        }
        ring.run();
    }

    private void broken() {
        long pause;
        synchronized (this) {
            hangUp();
            if (closed) {
                return;
            }
            pause = pauseMillis;
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE);
        }
        try {
            var unused = clock.schedule(this::rung, pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException over) {
            close();
        }
    }

    private void rung() {
        synchronized (this) {
            armed = false;
        }
        ring.run();
    }

    /** Elsewhere, as it takes its time. */
    private void hangUp() {
        Session ended = session;
        session = null;
        if (ended != null) {
            keys.lessee.executor().execute(ended::close);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        hangUp();
    }
}
