package dev.keywright.tag;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@link Tags} behave.
 *
 * @param parts over how many hash slots the items are spread, 1 to 256; the same in all processes, for ever: with another number it is
 *     another catalog, empty
 * @param most how many tags an item may have, 1 to 1,000
 * @param deadline within which every command is answered; the connection's timeout when absent
 */
public record TagOptions(int parts, int most, Optional<Duration> deadline) {

    /** One slot, 100 tags. */
    public static final TagOptions DEFAULTS = new TagOptions(1, 100, Optional.empty());

    public TagOptions {
        if (parts < 1 || parts > 256) {
            throw new IllegalArgumentException("parts is " + parts + "; give 1 to 256");
        }
        if (most < 1 || most > 1_000) {
            throw new IllegalArgumentException("most is " + most + "; give 1 to 1000");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public TagOptions withParts(int parts) {
        return new TagOptions(parts, most, deadline);
    }

    public TagOptions withMost(int most) {
        return new TagOptions(parts, most, deadline);
    }

    public TagOptions withDeadline(Duration deadline) {
        return new TagOptions(parts, most, Optional.of(deadline));
    }
}
