package dev.keywright.ops.drill;

/**
 * One operation of a workload. Times are nanoseconds since the workload's start; the three last fields are written by the one
 * thread that gets the answer, and read after the workload has stopped.
 */
final class Operation {

    /** What is done, and where. */
    enum Kind {
        WRITE,
        READ,
        REPLICA_READ
    }

    final Kind kind;
    final int key;
    /** A write: its place in the key's sequence, from 1. A read: the highest one acknowledged when it was sent. */
    final int number;

    final long scheduled;
    final long sent;
    Outcome outcome = Outcome.UNKNOWN;
    long done;
    /** A read: the highest number it returned. */
    int seen;

    Operation(Kind kind, int key, int number, long scheduled, long sent) {
        this.kind = kind;
        this.key = key;
        this.number = number;
        this.scheduled = scheduled;
        this.sent = sent;
    }

    boolean acknowledged() {
        return outcome == Outcome.ACKNOWLEDGED;
    }

    /** A read that returned less than what was acknowledged before it was sent. */
    boolean stale() {
        return kind != Kind.WRITE && acknowledged() && seen < number;
    }
}
