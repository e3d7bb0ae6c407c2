package dev.keywright.election;

/**
 * Who leads, as others see it; a moment later it may be another one.
 *
 * @param candidate what it calls itself
 * @param data what it shows, such as its address
 * @param term the number of its term; one with a lower number is over
 */
public record Leader(String candidate, String data, long term) {}
