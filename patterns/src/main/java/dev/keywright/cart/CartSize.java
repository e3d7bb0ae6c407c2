package dev.keywright.cart;

/**
 * How much is in a cart, for the number beside its icon.
 *
 * @param units of all lines together
 * @param lines different articles
 * @param version as in {@link Cart#version()}
 */
public record CartSize(long units, int lines, long version) {}
