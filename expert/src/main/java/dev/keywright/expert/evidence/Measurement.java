package dev.keywright.expert.evidence;

/**
 * What one candidate showed on a real server.
 *
 * @param pattern canonical id of the candidate's pattern
 * @param structure canonical id of its structure
 * @param candidate its name
 * @param items how many items were loaded
 * @param bytesPerItem memory the server took for them, divided by {@code items}
 * @param encoding how the server keeps them, as OBJECT ENCODING says
 * @param opsPerSecond operations of the proposed commands per second, all callers together
 * @param p50Millis half of the operations took no longer
 * @param p99Millis 99 of 100 operations took no longer
 */
public record Measurement(
        String pattern,
        String structure,
        String candidate,
        long items,
        double bytesPerItem,
        String encoding,
        double opsPerSecond,
        double p50Millis,
        double p99Millis) {}
