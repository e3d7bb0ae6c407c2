package dev.keywright.ops.scan;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a scan is.
 *
 * @param keys how many there were when it began
 * @param names seen so far
 * @param read keys whose facts were read so far
 * @param namesPerSecond in the last few seconds
 * @param left absent until it can be told
 * @param slowed whether a server is being spared because it answers others slowly
 */
public record ScanProgress(
        long keys, long names, long read, double namesPerSecond, Optional<Duration> left, boolean slowed) {}
