package dev.keywright.feed;

import java.util.Optional;

/**
 * How far a fan-out came.
 *
 * @param feeds how many feeds were written to now
 * @param refused how many were left out because a key of another type is in their place
 * @param next where to go on, to be stored by whoever has to survive a crash; empty at the end, or when the item was retracted meanwhile
 */
public record FanOut(long feeds, long refused, Optional<String> next) {}
