package dev.keywright.autocomplete;

/**
 * A term to be loaded.
 *
 * @param text any that can be typed, 1 to 512 bytes as UTF-8; it is suggested as it is given here
 * @param popularity 0 to 1e15
 */
public record Term(String text, double popularity) {}
