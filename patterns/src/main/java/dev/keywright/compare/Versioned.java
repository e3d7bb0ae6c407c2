package dev.keywright.compare;

/**
 * A value as it was written.
 *
 * @param version higher than that of every value this key had before, as long as the server's clock is not set back
 */
public record Versioned<V>(V value, long version) {}
