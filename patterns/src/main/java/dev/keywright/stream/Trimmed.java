package dev.keywright.stream;

import java.util.Optional;

/**
 * What trimming did.
 *
 * @param removed how many entries
 * @param neededFrom from which event on a group needs all; empty when there is no group
 * @param neededBy that group
 */
public record Trimmed(long removed, Optional<EventId> neededFrom, Optional<String> neededBy) {}
