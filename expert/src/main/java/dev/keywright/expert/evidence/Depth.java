package dev.keywright.expert.evidence;

import java.time.Duration;

/** How much is measured. */
public enum Depth {
    /** Nothing. */
    NONE(Duration.ZERO, Duration.ZERO, 0, 0),
    /** A few seconds in all: enough to tell layouts apart that differ by a fifth. */
    QUICK(Duration.ofMillis(2_700), Duration.ofMillis(1_300), 100_000, 64 << 20),
    /** Up to a minute: larger samples, steadier figures. */
    FULL(Duration.ofSeconds(24), Duration.ofSeconds(12), 1_000_000, 512 << 20);

    private final Duration first;
    private final Duration further;
    private final long mostItems;
    private final long mostBytes;

    Depth(Duration first, Duration further, long mostItems, long mostBytes) {
        this.first = first;
        this.further = further;
        this.mostItems = mostItems;
        this.mostBytes = mostBytes;
    }

    /** Wall time for so many needs, the start of a server included. */
    Duration budget(int needs) {
        return first.plus(further.multipliedBy(Math.max(0, needs - 1L)));
    }

    /** Items of a sample on a server of our own. */
    long mostItems() {
        return mostItems;
    }

    /** Bytes sent to load a sample, and again bytes sent to drive it, on a server of our own. */
    long mostBytes() {
        return mostBytes;
    }
}
