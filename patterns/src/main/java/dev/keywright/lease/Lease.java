package dev.keywright.lease;

import dev.keywright.Lost;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Something held on the server until a moment that is reckoned from before the server was asked. {@link Leases} renews it and tells of
 * its loss. It ends once: by {@link #end()} or by {@link #lose}.
 */
public final class Lease {

    private enum State {
        ASKED,
        HELD,
        ENDED,
        LOST
    }

    private static final long START = System.nanoTime();
    private static final long LONGEST_MARGIN = TimeUnit.SECONDS.toNanos(1);
    private static final int CLOCKS_DIFFER =
            1_000; // a part of the time by which the clocks of two machines may drift apart
    private static final long NEVER = Long.MAX_VALUE;

    private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);
    private final Function<Duration, Script.Invocation> renewal;
    private final Consumer<Lost> onLoss;
    private final Duration length;
    private final long nanos;
    private final boolean renewed;
    private final long renewUntil;
    private volatile long until; // its end, less the margin
    private volatile long renewAt;

    /**
     * @param renewal writes what lets the lease begin anew; its answer is 1, or 0 when it is lost
     * @param renewFor how long it is renewed, zero for not at all
     * @param onLoss told once, on the thread that found out; must be short
     */
    public Lease(
            Duration length, Duration renewFor, Function<Duration, Script.Invocation> renewal, Consumer<Lost> onLoss) {
        this.renewal = renewal;
        this.onLoss = onLoss;
        this.length = length;
        this.nanos = length.toNanos();
        long now = now();
        this.renewed = !renewFor.isZero();
        this.renewUntil = now + renewFor.toNanos();
        begins(now, nanos, true);
    }

    /** Nanoseconds since this class was loaded, so that they compare as numbers. */
    public static long now() {
        return System.nanoTime() - START;
    }

    /** Answers come in any order, so that a lease which is not anew never gets shorter; nor does it on the server. */
    private synchronized void begins(long askedAt, long lasting, boolean anew) {
        long margin = Math.max(Math.min(lasting / 10, LONGEST_MARGIN), lasting / CLOCKS_DIFFER);
        until = anew ? askedAt + lasting - margin : Math.max(until, askedAt + lasting - margin);
        long due = until + margin - nanos + nanos / 3;
        renewAt = due < renewUntil ? due : NEVER;
    }

    /** The server granted it, asked at that time. */
    public void granted(long askedAt) {
        begins(askedAt, nanos, true);
        state.set(State.HELD);
    }

    /** The server let it begin anew, asked at that time. */
    public void extended(long askedAt, Duration lasting) {
        begins(askedAt, lasting.toNanos(), false);
    }

    boolean isAsked() {
        return state.get() == State.ASKED;
    }

    /** What is left, less the margin; zero unless it is held. */
    public long remaining() {
        return state.get() == State.HELD ? Math.max(0, until - now()) : 0;
    }

    public long nanos() {
        return nanos;
    }

    /** Ends it on purpose; false when it was lost or ended before. */
    public boolean end() {
        return state.compareAndSet(State.HELD, State.ENDED);
    }

    /** Tells of the loss, unless it was lost or ended before. */
    public void lose(Lost why) {
        if (state.compareAndSet(State.HELD, State.LOST)) {
            onLoss.accept(why);
        }
    }

    // --- for Leases

    Script.Invocation renewal() {
        return renewal.apply(length);
    }

    Duration length() {
        return length;
    }

    /** When something is to be done. */
    long nextAt() {
        return Math.min(renewAt, until);
    }

    boolean isOver(long now) {
        return now >= until;
    }

    boolean isDue(long now) {
        return now >= renewAt;
    }

    /** Not to be renewed before that time; an answer comes earlier. */
    void renewAgainAt(long time) {
        renewAt = time;
    }

    Lost whyOver() {
        return renewed && renewAt == NEVER ? Lost.TOO_LONG : Lost.LEASE_OVER;
    }
}
