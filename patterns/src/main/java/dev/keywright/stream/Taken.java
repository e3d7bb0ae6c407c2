package dev.keywright.stream;

import org.jspecify.annotations.Nullable;

/** An event that a worker has and has not finished. A taken event is begun at most once; for its next attempt it is taken again. */
final class Taken<T> {

    private enum State {
        WAITS,
        RUNS,
        RESTS,
        OVER
    }

    final Event<T> event;
    private State state = State.WAITS;
    private @Nullable Thread runner;
    private long begunAt;
    private boolean isLate;
    private final boolean comesAlone;
    private volatile long keptUntil;

    Taken(Event<T> event, long keptUntil) {
        this(event, keptUntil, event.attempt() > 1);
    }

    private Taken(Event<T> event, long keptUntil, boolean comesAlone) {
        this.event = event;
        this.keptUntil = keptUntil;
        this.comesAlone = comesAlone;
    }

    /** The same, to be begun without others: it was among those that failed together. */
    Taken<T> alone() {
        return new Taken<>(event, keptUntil, true);
    }

    boolean comesAlone() {
        return comesAlone;
    }

    EventId id() {
        return event.id();
    }

    void keptUntil(long time) {
        keptUntil = time;
    }

    /** True when the handler may begin now: nobody else can have it yet. */
    synchronized boolean begin(long now) {
        if (state != State.WAITS || now - keptUntil >= 0) {
            return false;
        }
        state = State.RUNS;
        runner = Thread.currentThread();
        begunAt = now;
        return true;
    }

    /** The handler is done; true when its result counts. No interrupt for it comes from now on. */
    synchronized boolean end() {
        runner = null;
        if (state != State.RUNS) {
            return false;
        }
        state = State.OVER;
        return true;
    }

    /** It waits for its next attempt. */
    synchronized void rest() {
        state = State.RESTS;
    }

    /** Another one has it, or it is not to be begun; its handler, if one is busy with it, is told. */
    synchronized boolean lose() {
        boolean ran = state == State.RUNS;
        state = State.OVER;
        interrupt();
        return ran;
    }

    /** Tells the handler when it takes too long; true once it did. */
    synchronized boolean isLate(long now, long timeoutNanos) {
        if (state == State.RUNS && timeoutNanos > 0 && !isLate && now - begunAt > timeoutNanos) {
            isLate = true;
            interrupt();
        }
        return isLate;
    }

    synchronized boolean isLate() {
        return isLate;
    }

    /** Its handler was told that it takes too long, and goes on. */
    synchronized boolean isOverdue() {
        return isLate && state == State.RUNS;
    }

    synchronized boolean isResting() {
        return state == State.RESTS;
    }

    synchronized boolean isUntouched() {
        return state == State.WAITS;
    }

    synchronized boolean isRunning() {
        return runner != null;
    }

    /** Tells the handler to stop. */
    synchronized void interrupt() {
        Thread thread = runner;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
