package dev.keywright.geo;

/**
 * A member that was found.
 *
 * @param distance from the centre
 * @param position as stored
 */
public record Found(String member, Distance distance, Position position) {}
