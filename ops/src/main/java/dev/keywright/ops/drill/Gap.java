package dev.keywright.ops.drill;

import java.time.Duration;

/**
 * A time without an acknowledged operation, counted from the workload's start.
 *
 * @param from the last acknowledgement before it
 * @param to the first one after it, or the workload's end
 * @param ended whether an acknowledgement came after it
 */
public record Gap(Duration from, Duration to, boolean ended) {

    public Duration length() {
        return to.minus(from);
    }
}
