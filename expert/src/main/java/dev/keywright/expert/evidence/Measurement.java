package dev.keywright.expert.evidence;

/**
 * What one candidate showed on a real server.
 *
 * @param pattern canonical id of the candidate's pattern
 * @param structure canonical id of its structure
 * @param candidate its name
 * @param items how many items were loaded: the size of the sample
 * @param bytesPerItem memory the server took for them, divided by {@code items}
 * @param modelBytesPerItem what {@code ops.memory} predicts for this very sample on that server's allocator; 0 where it
 *     does not apply
 * @param encoding how the server keeps them, as OBJECT ENCODING says
 * @param opsPerSecond operations per second, all callers together; an operation is one line of what the candidate drives
 * @param p50Millis half of the operations took no longer
 * @param p99Millis 99 of 100 operations took no longer
 */
public record Measurement(
        String pattern,
        String structure,
        String candidate,
        long items,
        double bytesPerItem,
        double modelBytesPerItem,
        String encoding,
        double opsPerSecond,
        double p50Millis,
        double p99Millis) {}
