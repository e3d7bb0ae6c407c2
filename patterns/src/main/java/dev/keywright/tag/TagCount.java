package dev.keywright.tag;

/**
 * How many items there are.
 *
 * @param value the number, or the limit, or how many were found until counting was given up
 * @param exact whether it is the number; otherwise there may be more
 */
public record TagCount(long value, boolean exact) {}
