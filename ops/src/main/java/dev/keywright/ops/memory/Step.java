package dev.keywright.ops.memory;

/**
 * A point ahead at which memory jumps.
 *
 * @param what grows there
 * @param at the number of keys, fields or members with which it happens
 * @param moreBytes what stays taken
 * @param transientBytes what is taken on top of that until the old table is moved
 */
public record Step(String what, long at, double moreBytes, double transientBytes) {}
