package dev.keywright.compare;

import java.util.Optional;

/** What came of a write that had a condition. */
public sealed interface Outcome<V> {

    /**
     * It was done.
     *
     * @param version of what was written, or of what was deleted
     */
    record Applied<V>(long version) implements Outcome<V> {}

    /**
     * It was not done, since the condition did not hold.
     *
     * @param there what was there instead, empty for nothing
     */
    record Refused<V>(Optional<Versioned<V>> there) implements Outcome<V> {}

    default boolean isApplied() {
        return this instanceof Applied;
    }
}
