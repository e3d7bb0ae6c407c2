package dev.keywright.queue;

/**
 * How many entries there are, a moment ago.
 *
 * @param waiting not taken by anyone
 * @param taken by consumers, and not acknowledged
 * @param later not due yet
 * @param dead given up
 */
public record QueueStats(long waiting, long taken, long later, long dead) {}
