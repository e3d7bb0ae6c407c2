package dev.keywright.cache;

/**
 * A value and what it is worth.
 *
 * @param stale whether its time is over and it is shown because nothing newer could be had
 */
public record Found<V>(V value, boolean stale) {}
