package dev.keywright.counter;

import java.time.Instant;

/**
 * What was counted in a stretch of time.
 *
 * @param start its first instant
 * @param end the first instant after it
 * @param count exact up to 2^63 - 1
 */
public record Bucket(Instant start, Instant end, long count) {}
