package dev.keywright.limit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Recent refusals, so that a subject who has to wait anyway costs no round trip. A fixed table with one place per hash:
 * never grows, never locks; two subjects that share a place only forget each other. Waits are counted from before the
 * question was sent, so a remembered refusal never outlasts the server's.
 */
final class Refusals {

    private record Entry(Decision.Refused refused, long since) {}

    private final AtomicReferenceArray<@Nullable Entry> places;

    Refusals(int subjects) {
        this.places =
                new AtomicReferenceArray<>(subjects == 0 ? 0 : Integer.highestOneBit(Math.max(1, subjects * 2 - 1)));
    }

    void remember(Decision.Refused refused, long askedAt) {
        if (places.length() > 0) {
            places.setRelease(place(refused.subject()), new Entry(refused, askedAt));
        }
    }

    /** What the server would say again. A refusal of some permits says nothing about fewer. */
    Decision.@Nullable Refused find(String subject, int permits) {
        if (places.length() == 0) {
            return null;
        }
        Entry entry = places.getAcquire(place(subject));
        if (entry == null || !entry.refused.subject().equals(subject) || permits < entry.refused.permits()) {
            return null;
        }
        Duration passed = Duration.ofNanos(System.nanoTime() - entry.since);
        Duration wait = entry.refused.retryAfter().minus(passed);
        if (wait.isNegative() || wait.isZero()) {
            return null;
        }
        Duration reset = entry.refused.resetAfter().minus(passed);
        return new Decision.Refused(
                subject,
                permits,
                entry.refused.limit(),
                entry.refused.remaining(),
                reset.isNegative() ? Duration.ZERO : reset,
                wait,
                Decision.Basis.REMEMBERED);
    }

    void forget(String subject) {
        if (places.length() > 0) {
            places.setRelease(place(subject), null);
        }
    }

    void forgetAll() {
        for (int i = 0; i < places.length(); i++) {
            places.setRelease(i, null);
        }
    }

    private int place(String subject) {
        int hash = subject.hashCode() * 0x9E3779B9;
        return (hash >>> 16 ^ hash) & places.length() - 1;
    }
}
