package dev.keywright.counter;

import java.util.Optional;

/**
 * What has become of what this process counted.
 *
 * @param waiting sums that wait to be written: one for each subject, minute and set of dimensions
 * @param written sums that are known to be written
 * @param lost sums that were given up, because the server refused them or nobody could find out within half an hour whether they were
 *     written
 * @param problem what went wrong last; empty when nothing has since the last flush that came through
 */
public record CounterStats(long waiting, long written, long lost, Optional<String> problem) {}
