package dev.keywright.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A client's clock that goes wrong: the system's, so much ahead or, with a negative offset, behind. Any thread may use it. */
public final class SkewedClock implements InstantSource {

    private volatile Duration offset;

    private SkewedClock(Duration offset) {
        this.offset = offset;
    }

    public static SkewedClock ahead(Duration offset) {
        return new SkewedClock(offset);
    }

    public static SkewedClock behind(Duration offset) {
        return new SkewedClock(offset.negated());
    }

    /** Makes it jump, as clocks do that are set. */
    public void jump(Duration by) {
        offset = offset.plus(by);
    }

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plus(offset);
    }
}
