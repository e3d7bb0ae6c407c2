package dev.keywright.job;

/**
 * What became of a job that was to be enqueued.
 *
 * @param id of the job; where another one has its unique text, of that one
 * @param added whether it was added by this call; false when its id or its unique text was there already
 */
public record Enqueued(String id, boolean added) {}
