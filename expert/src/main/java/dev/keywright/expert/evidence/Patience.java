package dev.keywright.expert.evidence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The time a measurement has, and whether it was called off. The only clock of the expert: it measures, it decides nothing. */
final class Patience {

    private static final long PAUSE_NANOS = 2_000_000;

    private final long endNanos;
    private final AtomicBoolean calledOff;

    private Patience(long endNanos, AtomicBoolean calledOff) {
        this.endNanos = endNanos;
        this.calledOff = calledOff;
    }

    static Patience of(Duration time) {
        return new Patience(now() + time.toNanos(), new AtomicBoolean());
    }

    /** A part of what is left, called off together with it. */
    Patience share(double ratio) {
        return new Patience(now() + Math.round(leftNanos() * ratio), calledOff);
    }

    /** This one, or one of that length when less is left. */
    Patience atLeast(Duration time) {
        return leftNanos() >= time.toNanos() ? this : new Patience(now() + time.toNanos(), calledOff);
    }

    static long now() {
        return System.nanoTime();
    }

    long leftNanos() {
        return Math.max(0, endNanos - now());
    }

    boolean isOver() {
        return calledOff.get() || endNanos - now() <= 0;
    }

    void callOff() {
        calledOff.set(true);
    }

    boolean isCalledOff() {
        return calledOff.get() || Thread.currentThread().isInterrupted();
    }

    /** @throws EvidenceException when it was called off or the thread interrupted */
    void goOn() {
        if (isCalledOff()) {
            throw new EvidenceException("The measurement was interrupted; what it had written is removed.");
        }
    }

    /** Asks every 2 ms; false when the time was up first. */
    boolean await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            goOn();
            if (isOver()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
