package dev.keywright.ops.drill;

/**
 * One second of a workload, by the time operations were due.
 *
 * @param second counted from the workload's start, from 0
 * @param latency of the acknowledged ones
 */
public record Second(int second, long acknowledged, long notExecuted, long unknown, Latency latency) {}
