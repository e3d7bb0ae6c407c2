package dev.keywright.expert.workload;

/**
 * A number without its unit.
 *
 * @param next the first token behind it
 * @param scaled whether a word such as million multiplied it
 */
record BareNumber(double value, int next, boolean scaled) {}
